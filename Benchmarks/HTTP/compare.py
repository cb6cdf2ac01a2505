#!/usr/bin/env python3
"""Measures the server and a protected route against a bare Hummingbird route, in one run, with `wrk`.

    Scripts/build-release
    swift build -c release --package-path Benchmarks/HTTP
    python3 Benchmarks/HTTP/compare.py            # needs wrk (apt-get install wrk)

Prints medians of several rounds; each round runs every subject once, so that a noisy machine hits all alike.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESSERA = os.environ.get("TESSERA_BINARY", f"{ROOT}/.build/release/tessera")
ROUTES = f"{ROOT}/Benchmarks/HTTP/.build/release/ProtectedRoute"
ROUNDS, SECONDS, CONNECTIONS = 5, 2, 32
ISSUER = "http://127.0.0.1:8098"
PASSWORD = "correct horse battery staple"


def wrk(url: str, token: str | None) -> float:
    header = ["-H", f"Authorization: Bearer {token}"] if token else []
    out = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *header, url], capture_output=True, text=True, check=True
    ).stdout
    assert "Non-2xx" not in out, out
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def resident(process: int) -> float:
    for line in open(f"/proc/{process}/status"):
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def post(path: str, fields: dict) -> dict:
    data = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(ISSUER + path, data, timeout=60) as answer:
        return json.load(answer)


def start_times() -> list[float]:
    """From an empty directory to ready, in milliseconds."""
    times = []
    for _ in range(9):
        with tempfile.TemporaryDirectory() as directory:
            began = time.perf_counter()
            server = serve(directory)
            times.append((time.perf_counter() - began) * 1000)
            server.send_signal(signal.SIGTERM)
            server.wait()
    return times


def serve(directory: str) -> subprocess.Popen:
    environment = {**os.environ, "TESSERA_ISSUER": ISSUER, "TESSERA_LISTEN": "127.0.0.1:8098"}
    server = subprocess.Popen(
        [TESSERA, "serve"], cwd=directory, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    while True:
        try:
            urllib.request.urlopen(ISSUER + "/health/ready", timeout=1)
            break
        except OSError:
            assert server.poll() is None, server.stderr.read()
            time.sleep(0.002)
    threading.Thread(target=lambda: server.stderr.read(), daemon=True).start()
    return server


def log_ins(threads: int, count: int) -> float:
    """Correct log-ins a second."""
    left = iter(range(count))
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if next(left, None) is None:
                    return
            post("/token", {"username": "alice", "password": PASSWORD})

    workers = [threading.Thread(target=work) for _ in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return count / (time.perf_counter() - began)


def main() -> None:
    starts = start_times()
    print(f"empty directory to ready   {statistics.median(starts):8.0f} ms  (min {min(starts):.0f}, max {max(starts):.0f})")
    routes = subprocess.Popen([ROUTES], stdout=subprocess.PIPE, text=True)
    tokens = {}
    for line in routes.stdout:
        if line.strip() == "ready":
            break
        name, token = line.split()
        tokens[name] = token
    with tempfile.TemporaryDirectory() as directory:
        server = serve(directory)
        time.sleep(1)
        print(f"idle resident memory       {resident(server.pid):8.1f} MB (bare Hummingbird {resident(routes.pid):.1f} MB)")
        subprocess.run(
            [TESSERA, "user", "add", "alice", "--password-stdin"], cwd=directory, input=PASSWORD, text=True, check=True,
            env={**os.environ, "TESSERA_ISSUER": ISSUER}, stdout=subprocess.DEVNULL,
        )
        me = post("/token", {"username": "alice", "password": PASSWORD})["access_token"]
        subjects = [("bare", "http://127.0.0.1:8099/bare", None)]
        subjects += [(name, f"http://127.0.0.1:8099/{name}", token) for name, token in tokens.items()]
        subjects += [("GET /users/me", f"{ISSUER}/users/me", me), ("GET /health/live", f"{ISSUER}/health/live", None)]
        results = {name: [] for name, _, _ in subjects}
        for round in range(ROUNDS + 1):
            for name, url, token in subjects:
                rate = wrk(url, token)
                if round:  # the first warms up
                    results[name].append(rate)
        for name, _, _ in subjects:
            ratios = [rate / bare for rate, bare in zip(results[name], results["bare"])]
            print(f"{name:26} {statistics.median(results[name]):8.0f} /s  {statistics.median(ratios):5.2f} of bare")

        cores = os.cpu_count()
        hash_rate, login_rate, ratios = [], [], []
        for _ in range(ROUNDS):
            # With every core hashing, as under load: cores that share a memory bus or a pipeline slow each other down.
            hashing = [subprocess.Popen([ROUTES, "--hash"], stdout=subprocess.PIPE, text=True) for _ in range(cores)]
            one = statistics.mean(float(process.communicate()[0]) for process in hashing)
            rate = log_ins(16, 400)
            hash_rate.append(one)
            login_rate.append(rate)
            ratios.append(rate / (cores / one))
        print(
            f"log-ins                    {statistics.median(login_rate):8.1f} /s  {statistics.median(ratios):5.2f} of"
            f" {cores} cores / one hash's {statistics.median(hash_rate) * 1000:.1f} ms"
        )
        server.send_signal(signal.SIGTERM)
        server.wait()
    routes.kill()


main()
