#!/usr/bin/env python3
"""Measures a protected route against the bare one, in Hummingbird and in FastAPI, in one run, with `wrk`.

    Scripts/build-release && swift build -c release --package-path Benchmarks/HTTP
    python3 Benchmarks/HTTP/protected.py            # needs wrk (apt-get install wrk)

Prints medians of several rounds; each round runs every subject once, so that a noisy machine hits all alike. The routes
named *followed* check tokens of a running Tessera and follow its revocations; the others have their keys given.
"""

import statistics
import subprocess

from support import ROUNDS, ROUTES, Peer, median_ratio, serving, wrk

SECRET = "a-secret-that-is-only-for-this-benchmark-0123456789"


def main() -> None:
    with serving(8098) as elliptic, serving(8096, signing_algorithm="HS256", signing_secret=SECRET) as shared:
        routes = subprocess.Popen(
            [ROUTES, "--es256", elliptic.url, "--hs256", shared.url, SECRET], stdout=subprocess.PIPE, text=True
        )
        tokens, public_key = {}, ""
        for line in routes.stdout:
            if line.strip() == "ready":
                break
            name, value = line.split(maxsplit=1)
            if name == "public-key":
                public_key = value.strip().replace("\\n", "\n")
            else:
                tokens[name] = value.strip()
        for server, name in ((elliptic, "es256-followed"), (shared, "hs256-followed")):
            server.add_user()
            tokens[name] = server.log_in()["access_token"]
        peer = Peer(8095, SECRET, public_key)
        ours, theirs = "http://127.0.0.1:8099", peer.url
        subjects = [("Hummingbird, bare", f"{ours}/bare", None)]
        subjects += [(f"Hummingbird, {name}", f"{ours}/{name}", token) for name, token in tokens.items()]
        subjects += [("FastAPI, bare", f"{theirs}/bare", None)]
        subjects += [(f"FastAPI, PyJWT {name}", f"{theirs}/{name}", tokens[name]) for name in ("hs256", "es256")]
        results = {name: [] for name, _, _ in subjects}
        for round in range(ROUNDS + 1):
            for name, url, token in subjects:
                rate, _, _ = wrk(url, token)
                if round:  # the first warms up
                    results[name].append(rate)
        for name, _, _ in subjects:
            bare = results["FastAPI, bare" if name.startswith("FastAPI") else "Hummingbird, bare"]
            print(f"{name:28} {statistics.median(results[name]):8.0f} /s  {median_ratio(results[name], bare):5.2f} of bare")
        peer.stop()
        routes.kill()


main()
