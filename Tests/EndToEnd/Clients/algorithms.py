"""Signs with Tessera and verifies with joserfc and PyJWT, and the other way round, for every algorithm.

Usage: algorithms.py PATH-OF-TESSERA. Prints one line a check; exits 1 at the first that fails.
"""

import json
import subprocess
import sys
import tempfile
import time

import jwt as pyjwt
from joserfc import jwk, jws, jwt
from joserfc.jws import JWSRegistry

TESSERA = sys.argv[1]
ALGORITHMS = [
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519",
]
# PyJWT knows Ed25519 by its old name only.
OLD_NAMES = {"Ed25519": "EdDSA"}


def tessera(*arguments: str, input: str | None = None) -> str:
    done = subprocess.run([TESSERA, *arguments], input=input, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"tessera {' '.join(arguments)}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def written(text: str) -> str:
    file = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
    file.write(text)
    file.close()
    return file.name


def passed(algorithm: str, what: str) -> None:
    print(f"ok {algorithm} {what}")


def claims_of(token: str, keys: str, *more: str) -> dict:
    return json.loads(tessera("jwt", "verify", "--keys", keys, *more, token))


def main() -> None:
    now = int(time.time())
    claims = {"iss": "https://id.example", "sub": "élève", "n": 12345678901234567890, "iat": now, "exp": now + 60}
    for algorithm in ALGORITHMS:
        private = tessera("jwk", "generate", "--algorithm", algorithm)
        private_file = written(private)
        public = private if algorithm.startswith("HS") else tessera("jwk", "public", private_file)
        public_file = written(public)
        token = tessera("jwt", "sign", "--key", private_file, "--claims", "-", input=json.dumps(claims)).strip()

        key = jwk.import_key(json.loads(public))
        registry = JWSRegistry(algorithms=[algorithm])
        decoded = jwt.decode(token, key, algorithms=[algorithm], registry=registry)
        assert decoded.claims == claims, decoded.claims
        passed(algorithm, "signed by Tessera, verified by joserfc")

        if algorithm not in OLD_NAMES:
            peer = pyjwt.PyJWK(json.loads(public), algorithm)
            assert pyjwt.decode(token, peer, algorithms=[algorithm]) == claims
            passed(algorithm, "signed by Tessera, verified by PyJWT")

        own = jwk.import_key(json.loads(private))
        theirs = jwt.encode({"alg": algorithm, "kid": own.kid}, claims, own, algorithms=[algorithm], registry=registry)
        assert claims_of(theirs, public_file) == claims
        passed(algorithm, "signed by joserfc, verified by Tessera")

        name = OLD_NAMES.get(algorithm, algorithm)
        signer = pyjwt.PyJWK(json.loads(private), name)
        assert claims_of(pyjwt.encode(claims, signer, algorithm=name), public_file) == claims
        passed(algorithm, "signed by PyJWT, verified by Tessera")

        # A key of theirs: without `alg`, so that the caller names it.
        if not algorithm.startswith("HS"):
            kind, size = {"R": ("RSA", 2048), "P": ("RSA", 2048), "E": ("EC", f"P-{algorithm[2:].replace('512', '521')}")}[
                algorithm[0]
            ] if algorithm != "Ed25519" else ("OKP", "Ed25519")
            foreign = jwk.generate_key(kind, size, private=True)
            foreign_file = written(json.dumps(foreign.as_dict(private=False)))
            signed = jws.serialize_compact(
                {"alg": algorithm}, json.dumps(claims), foreign, algorithms=[algorithm], registry=registry
            )
            assert claims_of(signed, foreign_file, "--algorithm", algorithm) == claims
            passed(algorithm, "made and signed by joserfc, verified by Tessera")
            assert foreign.thumbprint() == tessera("jwk", "thumbprint", foreign_file).strip()
            passed(algorithm, "one thumbprint")

        # One changed character is found by both sides.
        broken = token[:-2] + ("A" if token[-2] != "A" else "B") + token[-1]
        done = subprocess.run([TESSERA, "jwt", "verify", "--keys", public_file, broken], capture_output=True)
        assert done.returncode == 1, done
        passed(algorithm, "a changed signature is refused")


main()
