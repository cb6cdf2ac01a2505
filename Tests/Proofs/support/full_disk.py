"""A real file system that is filled up under the server and freed again."""

import os
import subprocess
import sys
import tempfile

from .outcome import Outcome
from .seed import add_model, seed
from .server import Server, StartFailure
from .workload import Workload

SIZE = 24


def prove_full_disk(options, outcome: Outcome, kind: str) -> Workload | None:
    """Fills a file system of a kind; nothing where it cannot be mounted."""
    directory = tempfile.mkdtemp(prefix="tessera-proof-")
    disk = f"{directory}/disk"
    os.mkdir(disk)
    if not mount(kind, directory, disk):
        print(f"  {kind} cannot be mounted here", file=sys.stderr)
        return None
    # The log stays outside: what is full is the storage.
    server = Server(options.binary, directory=directory, data=f"{disk}/data")
    server.start()
    add_model(server)
    server.stop()
    count = 60 if options.short else 600
    seeded = seed(server, {"chain": 9, "end": count} | {f"disable{number}": 1 for number in range(count)})
    disables = [seeded[f"disable{number}"][0] for number in range(count)]
    work = Workload(server, outcome, seeded["chain"], seeded["end"], disables, options.patience)
    server.start()
    work.prepare()
    for _ in range(1 if options.short else 12):
        fill(disk)
        refused = work.refused
        for _ in range(20):
            work.run()
            if work.refused > refused + 3:
                break
        outcome.expect(work.refused > refused, f"a full {kind} is not noticed")
        outcome.expect(not server.is_ready(), f"ready although the {kind} is full")
        os.unlink(f"{disk}/filler")
        work.recover()
        work.run()
        work.kill_and_check()
    start_when_full(work, disk, kind)
    server.kill()
    subprocess.run(["umount", disk], check=False)
    server.remove()
    return work


def start_when_full(work: Workload, disk: str, kind: str) -> None:
    """Killed while full and started again: it says why it cannot, or serves what it can."""
    fill(disk)
    for _ in range(3):
        work.run()
    work.server.kill()
    try:
        work.server.start(within=3)
    except StartFailure as failure:
        status = work.server.process.poll()
        work.outcome.expect(status in (None, 3), f"a start on a full {kind} ends otherwise", f"{status} {failure}")
    work.server.kill()
    os.unlink(f"{disk}/filler")
    work.kill_and_check()
    work.recover()


def mount(kind: str, directory: str, disk: str) -> bool:
    if kind == "tmpfs":
        return run("mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", disk)
    image = f"{directory}/image"
    with open(image, "wb") as file:
        file.truncate(SIZE << 20)
    return run("mkfs.ext4", "-q", "-m", "0", image) and run("mount", "-o", "loop", image, disk)


def run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def fill(disk: str) -> None:
    """Writes until there is no room for one byte."""
    descriptor = os.open(f"{disk}/filler", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for size in (1 << 20, 1 << 12, 1 << 9, 1):
        try:
            while True:
                os.write(descriptor, b"x" * size)
                os.fsync(descriptor)
        except OSError:
            pass
    os.close(descriptor)
