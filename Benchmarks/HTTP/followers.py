#!/usr/bin/env python3
"""Measures what followers of the revocation feed cost, and how soon they know.

    Scripts/build-release
    python3 Benchmarks/HTTP/followers.py [FOLLOWERS [REVOCATIONS]]      # 10000 and 100000; TESSERA_BINARY names another binary

Every follower is a connection of its own that asks with `wait=25` over and over, as docs/revocation.md says. The times
include what this script itself takes to read 10,000 answers in one thread.
"""

import base64
import json
import os
import re
import resource
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TESSERA = os.environ.get("TESSERA_BINARY", f"{ROOT}/.build/release/tessera")
PORT = 8097
ISSUER = f"http://127.0.0.1:{PORT}"
# Everybody comes from this machine: as a trusted proxy it has no share of its own.
ENVIRONMENT = {**os.environ, "TESSERA_ISSUER": ISSUER, "TESSERA_LISTEN": f"127.0.0.1:{PORT}",
               "TESSERA_TRUSTED_PROXIES": "127.0.0.0/8", "TESSERA_LOG_LEVEL": "warning"}  # fmt: skip


def fetch(path: str, fields: dict | None = None, headers: dict = {}) -> bytes:
    data = urllib.parse.urlencode(fields).encode() if fields else None
    with urllib.request.urlopen(urllib.request.Request(ISSUER + path, data, headers), timeout=60) as answer:
        return answer.read()


def claims(token: str) -> dict:
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def resident(process: int) -> float:
    status = open(f"/proc/{process}/status").read()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


def processor(process: int) -> float:
    fields = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Follower:
    def __init__(self, cursor: str) -> None:
        self.cursor, self.buffer = cursor, b""
        self.socket = socket.create_connection(("127.0.0.1", PORT))
        self.socket.setblocking(False)
        self.ask()

    def ask(self) -> None:
        self.socket.send(f"GET /revocations?after={self.cursor}&wait=25 HTTP/1.1\r\nHost: a\r\n\r\n".encode())

    def read(self) -> str | None:
        """The token of an answer that is complete."""
        self.buffer += self.socket.recv(1 << 16)
        head, separator, body = self.buffer.partition(b"\r\n\r\n")
        if not separator or len(body) < int(re.search(rb"content-length: (\d+)", head.lower())[1]):
            return None
        assert head.startswith(b"HTTP/1.1 200"), head
        self.buffer = b""
        return body.decode()


class Followers(threading.Thread):
    def __init__(self, count: int) -> None:
        super().__init__(daemon=True)
        self.count, self.selector, self.arrivals = count, selectors.DefaultSelector(), []
        self.answers = 0
        cursor = claims(fetch("/revocations").decode())["cursor"]
        for _ in range(count):
            follower = Follower(cursor)
            self.selector.register(follower.socket, selectors.EVENT_READ, follower)

    def run(self) -> None:
        known = {}
        while True:
            for key, _ in self.selector.select():
                text = key.data.read()
                if text is None:
                    continue
                now = time.perf_counter()
                if text not in known:
                    known = {text: claims(text)}
                key.data.cursor = known[text]["cursor"]
                self.answers += 1
                if known[text]["jtis"]:
                    self.arrivals.append(now)
                key.data.ask()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    revocations = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with tempfile.TemporaryDirectory() as directory:
        server = subprocess.Popen([TESSERA, "serve"], cwd=directory, env=ENVIRONMENT, stderr=subprocess.DEVNULL)
        while True:
            try:
                fetch("/health/ready")
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.01)
        added = subprocess.run(
            [TESSERA, "client", "add", "robot", "--confidential", "--grant", "client_credentials"],
            cwd=directory, env=ENVIRONMENT, text=True, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        secret = re.search(r"tcs_\S+", added.stdout)[0]
        basic = {"Authorization": "Basic " + base64.b64encode(f"robot:{secret}".encode()).decode()}

        def token() -> str:
            return json.loads(fetch("/token", {"grant_type": "client_credentials"}, basic))["access_token"]

        before = resident(server.pid)
        followers = Followers(count)
        followers.start()
        while followers.count > int(re.search(r"\ntessera_feed_followers (\d+)", fetch("/metrics").decode())[1]):
            time.sleep(0.1)
        print(f"{count} followers: {(resident(server.pid) - before) * 1024 / count:.1f} KB of memory each")
        answers, used = followers.answers, processor(server.pid)
        time.sleep(60)
        answers, used = followers.answers - answers, processor(server.pid) - used
        print(f"a minute without news: {used / 60 * 100:.1f} % of one core for {answers / 60:.0f} answers a second")

        first, middle, last = [], [], []
        for _ in range(20):
            text = token()
            time.sleep(1.5)
            followers.arrivals.clear()
            fetch("/revoke", {"token": text}, basic)
            answered = time.perf_counter()
            while len(followers.arrivals) < count:
                time.sleep(0.01)
            arrivals = sorted(moment - answered for moment in followers.arrivals)
            first.append(arrivals[0] * 1000)
            middle.append(arrivals[count // 2] * 1000)
            last.append(arrivals[-1] * 1000)
        for name, times in (("first", first), ("median", middle), ("last", last)):
            print(f"{name} follower, from the answer of /revoke: {statistics.median(times):7.1f} ms, worst {max(times):.1f} ms")

        before = resident(server.pid)
        left = iter(range(revocations))
        lock = threading.Lock()

        def work() -> None:
            while True:
                with lock:
                    if next(left, None) is None:
                        return
                fetch("/revoke", {"token": token()}, basic)

        workers = [threading.Thread(target=work) for _ in range(16)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        text = fetch("/revocations")
        began = time.perf_counter()
        fetch("/revocations")
        took = (time.perf_counter() - began) * 1000
        live = len(claims(text.decode())["jtis"])
        print(f"{live} live revocations: a feed of {len(text) / 1e6:.2f} MB, read in {took:.0f} ms,")
        print(f"  and {resident(server.pid) - before:.1f} MB more memory while {count} follow")
        server.send_signal(signal.SIGTERM)
        began = time.perf_counter()
        server.wait()
        print(f"the server stopped {(time.perf_counter() - began) * 1000:.0f} ms after the signal")
    os._exit(0)


main()
