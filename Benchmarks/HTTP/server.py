#!/usr/bin/env python3
"""Measures the server, and the FastAPI tutorial's app on the same cores, in one run.

    Scripts/build-release && swift build -c release --package-path Benchmarks/HTTP
    python3 Benchmarks/HTTP/server.py            # needs wrk, cc and libsqlite3-dev; with "log-ins" nothing but these

Prints medians of several rounds with the median and the 99th percentile of the times; each round runs every subject
once, so that a noisy machine hits all alike. The load generator runs on the same cores.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

from support import (
    HERE, PASSWORD, ROUNDS, ROUTES, Peer, Tessera, in_parallel, median_ratio, post, resident, serving, status, tutorial, wrk,
)  # fmt: skip

SECRET = "a-secret-that-is-only-for-this-benchmark-0123456789"
SESSIONS = 64
THROTTLE = {"login_attempts_per_account": "1000000", "login_attempts_per_address": "1000000"}


def start_times(count: int = 9) -> list[float]:
    """From an empty directory to ready, in milliseconds."""
    times = []
    for _ in range(count):
        server = Tessera(8098)
        times.append(server.start())
        server.stop()
        server.remove()
    return times


def bare_commit(group: int) -> float:
    """Rotations a second of the same SQLite with nothing around it."""
    with tempfile.TemporaryDirectory(prefix="tessera-benchmark-") as directory:
        subprocess.run(
            ["cc", "-O2", f"{HERE}/load/bare_commit.c", "-o", f"{directory}/bare", "-lsqlite3"], check=True
        )
        out = subprocess.run(
            [f"{directory}/bare", f"{directory}/bare.sqlite", str(group), "2"], capture_output=True, text=True, check=True
        )
        return float(out.stdout)


def sessions(server: Tessera, count: int) -> str:
    """A file of as many refresh tokens, each of a session of its own."""
    tokens = []
    in_parallel(8, count, lambda: tokens.append(server.log_in()["refresh_token"]))
    path = f"{server.directory}/tokens"
    with open(path, "w") as file:
        file.write("\n".join(tokens) + "\n")
    return path


def hash_rate() -> float:
    """Hashes a second with every core hashing: cores that share a memory bus or a pipeline slow each other down."""
    cores = os.cpu_count()
    hashing = [subprocess.Popen([ROUTES, "--hash"], stdout=subprocess.PIPE, text=True) for _ in range(cores)]
    return cores / statistics.mean(float(process.communicate()[0]) for process in hashing)


def log_ins(url: str, connections: int = 16, seconds: int = 5) -> float:
    """Correct log-ins a second."""
    form = urllib.parse.urlencode({"username": "alice", "password": PASSWORD})
    return wrk(f"{url}/token", script="form", connections=connections, seconds=seconds, BODY=form)[0]


def load(server: Tessera, peer: Peer) -> None:
    basic = server.add_client("--grant", "client_credentials", "--scope", "introspect")
    token = server.log_in()["access_token"]
    theirs = post(f"{peer.url}/token", {"username": "alice", "password": PASSWORD})["access_token"]
    tokens = sessions(server, SESSIONS)
    grant, ask = "grant_type=client_credentials", f"token={token}"
    subjects = {
        "tutorial GET /users/me": lambda: wrk(f"{peer.url}/users/me", theirs),
        "GET /verify": lambda: wrk(f"{server.url}/verify", token),
        "GET /users/me": lambda: wrk(f"{server.url}/users/me", token),
        "POST /introspect": lambda: wrk(f"{server.url}/introspect", script="form", BODY=ask, BASIC=basic),
        "client credentials": lambda: wrk(f"{server.url}/token", script="form", BODY=grant, BASIC=basic),
        "refresh": lambda: wrk(
            server.url, script="refresh", threads=SESSIONS, connections=SESSIONS, TOKENS=tokens
        ),
    }
    results = {name: [] for name in subjects}
    bare = []
    for round in range(ROUNDS + 1):
        measured = {name: ask() for name, ask in subjects.items()}
        commits = bare_commit(SESSIONS)
        if round:  # the first warms up
            bare.append(commits)
            for name, figures in measured.items():
                results[name].append(figures)
    for name, figures in results.items():
        rate, middle, late = (statistics.median(column) for column in zip(*figures))
        print(f"{name:26} {rate:8.0f} /s   p50 {middle:7.2f} ms   p99 {late:7.2f} ms")
    print(f"{'bare group commit':26} {statistics.median(bare):8.0f} /s   (groups of {SESSIONS})")
    rates = {name: [figure[0] for figure in figures] for name, figures in results.items()}
    print(f"GET /verify is {median_ratio(rates['GET /verify'], rates['tutorial GET /users/me']):.1f} x the tutorial's /users/me")
    print(f"refresh is {median_ratio(rates['refresh'], bare):.2f} of bare group commit")


def hashing(server: Tessera, peer: Peer) -> None:
    ours, theirs, ratios = [], [], []
    for _ in range(ROUNDS):
        hashes = hash_rate()
        ours.append(log_ins(server.url))
        theirs.append(log_ins(peer.url))
        ratios.append(ours[-1] / hashes)
    print(f"{'log-ins, 16 at once':26} {statistics.median(ours):8.1f} /s   {statistics.median(ratios):.2f} of the hash's own limit")
    print(f"{'tutorial log-ins (bcrypt)':26} {statistics.median(theirs):8.1f} /s")

    token, highest, stop = server.log_in()["access_token"], [0.0], threading.Event()

    def watch() -> None:
        while not stop.wait(0.02):
            highest[0] = max(highest[0], resident(server.process.pid))

    watcher, verified = threading.Thread(target=watch), []
    watcher.start()
    loaded = threading.Thread(target=lambda: log_ins(server.url, connections=64, seconds=8))
    loaded.start()
    time.sleep(0.5)
    # A steady trickle, as of a proxy that asks for each request it passes on.
    while loaded.is_alive() and len(verified) < 1500:
        began = time.perf_counter()
        assert status(f"{server.url}/verify", token) == 200
        verified.append((time.perf_counter() - began) * 1000)
        time.sleep(0.002)
    loaded.join()
    stop.set()
    watcher.join()
    verified.sort()
    print(f"GET /verify while the hash queue is full: p50 {statistics.median(verified):.2f} ms, p99 "
          f"{verified[int(len(verified) * 0.99)]:.2f} ms")  # fmt: skip
    print(f"resident memory under 64 log-ins at once, at most: {highest[0]:.1f} MiB")


def main() -> None:
    if sys.argv[1:] == ["log-ins"]:
        with serving(8098, **THROTTLE) as server, tutorial(8095, SECRET) as peer:
            server.add_user()
            return hashing(server, peer)
    starts = start_times()
    print(f"empty directory to ready {statistics.median(starts):.0f} ms (min {min(starts):.0f}, max {max(starts):.0f})")
    with serving(8098, **THROTTLE) as server:
        time.sleep(1)
        print(f"idle resident memory {resident(server.process.pid):.1f} MiB")
        server.add_user()
        with tutorial(8095, SECRET) as peer:
            print(f"tutorial: start {peer.start_time:.0f} ms, idle {resident(peer.process.pid):.1f} MiB")
            load(server, peer)
            hashing(server, peer)


main()
