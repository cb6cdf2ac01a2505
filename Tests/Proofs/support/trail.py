"""What a server has left in its database."""

import os
import shutil
import sqlite3
import tempfile


def copy_of_file(path: str) -> sqlite3.Connection:
    """A dead server's file, read from a copy, so that recovery stays the server's own work."""
    directory = tempfile.mkdtemp(prefix="tessera-trail-")
    copy = f"{directory}/copy.sqlite"
    for suffix in ("", "-wal"):
        if os.path.exists(path + suffix):
            shutil.copyfile(path + suffix, copy + suffix)
    database = sqlite3.connect(copy)
    database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
    # Its files are open now, and need no names.
    shutil.rmtree(directory)
    return database


class Trail:
    """The rows that a check asks for; audit rows and revocations only from where the last look ended."""

    def __init__(self, database: sqlite3.Connection, audit_from: int = 0, revocations_from: int = 0) -> None:
        self.database = database
        self.audit_from, self.revocations_from = audit_from, revocations_from
        self.audit: list[tuple] = [] if not self.has("audit") else self.rows(
            "SELECT event, account_id, client_id, session_id, detail FROM audit WHERE sequence > ?", audit_from
        )
        self.revocations: list[tuple] = [] if not self.has("revocations") else self.rows(
            "SELECT kind, subject FROM revocations WHERE sequence > ?", revocations_from
        )

    def __enter__(self) -> "Trail":
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def rows(self, sql: str, *values: object) -> list[tuple]:
        return self.database.execute(sql, values).fetchall()

    def one(self, sql: str, *values: object) -> tuple | None:
        return self.database.execute(sql, values).fetchone()

    def has(self, table: str) -> bool:
        return bool(self.one("SELECT COUNT(*) FROM sqlite_master WHERE name = ?", table)[0])

    def integrity(self) -> str:
        return self.one("PRAGMA integrity_check")[0]

    def last(self, table: str) -> int:
        return self.one(f"SELECT COALESCE(MAX(sequence), 0) FROM {table}")[0]

    def count_audit(self, event: str, account: str | None = None, session: str | None = None,
                    client: str | None = None, detail: str | None = None) -> int:
        return sum(
            row[0] == event and (account is None or row[1] == account) and (client is None or row[2] == client)
            and (session is None or row[3] == session) and (detail is None or (row[4] or "").split(", by ")[0] == detail)
            for row in self.audit
        )

    def count_revocations(self, kind: str, subject: str) -> int:
        return sum(row == (kind, subject) for row in self.revocations)

    def additions_without_account(self) -> int:
        """Audit rows of additions whose account is not there and was not removed with a row of its own."""
        return self.one(
            "SELECT COUNT(*) FROM audit a WHERE event = 'account_added' AND sequence > ?"
            " AND NOT EXISTS (SELECT 1 FROM accounts WHERE id = a.account_id) AND NOT EXISTS"
            " (SELECT 1 FROM audit r WHERE r.event = 'account_removed' AND r.account_id = a.account_id)",
            self.audit_from,
        )[0]

    def session(self, identifier: str) -> tuple | None:
        """ended_at, counter."""
        return self.one("SELECT ended_at, counter FROM sessions WHERE id = ?", identifier)

    def account(self, username: str) -> tuple | None:
        """id, is_disabled, generation."""
        return self.one(
            "SELECT id, is_disabled, generation FROM accounts WHERE canonical_username = ?", username.casefold()
        )
