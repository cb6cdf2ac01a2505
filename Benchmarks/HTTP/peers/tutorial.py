"""The app that the FastAPI tutorial leads to: python-jose, passlib with bcrypt, HS256, one user in a table.

Beside it stand the bare route and the two routes that check a token with PyJWT, HS256 and ES256, so that one process
serves all that is compared.
"""

import os
from datetime import datetime, timedelta, timezone
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, status
from fastapi.security import OAuth2PasswordBearer, OAuth2PasswordRequestForm
from jose import JWTError
from jose import jwt as jose_jwt
from passlib.context import CryptContext
from pydantic import BaseModel

SECRET_KEY = os.environ["BENCHMARK_SECRET"]
PUBLIC_KEY = os.environ.get("BENCHMARK_PUBLIC_KEY", "")
ALGORITHM = "HS256"
ACCESS_TOKEN_EXPIRE_MINUTES = 30

app = FastAPI()
pwd_context = CryptContext(schemes=["bcrypt"], deprecated="auto")
oauth2_scheme = OAuth2PasswordBearer(tokenUrl="token")
users = {"alice": {"username": "alice", "hashed_password": os.environ["BENCHMARK_PASSWORD_HASH"], "disabled": False}}


class User(BaseModel):
    username: str
    disabled: bool | None = None


def refusal() -> HTTPException:
    return HTTPException(
        status.HTTP_401_UNAUTHORIZED, "Could not validate credentials", {"WWW-Authenticate": "Bearer"}
    )


async def get_current_user(token: Annotated[str, Depends(oauth2_scheme)]) -> User:
    try:
        username = jose_jwt.decode(token, SECRET_KEY, algorithms=[ALGORITHM]).get("sub")
    except JWTError as error:
        raise refusal() from error
    user = users.get(username)
    if user is None:
        raise refusal()
    return User(**user)


async def get_current_active_user(user: Annotated[User, Depends(get_current_user)]) -> User:
    if user.disabled:
        raise HTTPException(400, "Inactive user")
    return user


@app.post("/token")
async def log_in(form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> dict:
    user = users.get(form.username)
    if user is None or not pwd_context.verify(form.password, user["hashed_password"]):
        raise HTTPException(401, "Incorrect username or password", {"WWW-Authenticate": "Bearer"})
    expires = datetime.now(timezone.utc) + timedelta(minutes=ACCESS_TOKEN_EXPIRE_MINUTES)
    token = jose_jwt.encode({"sub": form.username, "exp": expires}, SECRET_KEY, algorithm=ALGORITHM)
    return {"access_token": token, "token_type": "bearer"}


@app.get("/users/me")
async def read_users_me(user: Annotated[User, Depends(get_current_active_user)]) -> User:
    return user


@app.get("/bare")
async def bare() -> str:
    return "hello"


def pyjwt(key: str, algorithm: str, issuer: str):
    async def check(token: Annotated[str, Depends(oauth2_scheme)]) -> dict:
        try:
            return jwt.decode(token, key, algorithms=[algorithm], audience=issuer, issuer=issuer)
        except jwt.PyJWTError as error:
            raise refusal() from error

    return check


@app.get("/hs256")
async def hs256(claims: Annotated[dict, Depends(pyjwt(SECRET_KEY, "HS256", "http://127.0.0.1:8096"))]) -> str:
    return "hello"


@app.get("/es256")
async def es256(claims: Annotated[dict, Depends(pyjwt(PUBLIC_KEY, "ES256", "http://127.0.0.1:8099"))]) -> str:
    return "hello"
