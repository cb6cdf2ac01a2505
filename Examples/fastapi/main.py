"""The FastAPI tutorial's app, with Tessera behind its log-in.

The app keeps no password, no secret and no user table: it checks a signature and an audience, and follows the feed of
what was revoked before it expired.
"""

import os
from typing import Annotated

import jwt
from fastapi import Depends, FastAPI, HTTPException, Security, status
from fastapi.security import OAuth2PasswordBearer, SecurityScopes

from revocations import Revocations

ISSUER = os.environ.get("TESSERA_ISSUER", "http://127.0.0.1:8080")

app = FastAPI()
keys = jwt.PyJWKClient(f"{ISSUER}/.well-known/jwks.json", cache_keys=True, lifespan=300)
revocations = Revocations(ISSUER, keys)
oauth2_scheme = OAuth2PasswordBearer(
    tokenUrl=f"{ISSUER}/token",
    scopes={"articles:read": "Read articles.", "articles:write": "Write articles."},
)


def get_current_user(required: SecurityScopes, token: Annotated[str, Depends(oauth2_scheme)]) -> dict:
    challenge = f'Bearer scope="{required.scope_str}"' if required.scopes else "Bearer"
    try:
        if jwt.get_unverified_header(token).get("typ", "").lower() not in ("at+jwt", "application/at+jwt"):
            raise jwt.InvalidTokenError("not an access token")
        user = jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token),
            algorithms=["ES256"],
            audience=ISSUER,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub"]},
        )
        if not revocations.is_current():
            raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, "Not up to date", {"Retry-After": "5"})
        if revocations.refuses(user):
            raise jwt.InvalidTokenError("revoked")
    except jwt.PyJWKClientConnectionError as error:
        raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, "No keys yet", {"Retry-After": "5"}) from error
    except jwt.PyJWTError as error:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED, "Could not validate credentials", {"WWW-Authenticate": challenge}
        ) from error
    if not set(required.scopes) <= set(user.get("scope", "").split()):
        raise HTTPException(status.HTTP_403_FORBIDDEN, "Not enough permissions", {"WWW-Authenticate": challenge})
    return user


CurrentUser = Annotated[dict, Depends(get_current_user)]


@app.get("/users/me")
def read_users_me(user: CurrentUser) -> dict:
    return {"id": user["sub"], "username": user["username"], "scope": user["scope"]}


@app.get("/articles")
def read_articles(user: Annotated[dict, Security(get_current_user, scopes=["articles:read"])]) -> list[dict]:
    return [{"title": "Hello", "reader": user["username"]}]
