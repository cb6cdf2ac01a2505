#!/usr/bin/env python3
"""Kills `tessera migrate` after each of its statements, on SQLite and on PostgreSQL, and runs it again.

    python3 Tests/Proofs/migrations.py --binary .build/debug/tessera

Needs a debug build, which ends itself where `TESSERA_FAULT_FILE` says. After each kill every step of the schema is there
whole, with its record, or not at all; the run that is left alone ends the work.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import tempfile

from support.cluster import DATABASE, PASSWORD, ROLE, Cluster, program
from support.outcome import Outcome, arguments, cannot
from support.server import clean_environment

STEPS = 2
#: What the first step leaves, what the second does, as counts.
LOOKS = {
    "sqlite": (
        "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('accounts', 'sessions', 'clients', 'audit') AND type = 'table'",
        "SELECT COUNT(*) FROM pragma_table_info('audit') WHERE name = 'number'",
        "SELECT COUNT(*) FROM sqlite_master WHERE name = 'audit_keys' AND type = 'table'",
    ),
    "postgresql": (
        "SELECT COUNT(*) FROM pg_tables WHERE tablename IN ('accounts', 'sessions', 'clients', 'audit')",
        "SELECT COUNT(*) FROM information_schema.columns WHERE table_name = 'audit' AND column_name = 'number'",
        "SELECT COUNT(*) FROM pg_tables WHERE tablename = 'audit_keys'",
    ),
}


def migrate_and_kill(options, outcome: Outcome, engine: str, environment: dict, count) -> int:
    """Answers how often it was killed; `count` runs a query on the database that is being made."""
    directory = tempfile.mkdtemp(prefix="tessera-proof-")
    environment = {**clean_environment(), **environment, "TESSERA_FAULT_FILE": f"{directory}/armed"}
    kills, statement, before = 0, 1, 0
    while kills < 200:
        with open(f"{directory}/armed", "w") as file:
            file.write(" ".join(["migrating"] * statement))
        done = subprocess.run(
            [os.path.abspath(options.binary), "migrate"], cwd=directory, env=environment, capture_output=True, text=True
        )
        try:
            steps = count(directory, "SELECT COUNT(*) FROM schema_migrations")
        except (RuntimeError, sqlite3.Error):
            steps = 0
        tables, column, keys = (count(directory, look) for look in LOOKS[engine])
        whole = (tables == 4, column, keys) == (steps >= 1, int(steps >= 2), int(steps >= 2)) and tables in (0, 4)
        found = f"{engine}, statement {statement}: {steps} steps, {tables} tables, {column} columns, {keys} tables of keys"
        outcome.expect(whole, "a step is there in part", found)
        if done.returncode == 0:
            outcome.expect(steps == STEPS, "the last run left a step out", found)
            break
        if not outcome.expect(done.returncode == -signal.SIGKILL, "a migration failed", done.stderr):
            break
        kills += 1
        statement = statement + 1 if steps == before else 1
        before = steps
    shutil.rmtree(directory, ignore_errors=True)
    return kills


def count_in_file(directory: str, query: str) -> int:
    database = sqlite3.connect(f"{directory}/tessera-data/tessera.sqlite")
    try:
        return database.execute(query).fetchone()[0]
    finally:
        database.close()


def main() -> None:
    options = arguments(__doc__)
    outcome = Outcome("migrations")
    kills = {"sqlite": migrate_and_kill(options, outcome, "sqlite", {}, count_in_file)}
    if not kills["sqlite"]:
        cannot("it needs a debug build")
    if program("initdb"):
        cluster = Cluster()
        url = f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{cluster.port}/{DATABASE}"
        kills["postgresql"] = migrate_and_kill(
            options, outcome, "postgresql", {"TESSERA_DATABASE": url}, lambda _, query: int(cluster.sql(query, DATABASE))
        )
        cluster.remove()
    outcome.end(", ".join(f"{count} kills on {engine}" for engine, count in kills.items()))


if __name__ == "__main__":
    main()
