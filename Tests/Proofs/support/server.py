"""A `tessera serve` in a directory of its own, that can be killed and started again."""

import atexit
import glob
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from .http import Connection, Lost
from .outcome import Outcome
from .trail import Trail, copy_of_file

CONFIGURATION = """
access_token_lifetime: 24h
login_attempts_per_account: 1000000
login_attempts_per_address: 1000000
log_format: json
roles:
  editor: ["articles:read", "articles:write"]
"""


class StartFailure(Exception):
    pass


class Server:
    #: Whether clients are to end their work; a single server's end by its death.
    is_over = False
    #: Whether 503 is an answer that clients may get.
    refusals_allowed = False

    def __init__(self, binary: str, more: str = "", directory: str | None = None, data: str | None = None,
                 issuer: str | None = None, environment: dict | None = None) -> None:
        self.binary, self.own_environment = os.path.abspath(binary), environment or {}
        self.port = free_port()
        self.directory = directory or tempfile.mkdtemp(prefix="tessera-proof-")
        self.data = data or f"{self.directory}/tessera-data"
        self.database = f"{self.data}/tessera.sqlite"
        self.log_path = f"{self.directory}/log"
        self.process: subprocess.Popen | None = None
        self.log_start = 0
        atexit.register(self.remove)
        with open(f"{self.directory}/tessera.yaml", "w") as file:
            file.write(f"issuer: {issuer or self.url}\nlisten: 127.0.0.1:{self.port}\ndata_directory: {self.data}\n")
            file.write(f"database: sqlite:{self.database}\n{CONFIGURATION}{more}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def environment(self, more: dict | None = None) -> dict:
        return {**clean_environment(), **self.own_environment, **(more or {})}

    # Lives.

    def spawn(self, environment: dict | None = None, wrapper: list[str] | None = None) -> None:
        """Starts the process without waiting for it."""
        log = open(self.log_path, "ab")
        self.log_start = log.tell()
        self.process = subprocess.Popen(
            (wrapper or []) + [self.binary, "serve"],
            cwd=self.directory, env=self.environment(environment),
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )
        log.close()

    def start(self, environment: dict | None = None, wrapper: list[str] | None = None, within: float = 30) -> float:
        """Starts and waits until it is ready; answers the seconds that took."""
        began = time.monotonic()
        self.spawn(environment, wrapper)
        while not self.is_ready():
            if self.process.poll() is not None:
                raise StartFailure(f"ended with {self.process.returncode}: {self.log()}")
            if time.monotonic() - began > within + self.waited_for_processor():
                raise StartFailure(f"not ready within {within} s: {self.threads()} {self.log()}")
            time.sleep(0.01)
        return time.monotonic() - began

    def is_ready(self) -> bool:
        connection = Connection(self.port, timeout=5)
        try:
            return connection.call("GET", "/health/ready").status == 200
        except Lost:
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
        if self.process:
            self.process.wait()

    def stop(self, within: float = 40) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=within)

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log(self, life: bool = True) -> str:
        with open(self.log_path, "rb") as file:
            file.seek(self.log_start if life else 0)
            return file.read().decode("utf-8", "replace")

    # What is asked of it.

    def connect(self, **rest) -> Connection:
        return Connection(self.port, **rest)

    def tessera(self, *arguments: str, secret: str | None = None, environment: dict | None = None) -> str:
        done = subprocess.run(
            [self.binary, *arguments], cwd=self.directory, env=self.environment(environment), input=secret or "",
            text=True, capture_output=True, timeout=60,
        )
        if done.returncode != 0:
            raise RuntimeError(f"tessera {' '.join(arguments)}: {done.returncode} {done.stderr}")
        return done.stdout

    def first_password(self) -> str:
        with open(f"{self.data}/initial-admin-password") as file:
            return file.read().strip()

    def administrator(self, password: str | None = None) -> str:
        """An access token that may administer."""
        connection = self.connect()
        answer = connection.log_in("admin", password or self.first_password(), scope="admin")
        connection.close()
        if answer.status != 200:
            raise RuntimeError(f"the administrator cannot log in: {answer}")
        return answer.json["access_token"]

    def await_refusal(self, access_token: str, outcome: Outcome) -> None:
        """A single server refuses at once what it has ended."""
        connection = self.connect()
        answer = connection.call("GET", "/verify", bearer=access_token)
        connection.close()
        outcome.expect(answer.status == 401, "what was ended is not refused at once", answer)

    def trail(self, audit_from: int = 0, revocations_from: int = 0) -> Trail:
        """What a dead server has left in its file."""
        return Trail(copy_of_file(self.database), audit_from, revocations_from)

    def integrity(self) -> str:
        with self.trail() as trail:
            return trail.integrity()

    def waited_for_processor(self) -> float:
        """Seconds in which a thread could have run and got no processor: the machine's time, not the server's."""
        waits = [0]
        for path in glob.glob(f"/proc/{self.process.pid}/task/*/schedstat"):
            try:
                with open(path) as file:
                    waits.append(int(file.read().split()[1]))
            except (OSError, IndexError):
                pass
        return max(waits) / 1e9

    def threads(self) -> str:
        """What each thread does, for a start that does not end."""
        found = []
        for path in sorted(glob.glob(f"/proc/{self.process.pid}/task/*")):
            try:
                with open(f"{path}/stat") as stat, open(f"{path}/wchan") as place, open(f"{path}/schedstat") as times:
                    ran, waited, _ = times.read().split()
                    state = stat.read().rsplit(")", 1)[1].split()[0]
                    found.append(f"{state} {place.read()} ran {int(ran) / 1e9:.2f} s, waited {int(waited) / 1e9:.2f} s")
            except OSError:
                pass
        return "; ".join(found)

    def resident(self) -> float:
        """The resident memory in MB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1]) / 1024


def clean_environment() -> dict:
    """This process's environment without what would configure a server."""
    return {name: value for name, value in os.environ.items() if not name.startswith("TESSERA_")}


def free_port() -> int:
    """A port below those that outgoing connections get, so that none of them takes it first."""
    while True:
        port = random.SystemRandom().randrange(12_000, 32_000)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
