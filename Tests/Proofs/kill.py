#!/usr/bin/env python3
"""Kills the server under load, over and over, and holds it to every answer that it gave.

    python3 Tests/Proofs/kill.py --binary .build/release/tessera --cycles 300

Clients of all kinds keep a journal of what was acknowledged. At a random moment the server gets SIGKILL; what it left is
read from a copy of its file, then it is started again. Each acknowledged effect must hold, with its audit row, once; what
was not acknowledged must hold wholly or not at all; a refresh whose answer was lost is repeated with success; the server
is ready in five seconds. Some kills come while it starts, and some during the very first start.
"""

import hashlib
import random
import threading
import time

from support.effects import Addition, Chain, Disabling, Effect, Enabling, Removal, SessionEnd, TokenRevocation
from support.http import Answer, Connection, Lost
from support.outcome import Outcome, arguments
from support.seed import PASSWORD, Seeded, seeded_server, session_of
from support.server import Server, StartFailure
from support.trail import Trail

READY_WITHIN = 5.0


class Client(threading.Thread):
    """Works until the server dies under it, and keeps its part of the journal."""

    def __init__(self, proof: "Proof") -> None:
        super().__init__(daemon=True)
        self.proof = proof
        self.connection: Connection = proof.server.connect()
        self.effects: list[Effect] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while True:
                self.step()
        except (Lost, StopIteration):
            pass
        except BaseException as error:
            self.failure = error
        finally:
            self.connection.close()

    def wants(self, answer: Answer, *statuses: int) -> None:
        """Any other answer is a violation: nothing here is wrong, and the server is not overloaded."""
        if answer.status not in statuses:
            self.proof.outcome.violated(f"{type(self).__name__} was answered {answer.status}", answer)
            raise StopIteration

    def ask(self, effect: Effect) -> None:
        self.effects.append(effect)
        self.wants(effect.ask(self.connection), *effect.done)

    def refreshed(self, seeded: Seeded) -> tuple[str, str]:
        """The tokens of a fresh session."""
        answer = self.connection.refresh(seeded.token)
        self.wants(answer, 200)
        return answer.json["access_token"], answer.json["refresh_token"]


class Refresher(Client):
    """Rotates its sessions in turn, and at times revokes one access token."""

    def __init__(self, proof: "Proof", chains: list[Chain]) -> None:
        super().__init__(proof)
        self.chains = chains

    def step(self) -> None:
        chain = random.choice(self.chains)
        self.wants(chain.ask(self.connection), 200)
        if random.random() < 0.1:
            self.ask(TokenRevocation(chain.access))


class Revoker(Client):
    """Ends sessions, as their client or as an administrator."""

    def step(self) -> None:
        seeded = self.proof.spare("revoke")
        by = self.proof.administrator if random.random() < 0.5 else None
        self.ask(SessionEnd(seeded, *self.refreshed(seeded), by))


class Disabler(Client):
    """Disables accounts, and enables some again."""

    def step(self) -> None:
        seeded = self.proof.spare("disable")
        disabling = Disabling(seeded, *self.refreshed(seeded), self.proof.administrator)
        self.ask(disabling)
        if random.random() < 0.3:
            disabling.enabling = Enabling(seeded.username, self.proof.administrator)
            self.ask(disabling.enabling)


class PasswordChanger(Client):
    """Logs in to an account of its own and changes its password, which ends all sessions but the asking one."""

    def __init__(self, proof: "Proof", username: str) -> None:
        super().__init__(proof)
        self.username, self.password, self.access = username, PASSWORD, None
        self.generation = 0
        self.reborn()

    def reborn(self) -> None:
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.changes: list[tuple[str, str]] = []
        self.acknowledged = 0

    def step(self) -> None:
        if not self.access:
            self.access = self.log_in()
        if random.random() < 0.4:
            self.log_in()
        new = f"a passphrase of number {random.getrandbits(64)}"
        self.changes.append((self.password, new))
        answer = self.connection.call(
            "PUT", "/users/me/password", bearer=self.access,
            json_body={"current_password": self.password, "new_password": new},
        )
        self.wants(answer, 204)
        self.acknowledged += 1
        self.password = new
        self.ended = [session for session in self.begun if session != session_of(self.access)]

    def log_in(self) -> str:
        answer = self.connection.log_in(self.username, self.password)
        self.wants(answer, 200)
        self.begun.append(session_of(answer.json["access_token"]))
        return answer.json["access_token"]

    def check_file(self, trail: Trail, outcome: Outcome) -> None:
        identifier, _, generation = trail.account(self.username)
        for session in self.begun:
            signs = trail.session(session) is not None, trail.count_audit("session_begun", session=session)
            outcome.expect(signs == (True, 1), "an acknowledged log-in is not whole", signs)
        for session in self.ended:
            outcome.expect(trail.session(session)[0] is not None, "a session outlived a password change", session)
        held = trail.count_audit("password_changed", account=identifier)
        outcome.expect(self.acknowledged <= held <= len(self.changes), "password changes lost or doubled",
                       f"{self.acknowledged} acknowledged of {len(self.changes)}, {held} audit rows")
        changed = generation - self.generation
        outcome.expect(changed == held, "a password change is not whole", f"{changed} changes, {held} audit rows")
        orphans = trail.one(
            "SELECT COUNT(*) FROM sessions s WHERE account_id = ? AND NOT EXISTS"
            " (SELECT 1 FROM audit WHERE event = 'session_begun' AND session_id = s.id)", identifier,
        )[0]
        outcome.expect(orphans == 0, "a session without its audit row", orphans)
        self.generation, self.last_holds = generation, held == len(self.changes)

    def check_answers(self, connection: Connection, outcome: Outcome) -> None:
        if self.changes:
            old, new = self.changes[-1]
            right, wrong = (new, old) if self.last_holds else (old, new)
            answer = connection.log_in(self.username, right)
            outcome.expect(answer.status == 200, "the password is not what the file says", answer)
            outcome.expect(connection.log_in(self.username, wrong).status == 400, "two passwords fit")
            self.password, self.access = right, answer.json.get("access_token")


