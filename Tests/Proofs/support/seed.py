"""Accounts and sessions by the thousand, without a password hash for each.

One account and one session are made the proper way; their rows are copied into the stopped server's file with new
identifiers and refresh tokens. Every column that is not named here is kept, whatever the schema grows.
"""

import base64
import hashlib
import os
import sqlite3
import struct
import zlib

from .http import claims
from .server import Server

PASSWORD = "correct horse battery staple"


class Seeded:
    """A session that can be used: its account's name, its id, its refresh token."""

    def __init__(self, username: str, session: str, token: str) -> None:
        self.username, self.session, self.token = username, session, token


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def refresh_token(handle: bytes, counter: int, secret: bytes) -> tuple[str, bytes]:
    """The token's text, and the digest that the database has of it."""
    data = handle + struct.pack(">I", counter) + secret
    body = "tsr_" + base64url(data)
    return body + base64url(struct.pack(">I", zlib.crc32(body.encode()))), hashlib.sha256(data).digest()


def token_parts(token: str) -> tuple[bytes, int, bytes]:
    """A refresh token's handle and counter, and its digest."""
    body = token[4:47]
    data = base64.urlsafe_b64decode(body + "=")
    return data[:12], struct.unpack(">I", data[12:16])[0], hashlib.sha256(data).digest()


def add_model(server: Server) -> None:
    """Makes, beside the running server, the account and the session that are copied."""
    server.tessera("user", "add", "model", "--role", "editor", "--password-stdin", secret=PASSWORD)
    connection = server.connect()
    answer = connection.log_in("model", PASSWORD)
    connection.close()
    if answer.status != 200:
        raise RuntimeError(f"the model cannot log in: {answer}")


def seed(server: Server, accounts: dict[str, int]) -> dict[str, list[Seeded]]:
    """Adds accounts, each with so many sessions, to the stopped server's file; their password is the model's."""
    database = sqlite3.connect(server.database, isolation_level=None)
    database.row_factory = sqlite3.Row
    account = dict(database.execute("SELECT * FROM accounts WHERE username = 'model'").fetchone())
    session = dict(database.execute("SELECT * FROM sessions WHERE account_id = ? LIMIT 1", (account["id"],)).fetchone())
    made: dict[str, list[Seeded]] = {}
    database.execute("BEGIN")
    for username, count in accounts.items():
        new = {**account, "id": base64url(os.urandom(16)), "username": username, "canonical_username": username}
        insert(database, "accounts", new)
        made[username] = []
        for _ in range(count):
            handle = os.urandom(12)
            text, digest = refresh_token(handle, 0, os.urandom(16))
            row = {**session, "id": base64url(os.urandom(16)), "account_id": new["id"], "handle": handle,
                   "counter": 0, "current_digest": digest, "previous_digest": None, "salt": os.urandom(32)}
            insert(database, "sessions", row)
            made[username].append(Seeded(username, row["id"], text))
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return made


def insert(database: sqlite3.Connection, table: str, row: dict) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def seeded_server(binary: str, accounts: dict[str, int], more: str = "") -> tuple[Server, dict[str, list[Seeded]]]:
    """A stopped server with accounts and sessions."""
    server = Server(binary, more)
    server.start()
    add_model(server)
    server.stop()
    return server, seed(server, accounts)


def session_of(access_token: str) -> str:
    return claims(access_token)["sid"]
