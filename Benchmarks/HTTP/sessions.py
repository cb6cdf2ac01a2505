#!/usr/bin/env python3
"""Measures how refreshes and log-ins do as the table of sessions grows: the curve should be flat.

    Scripts/build-release
    python3 Benchmarks/HTTP/sessions.py [COUNT …]        # 10000 1000000 5000000; needs cc

The rows are written into the database of a stopped server, as a year of log-ins would have left them.
"""

import os
import sqlite3
import sys
import time

from support import Tessera, refreshes, sessions

CLIENTS = 64


def fill(path: str, count: int) -> None:
    """Adds live sessions of 1,000 accounts until there are as many."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    columns = [row[1] for row in database.execute("PRAGMA table_info(sessions)")]
    have = database.execute("SELECT COUNT(*) FROM sessions").fetchone()[0]
    now = int(time.time() * 1000)
    values = {
        "id": "lower(hex(randomblob(11)))", "account_id": "'account-' || (value % 1000)", "client_id": "'tessera'",
        "scope": "''", "audiences": "'[\"http://127.0.0.1:8098\"]'", "account_generation": "0",
        "client_generation": "0", "authenticated_at": str(now), "expires_at": str(now + 90 * 86_400_000),
        "idle_expires_at": str(now + 14 * 86_400_000), "handle": "randomblob(12)", "counter": "1",
        "current_digest": "randomblob(32)", "previous_digest": "randomblob(32)", "rotated_at": str(now),
        "previous_rotated_at": "NULL", "salt": "randomblob(32)", "ended_at": "NULL",
    }  # fmt: skip
    assert set(columns) == set(values), columns
    database.execute(
        f"""INSERT INTO sessions ({", ".join(columns)})
        WITH RECURSIVE number(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number WHERE value < ?)
        SELECT {", ".join(values[column] for column in columns)} FROM number""",
        (count - have,),
    )
    database.commit()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def main() -> None:
    counts = [int(text) for text in sys.argv[1:]] or [10_000, 1_000_000, 5_000_000]
    server = Tessera(8098, login_attempts_per_account="1000000", login_attempts_per_address="1000000")
    server.start()
    server.add_user()
    path = f"{server.directory}/tessera-data/tessera.sqlite"
    for count in counts:
        server.stop()
        fill(path, count)
        started = server.start()
        tokens = sessions(server, CLIENTS)
        for seconds in (2, 10):  # the first warms up
            rate, middle, late = refreshes(server, tokens, seconds)
        size = sum(os.path.getsize(path + end) for end in ("", "-wal") if os.path.exists(path + end))
        print(f"{count:9} sessions: {size / 1e6:7.1f} MB, ready after {started:4.0f} ms, {rate:6.0f} refreshes/s, "
              f"p50 {middle:.2f} ms, p99 {late:.2f} ms", flush=True)  # fmt: skip
    server.stop()
    server.remove()


main()
