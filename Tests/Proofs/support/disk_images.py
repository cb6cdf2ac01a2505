"""Rebuilds what a disk may hold after a power cut, from a recorder's log.

What was synced is there. Of what was not, any part may be: each 512-byte sector holds what it held at the last sync or
what any later write put there, a file has any of the sizes it had meanwhile, and names in a directory are as at its last
sync or as after any number of the changes since, in their order.
"""

import os
import random
import struct
from collections.abc import Iterator

WRITE, TRUNCATE, SYNC, CREATE, RENAME, UNLINK, MKDIR = range(1, 8)
HEADER = struct.Struct("<IIQQII")
MAGIC = 0x54455353
SECTOR = 512
#: How what was not synced is treated: none of it is there, all is, the first part is with the next write torn, each
#: write is or is not, each sector is or is not.
MODES = ("dropped", "kept", "torn", "reordered", "sectors")


class Operation:
    __slots__ = ("kind", "inode", "offset", "path", "data", "end")

    def __init__(self, kind: int, inode: int, offset: int, path: str, data: bytes, end: int) -> None:
        self.kind, self.inode, self.offset, self.path, self.data, self.end = kind, inode, offset, path, data, end


def read_log(path: str) -> list[Operation]:
    with open(path, "rb") as file:
        log = file.read()
    operations, position = [], 0
    while position + HEADER.size <= len(log):
        magic, kind, inode, offset, path_length, data_length = HEADER.unpack_from(log, position)
        if magic != MAGIC:
            raise ValueError(f"the log is broken at {position}")
        start = position + HEADER.size
        position = start + path_length + data_length
        if position > len(log):
            break
        name = log[start:start + path_length].decode()
        operations.append(Operation(kind, inode, offset, name, log[start + path_length:position], position))
    return operations


class File:
    """A file's content at its last sync, and what was done to it since."""

    def __init__(self, content: bytes = b"") -> None:
        self.durable = bytearray(content)
        self.pending: list[Operation] = []

    def sync(self) -> None:
        for operation in self.pending:
            apply(self.durable, operation)
        self.pending = []


class Directory:
    """A directory's names at its last sync, and what was done to them since."""

    def __init__(self, names: dict[str, int] | None = None) -> None:
        self.durable = names or {}
        self.pending: list[tuple[int, str, int]] = []

    def sync(self) -> None:
        self.durable = self.names(len(self.pending))
        self.pending = []

    def names(self, count: int) -> dict[str, int]:
        """The names after so many of the changes."""
        names = dict(self.durable)
        for kind, name, number in self.pending[:count]:
            if kind == UNLINK:
                names.pop(name, None)
            else:
                names[name] = number
        return names


class Disk:
    """All files and directories below a root, step by step."""

    def __init__(self, root: str) -> None:
        """Everything that is there now is durable."""
        self.root = root
        self.files: dict[int, File] = {}
        self.directories: dict[str, Directory] = {}
        self.numbers: dict[int, int] = {}
        self.places: dict[int, str] = {}
        self.next = 1
        for place, folders, names in os.walk(root):
            directory = self.directories[place] = Directory()
            self.places[os.stat(place).st_ino] = place
            for name in folders:
                directory.durable[name] = 0
            for name in names:
                path = f"{place}/{name}"
                if os.path.isfile(path) and not name.endswith("-shm"):
                    with open(path, "rb") as file:
                        directory.durable[name] = self.add(os.stat(path).st_ino, file.read())

    def add(self, inode: int, content: bytes = b"") -> int:
        """A number of its own for each file: the file system uses inodes again."""
        self.numbers[inode] = self.next
        self.files[self.next] = File(content)
        self.next += 1
        return self.next - 1

    def do(self, operation: Operation) -> None:
        place, _, name = operation.path.rpartition("/")
        match operation.kind:
            case 1 | 2:
                if operation.inode in self.numbers:
                    self.files[self.numbers[operation.inode]].pending.append(operation)
            case 3:
                if operation.inode in self.places:
                    self.directories[self.places[operation.inode]].sync()
                elif operation.inode in self.numbers:
                    self.files[self.numbers[operation.inode]].sync()
            case 4:
                self.directories[place].pending.append((CREATE, name, self.add(operation.inode)))
            case 5:
                directory = self.directories[place]
                number = directory.names(len(directory.pending)).get(name, 0)
                directory.pending.append((UNLINK, name, 0))
                directory.pending.append((CREATE, operation.data.decode().rpartition("/")[2], number))
            case 6:
                self.directories[place].pending.append((UNLINK, name, 0))
            case 7:
                self.directories[place].pending.append((MKDIR, name, 0))
                self.directories[operation.path] = Directory()
                self.places[operation.inode] = operation.path

    def image(self, mode: str, chance: random.Random) -> dict[str, bytes | None]:
        """The paths below the root, with their content or, for a directory, nothing."""
        found: dict[str, bytes | None] = {}
        self.collect(self.root, mode, chance, found)
        return found

    def collect(self, place: str, mode: str, chance: random.Random, found: dict[str, bytes | None]) -> None:
        directory = self.directories[place]
        count = len(directory.pending)
        count = {"dropped": 0, "kept": count}.get(mode, chance.randint(0, count))
        for name, number in directory.names(count).items():
            path = f"{place}/{name}"
            if path in self.directories:
                found[path] = None
                self.collect(path, mode, chance, found)
            elif number:
                found[path] = content(self.files[number], mode, chance)


def apply(data: bytearray, operation: Operation) -> None:
    if operation.kind == TRUNCATE:
        del data[operation.offset:]
        data.extend(bytes(operation.offset - len(data)))
    else:
        put(data, operation.offset, operation.data)


def put(data: bytearray, offset: int, piece: bytes) -> None:
    if len(data) < offset + len(piece):
        data.extend(bytes(offset + len(piece) - len(data)))
    data[offset:offset + len(piece)] = piece


def content(file: File, mode: str, chance: random.Random) -> bytes:
    data, pending = bytearray(file.durable), file.pending
    if mode == "dropped":
        return bytes(data)
    if mode in ("kept", "torn"):
        first = len(pending) if mode == "kept" else chance.randint(0, len(pending))
        for operation in pending[:first]:
            apply(data, operation)
        if first < len(pending):
            tear(data, pending[first], chance)
        return bytes(data)
    share = chance.random()
    for operation in pending:
        if mode == "sectors" and operation.kind == WRITE:
            tear(data, operation, chance, share)
        elif chance.random() < share:
            apply(data, operation)
    return bytes(data)


def tear(data: bytearray, operation: Operation, chance: random.Random, share: float = 0.5) -> None:
    """Some of a write's sectors."""
    if operation.kind == TRUNCATE:
        return
    for start, piece in sectors(operation.offset, operation.data):
        if chance.random() < share:
            put(data, start, piece)


def sectors(offset: int, data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    while position < len(data):
        size = SECTOR - (offset + position) % SECTOR
        yield offset + position, data[position:position + size]
        position += size
