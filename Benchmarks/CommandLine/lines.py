#!/usr/bin/env python3
"""Measures `tessera jwt verify --lines`: a million different HS256 tokens through a pipe.

    Scripts/build-release
    python3 Benchmarks/CommandLine/lines.py

Prints tokens per second, from the start of the process to its end, and the most memory it had.
"""

import base64
import hashlib
import hmac
import json
import os
import resource
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESSERA = os.environ.get("TESSERA_BINARY", f"{ROOT}/.build/release/tessera")
COUNT, ROUNDS = 1_000_000, 3


def base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def main() -> None:
    secret = os.urandom(32)
    header = base64url(b'{"alg":"HS256","typ":"JWT"}')
    keyed = hmac.new(secret, header + b".", hashlib.sha256)
    with tempfile.TemporaryDirectory() as directory:
        key, tokens = f"{directory}/key.jwk", f"{directory}/tokens"
        with open(key, "w") as file:
            json.dump({"kty": "oct", "alg": "HS256", "k": base64url(secret).decode()}, file)
        with open(tokens, "wb") as file:
            for number in range(COUNT):
                claims = {
                    "iss": "https://id.example", "sub": f"user-{number}", "aud": "orders", "exp": 4_000_000_000,
                    "iat": 1_700_000_000, "jti": f"{number:022}", "scope": "orders:read orders:write",
                }
                payload = base64url(json.dumps(claims, separators=(",", ":")).encode())
                mac = keyed.copy()
                mac.update(payload)
                file.write(header + b"." + payload + b"." + base64url(mac.digest()) + b"\n")
        command = f"cat {tokens} | {TESSERA} jwt verify --lines --keys {key} --audience orders | tail -n 1"
        for _ in range(ROUNDS):
            start = time.perf_counter()
            last = subprocess.run(["sh", "-c", command], capture_output=True, check=True).stdout
            seconds = time.perf_counter() - start
            assert json.loads(last)["claims"]["sub"] == f"user-{COUNT - 1}", last
            print(f"{COUNT / seconds:,.0f} tokens/s")
    # The largest of all children, in KiB.
    print(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main()
