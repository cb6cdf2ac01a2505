#!/usr/bin/env python3
"""Has commands work beside a server that writes all the while, and looks whether the file is sound.

    python3 Tests/Proofs/companions.py --binary .build/release/tessera --writes 100000

SQLite before 3.51.3 can damage a file when its log is begun anew while two connections write or write it back. Here one
process owns the file, one connection in it does both, and commands go through that process. Sessions are refreshed without
a pause; meanwhile commands add, change, list and remove accounts and copy the database. Afterwards the file and each copy
pass `integrity_check`, and every session's row counts each refresh that was acknowledged, once.
"""

import os
import random
import sqlite3
import struct
import threading

from support.http import request
from support.outcome import Outcome, arguments
from support.seed import PASSWORD, seeded_server

SESSIONS = 64


class Commands(threading.Thread):
    """Commands, one after the other, until it is told to end."""

    def __init__(self, server, outcome: Outcome) -> None:
        super().__init__()
        self.server, self.outcome = server, outcome
        self.is_over = threading.Event()
        self.count, self.copies = 0, []

    def run(self) -> None:
        while not self.is_over.is_set():
            name, copy = f"beside{self.count}", f"{self.server.directory}/copy{self.count}.sqlite"
            for arguments, secret in (
                (("user", "add", name, "--password-stdin"), PASSWORD), (("user", "disable", name), None),
                (("session", "list", "--user", "seeded"), None), (("backup", copy), None),
                (("user", "remove", name), None), (("audit", "--user", "model"), None),
            ):
                try:
                    self.server.tessera(*arguments, secret=secret)
                except Exception as error:
                    self.outcome.violated("a command fails", error)
                self.count += 1
            self.copies.append(copy)


def resets(path: str) -> int:
    """How often the log was begun anew: a number in its header (SQLite's file format, 4.1)."""
    with open(f"{path}-wal", "rb") as file:
        return struct.unpack(">I", file.read(16)[12:])[0]


def integrity(path: str) -> str:
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        found = database.execute("PRAGMA integrity_check").fetchone()[0]
        count = database.execute("SELECT COUNT(*) FROM sessions").fetchone()[0]
        return found if count > SESSIONS or found != "ok" else f"{count} sessions"
    finally:
        database.close()


def main() -> None:
    options = arguments(__doc__, writes=(100_000, 12_000, "refreshes"))
    random.seed(options.seed)
    outcome = Outcome("companions")
    server, seeded = seeded_server(options.binary, {"seeded": SESSIONS})
    sessions = seeded["seeded"]
    refreshed = {session.session: 0 for session in sessions}
    server.start()
    commands = Commands(server, outcome)
    commands.start()
    connections = [server.connect() for _ in sessions]
    done = 0
    try:
        while (done < options.writes or not commands.copies) and not outcome.count:
            for session, connection in zip(sessions, connections):
                form = {"grant_type": "refresh_token", "refresh_token": session.token}
                connection.send_bytes(request("POST", "/token", form=form))
            for session, connection in zip(sessions, connections):
                answer = connection.receive()
                if outcome.expect(answer.status == 200, f"a refresh is answered {answer.status}", answer):
                    session.token = answer.json["refresh_token"]
                    refreshed[session.session] += 1
                    done += 1
    finally:
        commands.is_over.set()
        commands.join()
    begun_anew = resets(server.database)
    outcome.expect(begun_anew > 0, "the log was never begun anew")
    outcome.expect(server.stop() == 0, "the stop fails", server.log())
    for path in [server.database, *commands.copies]:
        found = integrity(path)
        outcome.expect(found == "ok", "a file is damaged", f"{os.path.basename(path)}: {found}")
    database = sqlite3.connect(server.database)
    counters = dict(database.execute("SELECT id, counter FROM sessions"))
    database.close()
    outcome.expect(len(commands.copies) > 0, "no copy was made")
    for session, count in refreshed.items():
        outcome.expect(counters.get(session) == count, "a refresh is lost or doubled", (counters.get(session), count))
    server.remove()
    outcome.end(
        f"{done} refreshes beside {commands.count} commands and {len(commands.copies)} copies, the log begun anew"
        f" {begun_anew} times"
    )


if __name__ == "__main__":
    main()
