"""Clients of all kinds that work until the server dies under them, each with its part of the journal."""

from __future__ import annotations

import hashlib
import random
import threading
from typing import TYPE_CHECKING

from .effects import Addition, Chain, Disabling, Effect, Enabling, Removal, SessionEnd, TokenRevocation
from .http import Answer, Connection, Lost
from .outcome import Outcome
from .seed import PASSWORD, Seeded, session_of
from .trail import Trail

if TYPE_CHECKING:
    from .lives import Lives


class Client(threading.Thread):
    """Works until the server dies under it, and keeps its part of the journal."""

    def __init__(self, proof: Lives) -> None:
        super().__init__(daemon=True)
        self.proof = proof
        self.connection: Connection = proof.server.connect()
        self.effects: list[Effect] = []
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.proof.server.is_over:
                self.step()
        except (Lost, StopIteration):
            pass
        except BaseException as error:
            self.failure = error
        finally:
            self.connection.close()

    def wants(self, answer: Answer, *statuses: int) -> None:
        """Any other answer is a violation: nothing here is wrong, and the server is not overloaded."""
        if answer.status == 503 and self.proof.server.refusals_allowed:
            raise StopIteration
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

    def __init__(self, proof: Lives, chains: list[Chain]) -> None:
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
        end = SessionEnd(seeded, *self.refreshed(seeded), by)
        self.ask(end)
        self.proof.server.await_refusal(end.access, self.proof.outcome)


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

    def __init__(self, proof: Lives, username: str) -> None:
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

    def __init__(self, proof: Lives, secret: str) -> None:
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
