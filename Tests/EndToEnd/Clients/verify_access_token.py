"""joserfc and PyJWT verify a running server's access token by its published keys.

Usage: verify_access_token.py ISSUER ACCESS-TOKEN ALGORITHM
"""

import sys

import jwt as pyjwt
import requests
from joserfc import jwk, jwt
from joserfc.jws import JWSRegistry

issuer, token, algorithm = sys.argv[1:]
metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
answer = requests.get(metadata["jwks_uri"], timeout=10)
assert "max-age" in answer.headers["Cache-Control"] and answer.headers["ETag"]
again = requests.get(metadata["jwks_uri"], headers={"If-None-Match": answer.headers["ETag"]}, timeout=10)
assert again.status_code == 304, again.status_code

keys = jwk.KeySet.import_key_set(answer.json())
decoded = jwt.decode(token, keys, algorithms=[algorithm], registry=JWSRegistry(algorithms=[algorithm]))
assert decoded.header["typ"] == "at+jwt" and decoded.claims["iss"] == issuer

if algorithm != "Ed25519":
    key = pyjwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token)
    claims = pyjwt.decode(token, key, algorithms=[algorithm], audience=issuer, issuer=issuer)
    assert claims == decoded.claims
print("ok")
