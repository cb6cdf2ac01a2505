"""An unpatched Authlib client logs in, calls, refreshes by itself and revokes.

Usage: authlib_session.py ISSUER USERNAME PASSWORD
"""

import os
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.requests_client import OAuth2Session

issuer, username, password = sys.argv[1:]
metadata = requests.get(f"{issuer}/.well-known/oauth-authorization-server", timeout=10).json()
assert metadata["issuer"] == issuer, metadata

saved = []
session = OAuth2Session(
    "tessera",
    token_endpoint=metadata["token_endpoint"],
    revocation_endpoint=metadata["revocation_endpoint"],
    token_endpoint_auth_method="none",
    update_token=lambda token, refresh_token=None, access_token=None: saved.append(token),
    leeway=0,
)
token = session.fetch_token(metadata["token_endpoint"], username=username, password=password, grant_type="password")
assert token["token_type"].lower() == "bearer" and token["refresh_token"].startswith("tsr_"), sorted(token)
assert session.get(f"{issuer}/users/me").json()["username"] == username

# Authlib refreshes before a call when the token it holds has expired.
session.token = {**token, "expires_at": 1}
assert session.get(f"{issuer}/users/me").status_code == 200
assert saved and saved[0]["refresh_token"] != token["refresh_token"]

answer = session.revoke_token(
    metadata["revocation_endpoint"], token=saved[0]["refresh_token"], token_type_hint="refresh_token"
)
assert answer.status_code == 200, answer.text
assert requests.get(
    f"{issuer}/users/me", headers={"Authorization": f"Bearer {saved[0]['access_token']}"}, timeout=10
).status_code == 401
print("ok")
