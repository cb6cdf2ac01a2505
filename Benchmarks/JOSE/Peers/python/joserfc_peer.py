"""joserfc, which imports its keys once and checks the same claims."""

import json

from joserfc import jwe, jwt
from joserfc.jwk import ECKey, JWKRegistry, OctKey, OKPKey, RSAKey
from peer import serve


def encryption(fixture, entry, name):
    key = JWKRegistry.import_key(json.loads(entry["jwk"]))
    names = [entry["algorithm"], entry["contentEncryption"]]
    plaintext = json.dumps(fixture["claims"], separators=(",", ":")).encode()
    if name == "encrypt":
        header = {"alg": names[0], "enc": names[1], "kid": fixture["keyID"]}
        return lambda: jwe.encrypt_compact(header, plaintext, key, algorithms=names)
    return lambda: jwe.decrypt_compact(entry["message"], key, algorithms=names).plaintext


def operation(fixture, entry, name, algorithm):
    if name in ("encrypt", "decrypt"):
        return encryption(fixture, entry, name)
    token, names = entry["token"], [algorithm]
    if algorithm == "Ed25519":
        token, names = entry["oldToken"], ["EdDSA"]
    kinds = {"H": OctKey, "R": RSAKey, "P": RSAKey, "E": ECKey}
    kind = OKPKey if algorithm == "Ed25519" else kinds.get(algorithm[0])
    if kind is OctKey:
        key = OctKey.import_key({"kty": "oct", "k": entry["secret"]})
    elif kind and "privatePEM" in entry:
        key = kind.import_key(entry["privatePEM"])
    else:
        return None
    if name == "sign":
        header = {"alg": names[0], "typ": fixture["type"], "kid": fixture["keyID"]}
        return lambda: jwt.encode(header, fixture["claims"], key, algorithms=names)
    if name == "verify":
        registry = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": fixture["issuer"]},
            aud={"essential": True, "value": fixture["audience"]},
            **{claim: {"essential": True} for claim in ("sub", "exp", "iat", "jti", "client_id")},
        )
        return lambda: registry.validate(jwt.decode(token, key, algorithms=names).claims)
    return None


serve(operation)
