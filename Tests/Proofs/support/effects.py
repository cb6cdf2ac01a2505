"""Effects that a server acknowledges, and how each is looked for afterwards: in its file, and in its answers."""

from .http import Answer, Connection, claims
from .outcome import Outcome
from .seed import PASSWORD, Seeded, token_parts
from .trail import Trail


class Effect:
    """Something that was asked for once."""

    kind = ""
    #: Statuses that acknowledge it.
    done: tuple[int, ...] = (200, 204)

    def __init__(self) -> None:
        self.acknowledged = False
        self.holds = False

    def ask(self, connection: Connection) -> Answer:
        """Asks the server; a `Lost` answer leaves it unacknowledged."""
        answer = self.request(connection)
        self.acknowledged = answer.status in self.done
        return answer

    def request(self, connection: Connection) -> Answer:
        raise NotImplementedError

    def signs(self, trail: Trail) -> dict[str, int]:
        """What the effect leaves in the file, each to be there once."""
        raise NotImplementedError

    def check_file(self, trail: Trail, outcome: Outcome) -> None:
        """Every sign once, or, where it was not acknowledged, none of them."""
        signs = self.signs(trail)
        fine = all(count == 1 for count in signs.values())
        if not self.acknowledged:
            fine = fine or not any(signs.values())
        name = "acknowledged" if self.acknowledged else "unacknowledged"
        outcome.expect(fine, f"{name} {self.kind} is not whole", signs)
        self.holds = any(signs.values())

    def check_answers(self, connection: Connection, outcome: Outcome) -> None:
        """The server answers what the file says."""


class SessionEnd(Effect):
    """A session ended by its client, or by an administrator."""

    kind = "log-out"

    def __init__(self, seeded: Seeded, access: str, refresh: str, administrator: str | None = None) -> None:
        super().__init__()
        self.session, self.access, self.refresh, self.administrator = seeded.session, access, refresh, administrator

    def request(self, connection: Connection) -> Answer:
        if self.administrator:
            return connection.call("DELETE", f"/admin/sessions/{self.session}", bearer=self.administrator)
        return connection.revoke(self.refresh)

    def signs(self, trail: Trail) -> dict[str, int]:
        return {
            "ended": int(trail.session(self.session)[0] is not None),
            "audit": trail.count_audit("session_ended", session=self.session),
            "revocation": trail.count_revocations("session", self.session),
        }

    def check_answers(self, connection: Connection, outcome: Outcome) -> None:
        found = connection.me(self.access).status, connection.refresh(self.refresh).status
        expected = (401, 400) if self.holds else (200, 200)
        outcome.expect(found == expected, f"{self.kind} is answered otherwise", f"{found}, expected {expected}")


class SessionsEnd(Effect):
    """All sessions of an account ended at once."""

    kind = "log-out everywhere"

    def __init__(self, username: str, count: int, administrator: str) -> None:
        super().__init__()
        self.username, self.count, self.administrator = username, count, administrator

    def request(self, connection: Connection) -> Answer:
        return connection.call("DELETE", f"/admin/users/{self.username}/sessions", bearer=self.administrator)

    def signs(self, trail: Trail) -> dict[str, int]:
        account = trail.account(self.username)[0]
        ended = trail.rows("SELECT id FROM sessions WHERE account_id = ? AND ended_at IS NOT NULL", account)
        revoked = {subject for kind, subject in trail.revocations if kind == "session"}
        revoked &= {row[0] for row in ended}
        return {
            "audit": trail.count_audit("session_ended", account=account),
            "ended": len(ended) / self.count, "revocations": len(revoked) / self.count,
        }


class Disabling(SessionEnd):
    """An account disabled with its one session, and perhaps enabled again."""

    kind = "disabling"

    def __init__(self, seeded: Seeded, access: str, refresh: str, administrator: str) -> None:
        super().__init__(seeded, access, refresh, administrator)
        self.username = seeded.username
        self.enabling: Enabling | None = None

    def request(self, connection: Connection) -> Answer:
        return connection.call("POST", f"/admin/users/{self.username}/disable", bearer=self.administrator)

    def signs(self, trail: Trail) -> dict[str, int]:
        identifier, disabled, generation = trail.account(self.username)
        signs = {
            "audit": trail.count_audit("account_disabled", account=identifier),
            "revocation": trail.count_revocations("account", identifier),
            "session": trail.count_revocations("session", self.session),
            "ended": int(trail.session(self.session)[0] is not None),
            "generation": generation,
        }
        return signs if self.enabling else {**signs, "disabled": disabled}


