#!/usr/bin/env python3
"""Makes every write, sync, open, truncate, rename and unlink of the storage fail, and fills the disk.

    python3 Tests/Proofs/iofault.py --binary .build/release/tessera

Each call on the data directory's files fails once with EIO and once with ENOSPC, at its first time, its second and so on
until the scripted work makes no more of them: at the very first start, at a start after a kill, while serving, around a
checkpoint, and at the end. Then each kind fails until further notice; then a small file system (tmpfs, and ext4 on a loop
device) is filled up and freed. Nothing is acknowledged that is not there after a restart, tokens are verified all the
while, nothing crashes, and the server is healthy within five seconds of the cause going. Needs root and strace.
"""

import ctypes
import os
import random
import shutil
import subprocess
import sys
import time

from support.faults import CALLS, ERRORS, Fault, is_possible
from support.full_disk import prove_full_disk
from support.http import Lost
from support.outcome import Outcome, arguments, cannot
from support.seed import seeded_server
from support.server import Server, StartFailure
from support.workload import Workload

#: The calls with which a checkpoint writes the database's own file.
CHECKPOINT_CALLS = ["pwrite64", "fdatasync", "ftruncate"]
#: How often each part's work makes each call at least: what the short form picks from.
FIRST_START = {"pwrite64": 40, "fdatasync": 8, "fsync": 4, "openat": 8, "rename": 2}
LATER_START = {"pwrite64": 4, "fdatasync": 2, "openat": 4}
SERVING = {"pwrite64": 30, "fdatasync": 10}
CHECKPOINT = {"pwrite64": 6, "fdatasync": 1}
#: Sessions that fill a good part of the log when they end.
MANY = 1500


PARTS = ("first_start", "later_start", "serving", "checkpoint", "ending", "full_disk")


class Proof:
    def __init__(self, options, outcome: Outcome) -> None:
        self.options, self.outcome = options, outcome
        self.injected = self.tries = 0
        self.works: list[Workload] = []

    def count(self, fault: Fault) -> int:
        self.tries += 1
        self.injected += fault.injected
        return fault.injected

    def faults(self, server: Server, picks: int, likely: dict[str, int], paths: list[str] | None = None):
        """Every call's every time in turn, until the work makes no more of them; in the short form a few picks.

        `likely` says how often the work makes a call at least, and is only used to pick.
        """
        if self.options.short:
            times = [(call, number) for call, most in likely.items() for number in range(1, most + 1)]
            for call, number in random.sample(times, picks):
                fault = Fault(server, call, random.choice(ERRORS), str(number), paths)
                yield fault
                self.count(fault)
            return
        for call in (CHECKPOINT_CALLS if paths else CALLS):
            for error in ERRORS:
                for number in range(1, 1000):
                    fault = Fault(server, call, error, str(number), paths)
                    yield fault
                    if not self.count(fault):
                        break

    # Starts.

    def first_start(self) -> None:
        server = Server(self.options.binary)
        for fault in self.faults(server, 2, FIRST_START):
            shutil.rmtree(server.data, ignore_errors=True)
            self.start_under(server, fault)
            server.kill()
            try:
                server.start(within=5)
                server.administrator()
            except (StartFailure, RuntimeError, OSError, Lost) as error:
                self.outcome.violated("a first start under a fault leaves what does not start", f"{fault}: {error}")
            server.kill()
        server.remove()

    def start_under(self, server: Server, fault: Fault) -> bool:
        """Starts, or ends with a sentence; never with a signal."""
        try:
            server.start(wrapper=fault.wrapper, within=20)
            return True
        except StartFailure as failure:
            status = server.process.poll()
            self.outcome.expect(status in (2, 3), "a start under a fault ends otherwise", f"{fault}: {status} {failure}")
            self.outcome.expect(any(word in str(failure) for word in ("cannot", "failed")),
                                "a start under a fault says nothing", f"{fault}: {failure}")
            return False

    def later_start(self) -> None:
        """After a kill: the log must be read back, and what was acknowledged be there."""
        work = self.work(1000)
        for fault in self.faults(work.server, 1, LATER_START):
            work.server.kill()
            if self.start_under(work.server, fault):
                work.run()
            work.kill_and_check()
            work.run()
        work.server.remove()

    # While it serves.

    def work(self, count: int) -> Workload:
        accounts = {"chain": 9, "end": count} | {f"disable{number}": 1 for number in range(count)}
        accounts |= {f"many{number}": MANY for number in range(8)} if self.options.short else {}
        server, seeded = seeded_server(self.options.binary, accounts)
        disables = [seeded[f"disable{number}"][0] for number in range(count)]
        work = Workload(server, self.outcome, seeded["chain"], seeded["end"], disables, self.options.patience)
        server.start()
        work.prepare()
        self.works.append(work)
        return work

    def serving(self) -> None:
        work = self.work(1500)
        for number, fault in enumerate(self.faults(work.server, 6, SERVING)):
            with fault:
                work.run()
            work.recover()
            if number % 10 == 9:
                work.kill_and_check()
        for call in ("pwrite64", "fdatasync", "openat"):
            for error in ERRORS[:1] if self.options.short else ERRORS:
                fault = Fault(work.server, call, error, "1+")
                with fault:
                    for _ in range(1 if self.options.short else 3):
                        work.run()
                    if call != "openat":
                        self.outcome.expect(not work.server.is_ready(), f"ready although every {call} fails")
                work.recover()
                self.count(fault)
                work.kill_and_check()
        work.server.remove()

    def checkpoint(self) -> None:
        """The thousandth page in the log makes the next commit write the database's own file."""
        work = self.work(600)
        for fault in self.faults(work.server, 1, CHECKPOINT, paths=[work.server.database]):
            if not self.options.short:
                self.fill_log(work)
            with fault:
                for number in range(8 if self.options.short else 0):
                    if not fault.injected:
                        work.end_many(f"many{number}", MANY)
                for _ in range(4):
                    work.run()
            work.recover()
            work.kill_and_check()
        work.server.remove()

    @staticmethod
    def fill_log(work: Workload) -> None:
        connection, chain = work.server.connect(), work.chains[0]
        while frames(work.server) < 990 and chain.ask(connection).status == 200:
            pass
        connection.close()

    def ending(self) -> None:
        """A graceful stop writes the log back: whatever fails there, nothing is lost."""
        work = self.work(300)
        for fault in self.faults(work.server, 1, CHECKPOINT):
            work.run()
            with fault:
                status = work.server.stop()
            self.outcome.expect(status in (0, 3), "a stop under a fault ends otherwise", f"{fault}: {status}")
            work.check_file()
            work.server.start()
            work.check_answers()
        work.server.remove()


