"""jwcrypto, which imports its keys once; measured where it encrypts."""

import json

from jwcrypto import jwe, jwk
from peer import serve


def operation(fixture, entry, name, algorithm):
    if name not in ("encrypt", "decrypt"):
        return None
    key = jwk.JWK.from_json(entry["jwk"])
    names = [entry["algorithm"], entry["contentEncryption"]]
    plaintext = json.dumps(fixture["claims"], separators=(",", ":")).encode()
    header = {"alg": names[0], "enc": names[1], "kid": fixture["keyID"]}

    def encrypt():
        message = jwe.JWE(plaintext, protected=header, algs=names)
        message.add_recipient(key)
        return message.serialize(compact=True)

    def decrypt():
        message = jwe.JWE(algs=names)
        message.deserialize(entry["message"], key)
        return message.payload

    return encrypt if name == "encrypt" else decrypt


serve(operation)
