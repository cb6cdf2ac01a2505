"""PyJWT, which makes its keys once and checks the same claims."""

import base64

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from peer import serve


def operation(fixture, entry, name, algorithm):
    if name not in ("sign", "verify"):
        return None
    # The fully specified name of RFC 9864 where the library has it.
    token, names = entry["token"], [algorithm]
    if algorithm == "Ed25519" and algorithm not in jwt.algorithms.get_default_algorithms():
        token, names = entry["oldToken"], ["EdDSA"]
    if "secret" in entry:
        private = public = base64.urlsafe_b64decode(entry["secret"] + "==")
    elif "privatePEM" in entry:
        private = load_pem_private_key(entry["privatePEM"].encode(), None)
        public = private.public_key()
    else:
        return None
    if name == "sign":
        headers = {"kid": fixture["keyID"], "typ": fixture["type"]}
        return lambda: jwt.encode(fixture["claims"], private, algorithm=names[0], headers=headers)
    if name == "verify":
        options = {"require": list(fixture["claims"])}
        return lambda: jwt.decode(
            token, public, algorithms=names, issuer=fixture["issuer"], audience=fixture["audience"], options=options
        )
    return None


serve(operation)
