"""Makes system calls on the storage's files fail, with strace."""

import glob
import os
import shutil
import signal
import subprocess
import time

from .server import Server

#: Every kind of call that changes the storage, or opens it.
CALLS = ["pwrite64", "write", "fdatasync", "fsync", "openat", "ftruncate", "rename", "unlink"]
ERRORS = ["EIO", "ENOSPC"]


def is_possible() -> bool:
    return shutil.which("strace") is not None and os.geteuid() == 0


def storage_paths(server: Server) -> list[str]:
    names = ["tessera.sqlite", "tessera.sqlite-wal", "tessera.sqlite-shm", "tessera.sqlite-journal", "tessera.lock",
             "master.key", "master.key.new", "initial-admin-password", "initial-admin-password.new"]
    return [server.data] + [f"{server.data}/{name}" for name in names]


class Fault:
    """One kind of call fails with one error, at its nth time or from then on (`3+`)."""

    def __init__(self, server: Server, call: str, error: str, when: str, paths: list[str] | None = None) -> None:
        self.server, self.call, self.error, self.when = server, call, error, when
        self.log = f"{server.directory}/strace"
        self.paths = paths or storage_paths(server)
        self.tracer: subprocess.Popen | None = None

    def __str__(self) -> str:
        return f"{self.call} {self.error} {self.when}"

    @property
    def command(self) -> list[str]:
        if os.path.exists(self.log):
            os.unlink(self.log)
        paths = [part for path in self.paths for part in ("-P", path)]
        inject = f"inject={self.call}:error={self.error}:when={self.when}"
        return ["strace", "-f", "-qq", "-o", self.log, *paths, "-e", f"trace={self.call}", "-e", inject]

    @property
    def wrapper(self) -> list[str]:
        """For a server that starts under it: strace's own process is a detached one, the server keeps its number."""
        return [*self.command, "-D"]

    def __enter__(self) -> "Fault":
        process = self.server.process.pid
        self.tracer = subprocess.Popen([*self.command, "-p", str(process)], stderr=subprocess.DEVNULL)
        while not self.is_attached(process):
            time.sleep(0.002)
        return self

    @staticmethod
    def is_attached(process: int) -> bool:
        """Whether every thread is traced."""
        for path in glob.glob(f"/proc/{process}/task/*/status"):
            try:
                with open(path) as file:
                    if "\nTracerPid:\t0\n" in file.read():
                        return False
            except OSError:
                pass
        return os.path.exists(f"/proc/{process}")

    def __exit__(self, *_: object) -> None:
        self.tracer.send_signal(signal.SIGINT)
        try:
            self.tracer.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.tracer.kill()
            self.tracer.wait()

    @property
    def injected(self) -> int:
        """How often a call was made to fail."""
        try:
            with open(self.log, errors="replace") as file:
                return file.read().count("(INJECTED)")
        except OSError:
            return 0
