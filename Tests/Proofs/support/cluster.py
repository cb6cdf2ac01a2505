"""A PostgreSQL server of a proof's own, which can be killed, and a pair of two, one of which takes over."""

import atexit
import glob
import os
import shutil
import signal
import subprocess
import tempfile
import time

from .server import free_port

ROLE, PASSWORD, DATABASE = "tessera", "proof-password", "tessera"
CONFIGURATION = "listen_addresses = '127.0.0.1'\nmax_connections = 200\nshared_buffers = 48MB\n"


def program(name: str) -> str | None:
    """Debian keeps the programs of each version in a folder of its own."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    return next((path for folder in folders if os.access(path := f"{folder}/{name}", os.X_OK)), shutil.which(name))


def unprivileged() -> list[str]:
    """PostgreSQL refuses root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


class Cluster:
    def __init__(self, copy_of: "Cluster | None" = None, port: int | None = None) -> None:
        """Makes an empty cluster and starts it, or a standby of another."""
        self.directory = tempfile.mkdtemp(prefix="tessera-proof-pg-")
        self.data, self.port = f"{self.directory}/data", port or free_port()
        self.process: subprocess.Popen | None = None
        atexit.register(self.remove)
        if os.geteuid() == 0:
            shutil.chown(self.directory, "postgres", "postgres")
        if copy_of:
            self.call("pg_basebackup", "-h", copy_of.directory, "-p", str(copy_of.port), "-U", "postgres",
                      "-D", self.data, "-X", "stream", "-R", "-c", "fast")
        else:
            self.call("initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8",
                      "--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions")
            with open(f"{self.data}/postgresql.conf", "a") as file:
                file.write(CONFIGURATION)
        self.start()
        if not copy_of:
            self.sql(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{PASSWORD}'")
            self.sql(f"CREATE DATABASE {DATABASE} OWNER {ROLE} TEMPLATE template0")

    def call(self, name: str, *arguments: str) -> str:
        done = subprocess.run([*unprivileged(), program(name), *arguments], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr}")
        return done.stdout

    def start(self) -> None:
        """Starts the server, unless it runs, and waits until it takes connections."""
        if not self.process:
            with open(f"{self.directory}/log", "ab") as log:
                self.process = subprocess.Popen(
                    [*unprivileged(), program("postgres"), "-D", self.data, "-p", str(self.port), "-k", self.directory],
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )
        while not self.answers():
            if self.process.poll() is not None:
                raise RuntimeError(f"PostgreSQL ended: {self.log()}")
            time.sleep(0.02)

    def answers(self) -> bool:
        try:
            return self.sql("SELECT 1") == "1"
        except RuntimeError:
            return False

    def log(self) -> str:
        with open(f"{self.directory}/log") as file:
            return file.read()[-2000:]

    def kill(self) -> None:
        """Kills every process of the server at once."""
        if not self.process:
            return
        with open(f"{self.data}/postmaster.pid") as file:
            postmaster = int(file.readline())
        with open(f"/proc/{postmaster}/task/{postmaster}/children") as file:
            processes = [postmaster, *map(int, file.read().split())]
        for process in processes:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait()
        self.process = None
        # Its shared memory is in use until the last of its processes is gone.
        while any(os.path.exists(f"/proc/{process}") for process in processes):
            time.sleep(0.005)

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.directory, ignore_errors=True)

    def sql(self, text: str, database: str = "postgres") -> str:
        return self.call(
            "psql", "-h", self.directory, "-p", str(self.port), "-U", "postgres", "-d", database, "-XAtqc", text
        ).rstrip("\n")

    # What a fleet asks of its database.

    @property
    def ports(self) -> list[int]:
        return [self.port]

    @property
    def primary(self) -> "Cluster":
        return self

    def fail(self) -> None:
        """The database is gone until `mend`."""
        self.kill()

    def mend(self) -> None:
        self.start()


class Pair:
    """A primary and a synchronous standby; when the primary is killed the standby takes its place."""

    def __init__(self) -> None:
        self.primary, self.standby = Cluster(), None
        self.places = [self.primary.port, free_port()]
        self.mend()

    @property
    def ports(self) -> list[int]:
        return self.places

    def remove(self) -> None:
        for cluster in (self.primary, self.standby):
            if cluster:
                cluster.remove()

    def fail(self) -> None:
        """The primary dies; the standby has all that was acknowledged, and is promoted."""
        old, self.primary, self.standby = self.primary, self.standby, None
        old.remove()
        self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = ''")
        self.primary.sql("SELECT pg_reload_conf()")
        self.primary.sql("SELECT pg_promote()")

    def mend(self) -> None:
        """A new standby takes the place of the one that is the primary now, and commits wait for it."""
        if self.standby:
            return
        port = next(port for port in self.places if port != self.primary.port)
        self.standby = Cluster(copy_of=self.primary, port=port)
        self.primary.sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.primary.sql("SELECT pg_reload_conf()")
        while self.primary.sql("SELECT sync_state FROM pg_stat_replication") != "sync":
            time.sleep(0.02)
