#!/usr/bin/env python3
"""Measures a protected route against the bare one, in Hummingbird and in FastAPI, in one run, with `wrk`.

    Scripts/build-release && swift build -c release --package-path Benchmarks/HTTP
    python3 Benchmarks/HTTP/protected.py            # needs wrk (apt-get install wrk)

Prints medians of several rounds; each round runs every subject once, so that a noisy machine hits all alike. The bare
routes are asked twice: without a token, and with the request of the route `hs256-followed`, token included, so that what a
longer request costs is not taken for what the check costs; ratios are to both. The routes named *followed* check tokens of
a running Tessera and follow its revocations; the others have their keys given.
"""

import statistics

from support import ROUNDS, median_ratio, routes, serving, tutorial, wrk

SECRET = "a-secret-that-is-only-for-this-benchmark-0123456789"


def main() -> None:
    with (
        serving(8098) as elliptic,
        serving(8096, signing_algorithm="HS256", signing_secret=SECRET) as shared,
        routes("--es256", elliptic.url, "--hs256", shared.url, SECRET) as tokens,
        tutorial(8095, SECRET, tokens.pop("public-key").replace("\\n", "\n")) as peer,
    ):
        for server, name in ((elliptic, "es256-followed"), (shared, "hs256-followed")):
            server.add_user()
            tokens[name] = server.log_in()["access_token"]
        ours, theirs = "http://127.0.0.1:8099", peer.url
        token = tokens["hs256-followed"]
        subjects = [("Hummingbird, bare", f"{ours}/bare", None), ("Hummingbird, same request", f"{ours}/bare", token)]
        subjects += [(f"Hummingbird, {name}", f"{ours}/{name}", token) for name, token in tokens.items()]
        subjects += [("FastAPI, bare", f"{theirs}/bare", None), ("FastAPI, same request", f"{theirs}/bare", token)]
        subjects += [("FastAPI, PyJWT hs256", f"{theirs}/hs256", token)]
        subjects += [("FastAPI, PyJWT es256", f"{theirs}/es256", tokens["es256"])]
        results = {name: [] for name, _, _ in subjects}
        for round in range(ROUNDS + 1):
            for name, url, token in subjects:
                rate, _, _ = wrk(url, token)
                if round:  # the first warms up
                    results[name].append(rate)
        print(f"{'':28} {'a second':>8} {'of the same request bare':>26} {'of bare':>8}")
        for name, _, _ in subjects:
            framework = name.split(",")[0]
            same, bare = (median_ratio(results[name], results[f"{framework}, {base}"]) for base in ("same request", "bare"))
            print(f"{name:28} {statistics.median(results[name]):8.0f} {same:26.2f} {bare:8.2f}")


main()
