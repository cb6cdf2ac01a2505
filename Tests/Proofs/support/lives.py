"""One life of a server after the other, and what is looked at between two of them."""

import random
import threading
import time

from .clients import Client, Disabler, PasswordChanger, Refresher, Registrar, Revoker
from .effects import Chain, Effect, SessionEnd
from .fleet import Fleet
from .outcome import Outcome
from .seed import Seeded
from .server import Server
from .trail import Trail

READY_WITHIN = 5.0


def accounts(cycles: int) -> dict[str, int]:
    """The accounts that so many lives need, each with its number of sessions."""
    return {
        **{f"refresh{number}": 8 for number in range(4)},
        **{f"revoke{number}": 20 for number in range(4 * cycles)},
        **{f"disable{number}": 1 for number in range(25 * cycles)},
        **{f"password{number}": 0 for number in range(2)},
    }


class Lives:
    """Clients work on a server until something is done to it, over and over; each time it is held to its journal."""

    def __init__(self, options, outcome: Outcome, server: Server | Fleet, seeded: dict[str, list[Seeded]],
                 longest: float) -> None:
        self.options, self.outcome, self.server, self.longest = options, outcome, server, longest
        self.chains = [[Chain(one) for one in seeded[f"refresh{number}"]] for number in range(4)]
        self.spares = {
            kind: [one for name, sessions in seeded.items() if name.startswith(kind) for one in sessions]
            for kind in ("revoke", "disable")
        }
        self.lock = threading.Lock()
        self.total, self.slowest = 0, 0.0
        self.audit_last = self.revocation_last = self.audit_count = 0
        self.dead: list[SessionEnd] = []
        self.start()
        self.administrator = self.server.administrator()
        body = {"id": "robot", "confidential": True, "grants": ["client_credentials"], "scopes": ["articles:read"]}
        answer = self.server.connect().call("POST", "/admin/clients", bearer=self.administrator, json_body=body)
        self.secret = answer.json["client_secret"]
        self.keepers: list[PasswordChanger | Registrar] = []

    def spare(self, kind: str) -> Seeded:
        """A session that nobody has used; none left in this life's share ends the client."""
        with self.lock:
            share = self.share[kind]
            if not share:
                raise StopIteration
            return share.pop()

    def start(self) -> None:
        took = self.server.start()
        self.slowest = max(self.slowest, took)
        within = READY_WITHIN * self.options.patience + self.server.waited_for_processor()
        self.outcome.expect(took < within, "not ready in time", f"{took:.1f} s")

    def run(self) -> None:
        for cycle in range(self.options.cycles):
            self.life(cycle)
            with self.server.trail(self.audit_last, self.revocation_last) as trail:
                self.check_file(trail)
            if random.random() < 0.15:
                self.server.spawn()
                time.sleep(random.uniform(0.0, 0.4))
                self.server.kill()
            self.start()
            self.check_answers()
            if self.outcome.count > 50:
                break
        try:
            self.server.tessera("audit", "verify")
        except RuntimeError as error:
            self.outcome.violated("the audit trail is broken", error)
        self.server.stop()
        integrity = self.server.integrity()
        self.outcome.expect(integrity == "ok", "integrity", integrity)
        with self.server.trail() as trail:
            for effect in self.dead:
                held = trail.session(effect.session)
                self.outcome.expect(held is None or held[0] is not None, "a dead session lives", effect.session)

    def life(self, cycle: int) -> None:
        self.share = {
            kind: [spares.pop() for _ in range(len(spares) // (self.options.cycles - cycle))]
            for kind, spares in self.spares.items()
        }
        clients: list[Client] = [Refresher(self, chains) for chains in self.chains]
        clients += [Revoker(self), Revoker(self), Disabler(self)] + self.reborn_keepers()
        for client in clients:
            client.start()
        time.sleep(random.uniform(0.02, self.longest))
        self.server.kill()
        for client in clients:
            client.join(timeout=60)
            self.outcome.expect(not client.is_alive(), "a client hangs", type(client).__name__)
            if client.failure:
                raise client.failure
        self.effects = [effect for client in clients for effect in client.effects]
        self.total += sum(effect.acknowledged for effect in self.effects)
        self.total += sum(chain.count for chains in self.chains for chain in chains)
        self.total += sum(keeper.acknowledged for keeper in self.keepers)

    def reborn_keepers(self) -> list[Client]:
        """Those who remember something from life to life, in threads of their own."""
        if not self.keepers:
            self.keepers = [PasswordChanger(self, f"password{number}") for number in range(2)]
            self.keepers.append(Registrar(self, self.secret))
            return list(self.keepers)
        for keeper in self.keepers:
            threading.Thread.__init__(keeper, daemon=True)
            keeper.connection, keeper.effects = self.server.connect(), []
            keeper.reborn()
        return list(self.keepers)

    def check_file(self, trail: Trail) -> None:
        before = trail.one("SELECT COUNT(*) FROM audit WHERE sequence <= ?", self.audit_last)[0]
        self.outcome.expect(before == self.audit_count, "audit rows are gone", f"{self.audit_count} were, {before} are")
        for checked in [chain for chains in self.chains for chain in chains] + self.effects + self.keepers:
            checked.check_file(trail, self.outcome)
        self.audit_last, self.revocation_last = trail.last("audit"), trail.last("revocations")
        self.audit_count = trail.one("SELECT COUNT(*) FROM audit")[0]

    def check_answers(self) -> None:
        """What the server that was started again must answer."""
        connection = self.server.connect()
        chains = [chain for chains in self.chains for chain in chains]
        for checked in chains + self.effects + self.keepers + random.sample(self.dead, min(10, len(self.dead))):
            checked.check_answers(connection, self.outcome)
        for chain in chains:
            chain.count = 0
        self.dead += [effect for effect in self.effects if isinstance(effect, SessionEnd) and effect.holds]
        connection.close()
