"""What the measurements of the server share: its start, the load, and what the system says of a process."""

import atexit
import base64
import functools
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TESSERA = os.environ.get("TESSERA_BINARY", f"{ROOT}/.build/release/tessera")
ROUTES = os.environ.get("ROUTES_BINARY", f"{HERE}/.build/release/ProtectedRoute")
PASSWORD = "correct horse battery staple"
ROUNDS, SECONDS, CONNECTIONS = 5, 2, 32


class Tessera:
    """A server in an empty directory, on a port of its own."""

    def __init__(self, port: int, **settings: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.directory = tempfile.mkdtemp(prefix="tessera-benchmark-")
        self.environment = {
            **os.environ, "TESSERA_ISSUER": self.url, "TESSERA_LISTEN": f"127.0.0.1:{port}",
            "TESSERA_LOG_LEVEL": "warning", **{f"TESSERA_{key.upper()}": value for key, value in settings.items()},
        }  # fmt: skip
        self.process = None

    def start(self) -> float:
        """Starts it; answers the milliseconds until it is ready."""
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [TESSERA, "serve"], cwd=self.directory, env=self.environment,
            stderr=open(f"{self.directory}/log", "ab"), stdout=subprocess.DEVNULL,
        )  # fmt: skip
        self.wait_for("/health/ready")
        return (time.perf_counter() - began) * 1000

    def wait_for(self, path: str) -> None:
        while True:
            try:
                urllib.request.urlopen(self.url + path, timeout=5).close()
                return
            except OSError:
                assert self.process.poll() is None, open(f"{self.directory}/log").read()
                time.sleep(0.002)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()

    def remove(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, *arguments: str, text: str | None = None) -> str:
        done = subprocess.run(
            [TESSERA, *arguments], cwd=self.directory, env=self.environment, input=text, text=True,
            stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        return done.stdout

    def add_user(self, name: str = "alice") -> None:
        self.run("user", "add", name, "--password-stdin", text=PASSWORD)

    def add_client(self, *arguments: str) -> str:
        """Registers a confidential client; answers its Basic credentials."""
        secret = re.search(r"tcs_\S+", self.run("client", "add", "robot", "--confidential", *arguments))[0]
        return base64.b64encode(f"robot:{secret}".encode()).decode()

    def log_in(self, name: str = "alice") -> dict:
        return post(f"{self.url}/token", {"username": name, "password": PASSWORD})


@contextmanager
def serving(port: int, **settings: str):
    server = Tessera(port, **settings)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        server.remove()


def post(url: str, fields: dict, basic: str | None = None) -> dict:
    headers = {"Authorization": f"Basic {basic}"} if basic else {}
    request = urllib.request.Request(url, urllib.parse.urlencode(fields).encode(), headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read()
        return json.loads(body) if body else {}


def status(url: str, token: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def wrk(url: str, token: str | None = None, script: str | None = None,
        connections: int = CONNECTIONS, seconds: int = SECONDS, **environment: str) -> tuple[float, float, float]:
    """Asks as fast as it goes: requests a second, and the median and the 99th percentile in milliseconds."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    if token:
        command += ["-H", f"Authorization: Bearer {token}"]
    if script:
        command += ["-s", f"{HERE}/load/{script}.lua"]
    out = subprocess.run(
        [*command, url], capture_output=True, text=True, check=True, env={**os.environ, **environment}
    ).stdout
    assert "Non-2xx" not in out and "Socket errors" not in out, f"{url}: {out}"
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), latency(out, 50), latency(out, 99))


@functools.cache
def compiled(name: str, *libraries: str) -> str:
    """The program of a C file in load/."""
    directory = tempfile.mkdtemp(prefix="tessera-benchmark-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    source = f"{HERE}/load/{name}.c"
    subprocess.run(["cc", "-O2", source, "-o", f"{directory}/{name}", *libraries], check=True)
    return f"{directory}/{name}"


def refreshes(server: Tessera, tokens: str, seconds: int = SECONDS) -> tuple[float, float, float]:
    """Refreshes the sessions of a file at once: a second, and the median and the 99th percentile in milliseconds."""
    command = [compiled("refresh"), server.url.rsplit(":", 1)[1], tokens, str(seconds)]
    rate, middle, late = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return float(rate), float(middle), float(late)


def sessions(server: Tessera, count: int) -> str:
    """A file of as many refresh tokens, each of a session of its own."""
    tokens = []
    in_parallel(8, count, lambda: tokens.append(server.log_in()["refresh_token"]))
    path = f"{server.directory}/tokens"
    with open(path, "w") as file:
        file.write("\n".join(tokens) + "\n")
    return path


def processor(process: int) -> float:
    """The processor time that a process and its children have taken, in seconds."""
    fields = open(f"/proc/{process}/stat").read().rsplit(")", 1)[1].split()
    own = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return own + sum(processor(child) for child in children(process))


def children(process: int) -> list[int]:
    return [int(child) for child in open(f"/proc/{process}/task/{process}/children").read().split()]


def wait_until_idle(process: int) -> None:
    """Waits for what a process still does for clients that are gone; it would be measured with the next subject."""
    before = -1.0
    while (now := processor(process)) - before > 0.01:
        before = now
        time.sleep(0.2)


def latency(out: str, percentile: int) -> float:
    number, unit = re.search(rf"\s{percentile}%\s+([\d.]+)(us|ms|s)", out).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def resident(process: int) -> float:
    """The resident memory of a process and its children, in MiB."""
    own = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{process}/status").read())[1]) / 1024
    return own + sum(resident(child) for child in children(process))


def in_parallel(threads: int, count: int, work) -> list[float]:
    """Does a piece of work so many times; answers how many seconds each took."""
    left, lock, times = iter(range(count)), threading.Lock(), []

    def run() -> None:
        while True:
            with lock:
                if next(left, None) is None:
                    return
            began = time.perf_counter()
            work()
            times.append(time.perf_counter() - began)

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return times


class Peer:
    """The tutorial's app under uvicorn, two workers."""

    def __init__(self, port: int, secret: str, public_key: str = "") -> None:
        self.url = f"http://127.0.0.1:{port}"
        python = f"{HERE}/.build-peers/bin/python"
        requirements = f"{HERE}/peers/requirements.txt"
        if not os.path.exists(python):
            subprocess.run(["python3", "-m", "venv", f"{HERE}/.build-peers"], check=True)
            subprocess.run([python, "-m", "pip", "install", "-q", "-r", requirements], check=True)
        hashed = subprocess.run(
            [python, "-c", "import bcrypt, sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt()).decode())",
             PASSWORD], capture_output=True, text=True, check=True,
        ).stdout.strip()  # fmt: skip
        began = time.perf_counter()
        self.process = subprocess.Popen(
            [python, "-m", "uvicorn", "tutorial:app", "--workers", "2", "--port", str(port), "--no-access-log",
             "--log-level", "error"], cwd=f"{HERE}/peers",
            env={**os.environ, "BENCHMARK_SECRET": secret, "BENCHMARK_PUBLIC_KEY": public_key,
                 "BENCHMARK_PASSWORD_HASH": hashed},
        )  # fmt: skip
        while True:
            try:
                urllib.request.urlopen(f"{self.url}/bare", timeout=5).close()
                break
            except OSError:
                assert self.process.poll() is None
                time.sleep(0.005)
        self.start_time = (time.perf_counter() - began) * 1000

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextmanager
def tutorial(port: int, secret: str, public_key: str = ""):
    peer = Peer(port, secret, public_key)
    try:
        yield peer
    finally:
        peer.stop()


@contextmanager
def routes(*arguments: str):
    """The protected routes as a process of their own, with what it prints before it is ready."""
    process = subprocess.Popen([ROUTES, *arguments], stdout=subprocess.PIPE, text=True)
    try:
        printed = {}
        for line in process.stdout:
            if line.strip() == "ready":
                break
            name, value = line.split(maxsplit=1)
            printed[name] = value.strip()
        yield printed
    finally:
        process.kill()
        process.wait()


def median_ratio(rates: list[float], others: list[float]) -> float:
    return statistics.median(rate / other for rate, other in zip(rates, others))
