#!/usr/bin/env python3
"""Holds thousands of connections, sends and reads as slowly as it can, and smuggles; others must not notice.

    python3 Tests/Proofs/slow.py --binary .build/release/tessera --connections 5000

From many loopback addresses come connections that are held idle, heads and bodies a byte at a time, and answers that
nobody reads; meanwhile legitimate clients log in, refresh and ask, on old connections and new ones. None of their requests
may fail or wait long; the attackers are cut off at their deadlines; memory stays within a bound. Then requests whose end
two servers could read differently, directly and through nginx.
"""

import random
import resource
import select
import socket
import statistics
import threading
import time

from support.http import Lost
from support.outcome import Outcome, arguments
from support.seed import PASSWORD, seeded_server
from support.server import Server
from support.smuggling import find, prove_behind_nginx, prove_directly

PER_ADDRESS = 900
LONGEST_WAIT = 3.0
#: What the server may need for each connection, in MB, and for everything else that goes on.
PER_CONNECTION, ELSE = 0.1, 150


def is_readable(connection: socket.socket) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


class Attackers:
    """Connections that make no progress."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.held: list[socket.socket] = []
        self.slow: dict[str, list[socket.socket]] = {"head": [], "body": [], "read": []}
        self.number = 0

    def connect(self, narrow: bool = False) -> socket.socket:
        connection = socket.socket()
        if narrow:
            # Else the kernels' buffers would take whole answers, and nobody would have to wait for a reader.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
        connection.bind((f"127.0.1.{1 + self.number // PER_ADDRESS}", 0))
        self.number += 1
        connection.settimeout(30)
        connection.connect(("127.0.0.1", self.server.port))
        return connection

    def hold(self, count: int) -> None:
        """Each asks once, so that it may stay open."""
        for _ in range(count):
            connection = self.connect()
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
            self.held.append(connection)
        for connection in self.held:
            while b"\r\n\r\n" not in connection.recv(1 << 16):
                pass

    def begin(self, count: int) -> None:
        page = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"
        starts = {
            "head": b"POST /token HTTP/1.1\r\nHost: a\r\nX-Slow: ",
            "body": b"POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    b"Content-Length: 9000\r\n\r\nusername=",
            "read": page * 8,
        }
        for kind, start in starts.items():
            # An answer that nobody reads has to be made: many of them would be a flood, which is another attack.
            for _ in range(count // 5 if kind == "read" else count):
                connection = self.connect(narrow=kind == "read")
                connection.sendall(start)
                self.slow[kind].append(connection)

    def trickle(self) -> None:
        """One byte more for each that is not cut off yet."""
        for kind in ("head", "body"):
            for connection in list(self.slow[kind]):
                try:
                    connection.sendall(b"a")
                except OSError:
                    self.slow[kind].remove(connection)
        for connection in self.slow["head"] + self.slow["body"]:
            self.forget_if_closed(connection)

    def forget_if_closed(self, connection: socket.socket) -> None:
        try:
            if is_readable(connection) and not connection.recv(1 << 12):
                raise OSError
        except (OSError, ValueError):
            for many in self.slow.values():
                if connection in many:
                    many.remove(connection)
            connection.close()

    def readers_alive(self) -> int:
        """How many of those who do not read are still connected: reads what is left, then finds the end, or none."""
        alive = 0
        for connection in self.slow["read"]:
            connection.settimeout(0.2)
            try:
                while connection.recv(1 << 20):
                    pass
            except TimeoutError:
                alive += 1
            except OSError:
                pass
        return alive

    def close(self) -> None:
        for connection in self.held + [one for many in self.slow.values() for one in many]:
            connection.close()


class Legitimate(threading.Thread):
    """Asks all the time, and notes how long each answer took."""

    def __init__(self, server: Server, outcome: Outcome, kind: str, token: str, longest: float) -> None:
        super().__init__(daemon=True)
        self.longest = longest
        self.server, self.outcome, self.kind, self.token = server, outcome, kind, token
        self.times: list[float] = []
        self.stopping = False

    def run(self) -> None:
        connection = self.server.connect(timeout=30)
        access = connection.refresh(self.token).json
        self.token, access = access["refresh_token"], access["access_token"]
        while not self.stopping:
            if random.random() < 0.5:
                connection.close()
            began = time.monotonic()
            try:
                match self.kind:
                    case "refresh":
                        answer = connection.refresh(self.token)
                        self.token = answer.json.get("refresh_token", self.token)
                    case "log-in":
                        answer = connection.log_in("caller", PASSWORD)
                    case "me":
                        answer = connection.me(access)
                    case _:
                        answer = connection.call("GET", "/.well-known/jwks.json")
                self.outcome.expect(answer.status == 200, f"a legitimate {self.kind} fails", answer)
            except Lost as error:
                self.outcome.violated(f"a legitimate {self.kind} is lost", error)
            took = time.monotonic() - began
            self.times.append(took)
            self.outcome.expect(took < self.longest, f"a legitimate {self.kind} waits", f"{took:.1f} s")
            time.sleep(0.02)
        connection.close()


def one_address(server: Server, outcome: Outcome) -> None:
    """One address gets its share of connections, and no more."""
    connections, refused = [], 0
    for _ in range(1100):
        connection = socket.socket()
        connection.bind(("127.0.2.1", 0))
        connection.connect(("127.0.0.1", server.port))
        connections.append(connection)
    deadline = time.monotonic() + 15
    while refused < 76 and time.monotonic() < deadline:
        time.sleep(0.1)
        refused = sum(is_readable(connection) for connection in connections)
    outcome.expect(70 <= refused <= 80, "one address has more or less than its share", f"{refused} of 1100 refused")
    for connection in connections:
        connection.close()


def slow_clients(server: Server, outcome: Outcome, options, tokens: list[str]) -> tuple[list[float], float, float, int]:
    before = server.resident()
    longest = LONGEST_WAIT * options.patience
    callers = [Legitimate(server, outcome, kind, token, longest)
               for kind, token in zip(("refresh", "log-in", "me", "keys"), tokens)]
    for caller in callers:
        caller.start()
    attackers = Attackers(server)
    attackers.hold(options.connections)
    attackers.begin(options.connections // 20)
    slow = attackers.number - options.connections
    began, most = time.monotonic(), before
    # A head has ten seconds, a body and the reading of an answer thirty; the check comes three seconds later at most.
    last = 14 if options.short else 42
    # A machine that is busy with other tests may be late.
    late = began + last * options.patience
    while time.monotonic() < (late if attackers.slow["head"] else began + last):
        attackers.trickle()
        most = max(most, server.resident())
        time.sleep(1)
    outcome.expect(not attackers.slow["head"], "slow heads are not cut off", len(attackers.slow["head"]))
    if not options.short:
        outcome.expect(not attackers.slow["body"], "slow bodies are not cut off", len(attackers.slow["body"]))
        alive = attackers.readers_alive()
        outcome.expect(alive == 0, "slow readers are not cut off", alive)
    for caller in callers:
        caller.stopping = True
        caller.join(timeout=60)
    attackers.close()
    bound = before + ELSE + PER_CONNECTION * attackers.number
    outcome.expect(most < bound, "memory", f"{most:.0f} MB, allowed {bound:.0f}")
    outcome.expect(server.is_running, "the server ended", server.log()[-1000:])
    return sorted(time for caller in callers for time in caller.times), before, most, slow


def main() -> None:
    options = arguments(__doc__, connections=(5000, 500, "connections held"), rounds=(20, 1, "smuggling sets a proxy"))
    random.seed(options.seed)
    files = max(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 2 * options.connections + 4000)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, max(files, resource.getrlimit(resource.RLIMIT_NOFILE)[1])))
    outcome = Outcome("slow")
    server, seeded = seeded_server(options.binary, {"caller": 4, "other": 1})
    server.start()
    try:
        tokens = [one.token for one in seeded["caller"]]
        times, before, most, slow = slow_clients(server, outcome, options, tokens)
        one_address(server, outcome)
        sent = prove_directly(server, outcome)
        if find():
            users = {"other": seeded["other"][0].token, "caller": tokens[0]}
            connection = server.connect()
            access = {"other": connection.refresh(users["other"]).json["access_token"]}
            access["caller"] = connection.log_in("caller", PASSWORD).json["access_token"]
            sent += prove_behind_nginx(server, access, outcome, options.rounds)
        else:
            outcome.violated("nginx is not here (Debian: nginx-light)")
    finally:
        server.remove()
    percentile = times[int(len(times) * 0.99)]
    outcome.end(
        f"{options.connections} held and {slow} slow connections, {len(times)} legitimate"
        f" requests with p50 {statistics.median(times) * 1000:.0f} ms, p99 {percentile * 1000:.0f} ms, longest"
        f" {times[-1] * 1000:.0f} ms, memory {before:.0f} to {most:.0f} MB, {sent} ambiguous requests"
        f" (seed {options.seed})"
    )


if __name__ == "__main__":
    main()
