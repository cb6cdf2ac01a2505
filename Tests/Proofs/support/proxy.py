"""A proxy between one node and its database that delays, swallows and cuts, and keeps notices from getting through."""

import selectors
import socket
import struct
import threading
import time

from .server import free_port

#: How what passes is treated.
OPEN, SLOW, SILENT = "open", "slow", "silent"


class Proxy:
    def __init__(self, target: int) -> None:
        self.target, self.port = target, free_port()
        self.mode, self.delay = OPEN, 0.0
        self.pairs: set[tuple[socket.socket, socket.socket]] = set()
        #: Guards the pairs.
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def slow(self, delay: float) -> None:
        self.mode, self.delay = SLOW, delay

    def silence(self) -> None:
        """Nothing passes any more, and nobody is told; what was swallowed is never delivered."""
        self.mode = SILENT

    def heal(self) -> None:
        """New connections pass; those that lost anything end."""
        was, self.mode = self.mode, OPEN
        if was == SILENT:
            self.cut()

    def cut(self) -> None:
        """Ends every connection."""
        with self.lock:
            pairs = list(self.pairs)
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def accept(self) -> None:
        while True:
            node, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(node,), daemon=True).start()

    def serve(self, node: socket.socket) -> None:
        try:
            database = socket.create_connection(("127.0.0.1", self.target), timeout=5)
        except OSError:
            node.close()
            return
        database.settimeout(None)
        pair = (node, database)
        with self.lock:
            self.pairs.add(pair)
        try:
            self.carry(node, database)
        except OSError:
            pass
        finally:
            with self.lock:
                self.pairs.discard(pair)
            node.close()
            database.close()

    def carry(self, node: socket.socket, database: socket.socket) -> None:
        notices = NoticeFilter()
        with selectors.DefaultSelector() as selector:
            selector.register(node, selectors.EVENT_READ, database)
            selector.register(database, selectors.EVENT_READ, node)
            while True:
                for key, _ in selector.select():
                    data = key.fileobj.recv(1 << 16)
                    if not data:
                        return
                    if self.mode == SILENT:
                        continue
                    if self.mode == SLOW:
                        time.sleep(self.delay)
                    key.data.sendall(notices.without(data) if key.fileobj is database else data)


class NoticeFilter:
    """Takes the answers to LISTEN out of what a database sends: its messages have a letter and a length."""

    def __init__(self) -> None:
        self.rest = b""

    def without(self, data: bytes) -> bytes:
        self.rest += data
        passed, position = [], 0
        while len(self.rest) - position >= 5:
            end = position + 1 + struct.unpack_from(">I", self.rest, position + 1)[0]
            if end > len(self.rest):
                break
            if self.rest[position:position + 1] != b"A":
                passed.append(self.rest[position:end])
            position = end
        self.rest = self.rest[position:]
        return b"".join(passed)
