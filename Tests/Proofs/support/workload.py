"""One client that asks for effects of every kind, one after the other, and may be told that the storage fails."""

import random
import time

from .effects import Addition, Chain, Disabling, Effect, SessionEnd, SessionsEnd, TokenRevocation
from .http import Connection, Lost
from .outcome import Outcome
from .seed import Seeded
from .server import Server

HEALTHY_WITHIN = 5.0


class Workload:
    """Keeps the journal of what one server acknowledged, over all its lives."""

    def __init__(self, server: Server, outcome: Outcome, chains: list[Seeded], ends: list[Seeded],
                 disables: list[Seeded], patience: float = 1) -> None:
        self.server, self.outcome, self.within = server, outcome, HEALTHY_WITHIN * patience
        self.chains = [Chain(seeded) for seeded in chains]
        self.ends, self.disables = list(ends), list(disables)
        self.effects: list[Effect] = []
        self.checked: list[SessionEnd] = []
        self.audit_from = self.revocations_from = 0
        self.acknowledged = self.refused = self.recoveries = 0
        self.slowest = 0.0
        self.administrator = self.probe = ""

    def prepare(self) -> None:
        """With a healthy server: the tokens that everything else needs."""
        self.administrator = self.server.administrator()
        self.probe = self.server.connect().refresh(self.chains[0].token).json["access_token"]
        self.chains.pop(0)

    # The server's answers under a fault.

    def run(self) -> None:
        """An effect of every kind; each is acknowledged or refused with 503, and verification goes on."""
        connection = self.server.connect(timeout=60)
        try:
            self.refresh(connection)
            self.end(connection)
            self.refresh(connection)
            self.disable(connection)
            self.revoke(connection)
        except Lost as error:
            self.outcome.violated("no answer", f"{error} {self.server.log()[-2000:]}")
        finally:
            connection.close()

    def refresh(self, connection: Connection) -> Chain | None:
        chain = random.choice(self.chains)
        return chain if self.counted(chain.ask(connection), 200) else None

    def end(self, connection: Connection) -> None:
        seeded = self.ends.pop()
        answer = connection.refresh(seeded.token)
        if self.counted(answer, 200):
            tokens = answer.json["access_token"], answer.json["refresh_token"]
            self.ask(SessionEnd(seeded, *tokens), connection)

    def disable(self, connection: Connection) -> None:
        seeded = self.disables.pop()
        answer = connection.refresh(seeded.token)
        if self.counted(answer, 200):
            tokens = answer.json["access_token"], answer.json["refresh_token"]
            self.ask(Disabling(seeded, *tokens, self.administrator), connection)

    def revoke(self, connection: Connection) -> None:
        if chain := self.refresh(connection):
            self.ask(TokenRevocation(chain.access), connection)

    def end_many(self, username: str, count: int) -> None:
        """Many pages at once."""
        connection = self.server.connect(timeout=60)
        self.ask(SessionsEnd(username, count, self.administrator), connection)
        connection.close()

    def add(self, connection: Connection) -> None:
        self.ask(Addition(f"added{random.getrandbits(64)}", self.administrator), connection)

    def ask(self, effect: Effect, connection: Connection) -> None:
        self.effects.append(effect)
        self.counted(effect.ask(connection), *effect.done)

    def counted(self, answer, *done: int) -> bool:
        self.outcome.expect(answer.status in (*done, 503), f"answered {answer.status}", answer)
        self.acknowledged += answer.status in done
        self.refused += answer.status == 503
        self.verify()
        return answer.status in done

    def verify(self) -> None:
        """What needs no write goes on."""
        connection = self.server.connect(timeout=10)
        try:
            for path, bearer in (("/verify", self.probe), ("/.well-known/jwks.json", None)):
                answer = connection.call("GET", path, bearer=bearer)
                self.outcome.expect(answer.status == 200, f"{path} failed meanwhile", answer)
        except Lost as error:
            self.outcome.violated("verification failed meanwhile", error)
        finally:
            connection.close()

    def recover(self) -> None:
        """The cause is gone: ready again and writing, unaided and in time."""
        began = time.monotonic()
        connection = self.server.connect(timeout=10)
        while True:
            try:
                healthy = connection.call("GET", "/health/ready").status == 200
                healthy = healthy and self.chains[0].ask(connection).status == 200
            except Lost:
                healthy = False
            took = time.monotonic() - began
            if healthy or took > self.within or not self.server.is_running:
                break
            time.sleep(0.02)
        connection.close()
        self.recoveries += 1
        self.slowest = max(self.slowest, took)
        self.outcome.expect(self.server.is_running, "the server ended", self.server.log()[-2000:])
        self.outcome.expect(healthy, "not healthy in time after the cause had gone", self.server.log()[-1000:])

    # What is there after its death.

    def check_file(self) -> None:
        with self.server.trail(self.audit_from, self.revocations_from) as trail:
            self.outcome.expect(trail.integrity() == "ok", "integrity", trail.integrity())
            for checked in self.chains + self.effects:
                checked.check_file(trail, self.outcome)
            self.audit_from, self.revocations_from = trail.last("audit"), trail.last("revocations")

    def check_answers(self) -> None:
        connection = self.server.connect()
        for checked in self.chains + self.effects + self.checked[-20:]:
            checked.check_answers(connection, self.outcome)
        self.checked += [effect for effect in self.effects if isinstance(effect, SessionEnd) and effect.holds]
        self.effects = []
        connection.close()

    def kill_and_check(self) -> None:
        """Ends the server as it stands, and holds what it left to the journal."""
        self.server.kill()
        self.check_file()
        took = self.server.start()
        self.outcome.expect(took < self.within, "not ready in time after a restart", f"{took:.1f} s")
        self.check_answers()
