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
    PASSWORD, ROUNDS, ROUTES, Peer, Tessera, compiled, median_ratio, post, processor, refreshes, resident, serving,
    sessions, status, tutorial, wait_until_idle, wrk,
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
        command = [compiled("bare_commit", "-lsqlite3"), f"{directory}/bare.sqlite", str(group), "2"]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def bare_storage(count: int) -> float:
    """Rotations a second of the server's own storage, with no HTTP around it and no signature."""
    with tempfile.TemporaryDirectory(prefix="tessera-benchmark-") as directory:
        command = [f"{os.path.dirname(ROUTES)}/Rotations", directory, str(count), "2"]
        return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def hash_rate() -> float:
    """Hashes a second of a process that does nothing else, a thread for each core."""
    return float(subprocess.run([ROUTES, "--hash"], capture_output=True, text=True, check=True).stdout)


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
        "refresh": lambda: refreshes(server, tokens),
    }
    results = {name: [] for name in subjects}
    bare, storage = [], []
    for round in range(ROUNDS + 1):
        measured = {name: ask() for name, ask in subjects.items()}
        commits, rotations = bare_commit(SESSIONS), bare_storage(SESSIONS)
        if round:  # the first warms up
            bare.append(commits)
            storage.append(rotations)
            for name, figures in measured.items():
                results[name].append(figures)
    for name, figures in results.items():
        rate, middle, late = (statistics.median(column) for column in zip(*figures))
        print(f"{name:26} {rate:8.0f} /s   p50 {middle:7.2f} ms   p99 {late:7.2f} ms")
    print(f"{'bare group commit':26} {statistics.median(bare):8.0f} /s   (groups of {SESSIONS})")
    print(f"{'storage alone':26} {statistics.median(storage):8.0f} /s   {median_ratio(storage, bare):.2f} of bare group commit")
    rates = {name: [figure[0] for figure in figures] for name, figures in results.items()}
    print(f"GET /verify is {median_ratio(rates['GET /verify'], rates['tutorial GET /users/me']):.1f} x the tutorial's /users/me")
    print(f"refresh is {median_ratio(rates['refresh'], bare):.2f} of bare group commit")


def hashing(server: Tessera, peer: Peer) -> None:
    ours, theirs, costs, ratios, hashes = [], [], [], [], [hash_rate()]
    for _ in range(ROUNDS):
        began = processor(server.process.pid)
        ours.append(log_ins(server.url))
        costs.append((processor(server.process.pid) - began) / (ours[-1] * 5))
        wait_until_idle(server.process.pid)
        # Before and after it, for a machine that grows faster or slower meanwhile.
        hashes.append(hash_rate())
        ratios.append(ours[-1] / statistics.mean(hashes[-2:]))
        theirs.append(log_ins(peer.url))
        wait_until_idle(peer.process.pid)
    print(f"{'log-ins, 16 at once':26} {statistics.median(ours):8.1f} /s   {statistics.median(ratios):.2f} of the hash's own limit")
    print(f"one log-in takes the server {statistics.median(costs) * 1000:.1f} ms of processor time")
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