class Registrar(Client):
    """Gives a client new secrets, adds and removes accounts, and at times replaces the signing key."""

    def __init__(self, proof: "Proof", secret: str) -> None:
        super().__init__(proof)
        self.secret, self.renewed = secret, 0
        self.reborn()

    def reborn(self) -> None:
        self.asked = self.acknowledged = 0
        self.keys: list[str] = []

    def step(self) -> None:
        choice, administrator = random.random(), self.proof.administrator
        if choice < 0.6:
            self.asked += 1
            self.renew(self.connection)
            self.acknowledged += 1
            self.wants(self.connection.client_token("robot", self.secret), 200)
        elif choice < 0.98:
            addition = Addition(f"added{random.getrandbits(64)}", administrator)
            self.ask(addition)
            if random.random() < 0.3:
                addition.removal = Removal(addition)
                self.ask(addition.removal)
        else:
            body = {"now": True}
            answer = self.connection.call("POST", "/admin/signing-keys", bearer=administrator, json_body=body)
            self.wants(answer, 201)
            self.keys.append(answer.json["id"])

    def renew(self, connection: Connection) -> None:
        answer = connection.call("POST", "/admin/clients/robot/secret", bearer=self.proof.administrator)
        self.wants(answer, 200)
        self.secret = answer.json["client_secret"]

    def check_file(self, trail: Trail, outcome: Outcome) -> None:
        held = trail.count_audit("client_secret_rotated") - self.renewed
        outcome.expect(self.acknowledged <= held <= self.asked, "client secrets lost or doubled",
                       f"{self.acknowledged} acknowledged of {self.asked}, {held} audit rows")
        self.renewed = held - self.acknowledged
        digests = trail.one("SELECT secret_digest, previous_secret_digest FROM clients WHERE id = 'robot'")
        mine = hashlib.sha256(self.secret.encode()).digest()
        outcome.expect(digests[self.renewed] == mine, "a client secret is lost")
        for key in self.keys:
            signs = (trail.one("SELECT COUNT(*) FROM signing_keys WHERE id = ?", key)[0],
                     trail.count_audit("signing_key_activated", detail=key))
            outcome.expect(signs == (1, 1), "an acknowledged signing key is not whole", signs)
        active = trail.one("SELECT COUNT(*) FROM signing_keys WHERE state = 'active'")[0]
        outcome.expect(active == 1, "not one active key", active)

    def check_answers(self, connection: Connection, outcome: Outcome) -> None:
        answer = connection.client_token("robot", self.secret)
        outcome.expect(answer.status == 200, "an acknowledged client secret is refused", answer)
        # One more change whose answer is lost would take the last known secret's place: its owner asks anew.
        if self.renewed:
            self.renew(connection)


class Proof:
    def __init__(self, options) -> None:
        self.options, self.outcome = options, Outcome("kill")
        accounts = {f"refresh{number}": 8 for number in range(4)}
        accounts |= {f"revoke{number}": 20 for number in range(4 * options.cycles)}
        accounts |= {f"disable{number}": 1 for number in range(25 * options.cycles)}
        accounts |= {f"password{number}": 0 for number in range(2)}
        self.server, seeded = seeded_server(options.binary, accounts)
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
            with Trail(self.server.database, self.audit_last, self.revocation_last) as trail:
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
        with Trail(self.server.database) as trail:
            self.outcome.expect(trail.integrity() == "ok", "integrity", trail.integrity())
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
        time.sleep(random.uniform(0.02, 0.6 if self.options.short else 1.2))
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


def kill_first_starts(options, outcome: Outcome) -> None:
    """Kills the very first start at a random moment: the next must have an administrator whose password is known."""
    for _ in range(options.firsts):
        server = Server(options.binary)
        try:
            server.spawn()
            time.sleep(random.uniform(0.0, 0.5))
            server.kill()
            within = READY_WITHIN * options.patience
            outcome.expect(server.start() < within, "not ready in time after a first start's kill")
            server.administrator()
        except (StartFailure, RuntimeError, OSError) as error:
            outcome.violated("a first start's kill", error)
        server.remove()


def main() -> None:
    options = arguments(__doc__, cycles=(300, 10, "kills under load"), firsts=(30, 3, "kills of a first start"))
    random.seed(options.seed)
    proof = Proof(options)
    try:
        proof.run()
        kill_first_starts(options, proof.outcome)
    finally:
        proof.server.remove()
    proof.outcome.end(
        f"{options.cycles} kills under load and {options.firsts} of a first start, {proof.total} acknowledged effects,"
        f" slowest start {proof.slowest:.1f} s (seed {options.seed})"
    )


if __name__ == "__main__":
    main()