class Enabling(Effect):
    kind = "enabling"

    def __init__(self, username: str, administrator: str) -> None:
        super().__init__()
        self.username, self.administrator = username, administrator

    def request(self, connection: Connection) -> Answer:
        return connection.call("POST", f"/admin/users/{self.username}/enable", bearer=self.administrator)

    def signs(self, trail: Trail) -> dict[str, int]:
        identifier, disabled, _ = trail.account(self.username)
        return {"audit": trail.count_audit("account_enabled", account=identifier), "enabled": 1 - disabled}


class TokenRevocation(Effect):
    """One access token revoked by itself."""

    kind = "token revocation"

    def __init__(self, access: str) -> None:
        super().__init__()
        self.access = access

    def request(self, connection: Connection) -> Answer:
        return connection.revoke(self.access)

    def signs(self, trail: Trail) -> dict[str, int]:
        token = claims(self.access)["jti"]
        return {
            "audit": trail.count_audit("token_revoked", detail=f"jti {token}"),
            "revocation": trail.count_revocations("token", token),
        }

    def check_answers(self, connection: Connection, outcome: Outcome) -> None:
        status = connection.me(self.access).status
        outcome.expect(status == (401 if self.holds else 200), f"{self.kind} is answered otherwise", status)


class Addition(Effect):
    """An account made by an administrator."""

    kind = "addition"
    done = (201,)

    def __init__(self, username: str, administrator: str) -> None:
        super().__init__()
        self.username, self.administrator = username, administrator
        self.id: str | None = None
        self.removal: Removal | None = None

    def request(self, connection: Connection) -> Answer:
        body = {"username": self.username, "password": PASSWORD, "roles": ["editor"]}
        answer = connection.call("POST", "/admin/users", bearer=self.administrator, json_body=body)
        self.id = answer.json.get("id")
        return answer

    def check_file(self, trail: Trail, outcome: Outcome) -> None:
        if not self.removal:
            super().check_file(trail, outcome)

    def signs(self, trail: Trail) -> dict[str, int]:
        row = trail.account(self.username)
        # An account that is not there has no id to look for: every row of this life must then be another account's.
        audit = trail.count_audit("account_added", account=row[0]) if row else trail.additions_without_account()
        return {"account": int(row is not None), "audit": audit}


class Removal(Effect):
    kind = "removal"

    def __init__(self, addition: Addition) -> None:
        super().__init__()
        self.username, self.id, self.administrator = addition.username, addition.id, addition.administrator

    def request(self, connection: Connection) -> Answer:
        return connection.call("DELETE", f"/admin/users/{self.username}", bearer=self.administrator)

    def signs(self, trail: Trail) -> dict[str, int]:
        return {
            "gone": int(trail.account(self.username) is None),
            "audit": trail.count_audit("account_removed", account=self.id),
            "revocation": trail.count_revocations("account", self.id),
        }


class Chain:
    """A session's current refresh token, and whether the next was asked for without an answer."""

    def __init__(self, seeded: Seeded) -> None:
        self.seeded, self.session, self.token = seeded, seeded.session, seeded.token
        self.access: str | None = None
        self.pending = False
        self.count = 0

    def ask(self, connection: Connection) -> Answer:
        self.pending = True
        answer = connection.refresh(self.token)
        if answer.status == 200:
            self.token, self.access = answer.json["refresh_token"], answer.json["access_token"]
            self.pending = False
            self.count += 1
        return answer

    def check_file(self, trail: Trail, outcome: Outcome) -> None:
        counter, held = token_parts(self.token)[1], trail.session(self.session)[1]
        fine = held in ({counter, counter + 1} if self.pending else {counter})
        outcome.expect(fine, "a rotation is lost or doubled", f"{counter} acknowledged, {held} is in the file")

    def check_answers(self, connection: Connection, outcome: Outcome) -> None:
        kind = "a lost answer cannot be repeated" if self.pending else "a rotation is lost"
        answer = self.ask(connection)
        outcome.expect(answer.status == 200, kind, answer)
