#!/usr/bin/env python3
"""Measures whether the time of a failed log-in tells an unknown user from a known or a disabled one.

    Scripts/build-release
    python3 Benchmarks/HTTP/login_times.py [COUNT]      # 2000 a kind and sample; TESSERA_BINARY names another binary

Two samples; in each, the kinds take turns in a new random order every round, over one connection, so that a noisy machine
hits all alike. Fails where two kinds' medians differ by more than 5 %. What makes them alike, the same queries and one
hash on every path, is a test (PasswordGrantTests).
"""

import http.client
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESSERA = os.environ.get("TESSERA_BINARY", f"{ROOT}/.build/release/tessera")
PORT = 8096
ISSUER = f"http://127.0.0.1:{PORT}"
CLEAN = {name: value for name, value in os.environ.items() if not name.startswith("TESSERA_")}
# The throttle would answer before the hash: here nobody is slowed down.
ENVIRONMENT = {**CLEAN, "TESSERA_ISSUER": ISSUER, "TESSERA_LISTEN": f"127.0.0.1:{PORT}",
               "TESSERA_LOGIN_ATTEMPTS_PER_ACCOUNT": "1000000", "TESSERA_LOGIN_ATTEMPTS_PER_ADDRESS": "1000000",
               "TESSERA_LOG_LEVEL": "warning"}  # fmt: skip
SAMPLES = 2
ALLOWED = 0.05


def command(directory: str, *arguments: str, text: str = "") -> None:
    subprocess.run([TESSERA, *arguments], cwd=directory, env=ENVIRONMENT, input=text, text=True, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip


def log_in(connection: http.client.HTTPConnection, username: str) -> float:
    """Milliseconds from the request to the whole answer."""
    body = urllib.parse.urlencode({"username": username, "password": "not the right passphrase"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    began = time.perf_counter()
    connection.request("POST", "/token", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    took = time.perf_counter() - began
    assert answer.status == 400 and b"invalid_grant" in text, text
    return took * 1000


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    kinds = {
        "unknown": lambda number: f"nobody{number:05}", "known": lambda _: "known-account",
        "disabled": lambda _: "gone-account",
    }
    worst = 0.0
    with tempfile.TemporaryDirectory() as directory:
        server = subprocess.Popen([TESSERA, "serve"], cwd=directory, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        try:
            while True:
                try:
                    urllib.request.urlopen(ISSUER + "/health/ready", timeout=1)
                    break
                except (OSError, urllib.error.URLError):
                    assert server.poll() is None, "the server ended"
                    time.sleep(0.01)
            for name in ("known-account", "gone-account"):
                command(directory, "user", "add", name, "--password-stdin", text="correct horse battery staple")
            command(directory, "user", "disable", "gone-account")
            connection = http.client.HTTPConnection("127.0.0.1", PORT)
            for number in range(50):
                log_in(connection, f"warm{number}")
            for sample in range(1, SAMPLES + 1):
                times: dict[str, list[float]] = {kind: [] for kind in kinds}
                for number in range(count):
                    for kind in random.sample(list(kinds), len(kinds)):
                        times[kind].append(log_in(connection, kinds[kind](sample * count + number)))
                medians = {kind: statistics.median(many) for kind, many in times.items()}
                spread = max(medians.values()) / min(medians.values()) - 1
                worst = max(worst, spread)
                figures = ", ".join(f"{kind} {median:.2f} ms" for kind, median in medians.items())
                print(f"sample {sample} of {count} each: medians {figures}; {spread * 100:.1f} % apart", flush=True)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    print(f"medians at most {worst * 100:.1f} % apart; allowed are {ALLOWED * 100:.0f} %")
    sys.exit(worst > ALLOWED)


if __name__ == "__main__":
    main()