def frames(server: Server) -> int:
    """How many pages the log holds: `mxFrame` of the wal-index's header (SQLite's file format, §2.2)."""
    with open(server.database + "-shm", "rb") as file:
        file.seek(16)
        return int.from_bytes(file.read(4), sys.byteorder)


def private_mounts() -> None:
    """Mounts that nobody else sees, and that are gone with this process."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x00020000) != 0:
        cannot("unshare: " + os.strerror(ctypes.get_errno()))
    subprocess.run(["mount", "--make-rprivate", "/"], check=True)


def main() -> None:
    options = arguments(__doc__, PARTS)
    random.seed(options.seed)
    if not is_possible():
        cannot("strace and root are needed")
    private_mounts()
    outcome = Outcome("iofault")
    proof = Proof(options, outcome)
    parts = [options.only] if options.only else PARTS
    for part in (getattr(proof, name) for name in parts if name != "full_disk"):
        before, began = proof.injected, time.monotonic()
        part()
        faults, seconds = proof.injected - before, time.monotonic() - began
        print(f"  {part.__name__.replace('_', ' ')}: {faults} faults, {seconds:.0f} s", flush=True)
    kinds = ["ext4"] if options.short else ["tmpfs", "ext4"]
    kinds = kinds if "full_disk" in parts else []
    disks = [prove_full_disk(options, outcome, kind) for kind in kinds]
    works = proof.works + [disk for disk in disks if disk]
    outcome.expect(proof.injected > 0 or not proof.tries, "no fault was injected")
    outcome.end(
        f"{proof.injected} injected faults in {proof.tries} tries, {sum(1 for disk in disks if disk)} full file systems, "
        f"{sum(work.acknowledged for work in works)} acknowledged and {sum(work.refused for work in works)} refused"
        f" effects, slowest recovery {max([work.slowest for work in works], default=0):.1f} s (seed {options.seed})"
    )


if __name__ == "__main__":
    main()
