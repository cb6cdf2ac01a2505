#!/usr/bin/env python3
"""Cuts the power at any moment: rebuilds what the disk may hold then, and holds the server to what it had acknowledged.

    python3 Tests/Proofs/powercut.py --binary .build/release/tessera --images 5000

A server runs with a recorder of ours in it (support/recorder.c), from its very first start, under load, over a stop and
another start, while clients note at which place of the recording each effect was acknowledged. Disks are rebuilt as they
may be at each sync and at moments between: what was not synced is missing, torn, reordered, or there
(support/disk_images.py). Each must open, be sound, and hold every effect acknowledged before the cut, and every effect
wholly or not at all; on a sample the real server is started and asked. Then the same is recorded with syncs that do
nothing: most of those disks must fail, or this proof proves nothing.
"""

import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading

from support.disk_images import MODES, SYNC, Disk, read_log
from support.effects import Chain, Disabling, SessionEnd, TokenRevocation
from support.http import Connection, Lost, claims
from support.outcome import Outcome, arguments, cannot
from support.seed import Seeded, add_model, seed, token_parts
from support.server import Server, StartFailure

HERE = os.path.dirname(os.path.abspath(__file__))
CLIENTS = 4


class Recording:
    """What a server did to its disk, and what its clients were told when."""

    def __init__(self, options, recorder: str, drops_sync: bool) -> None:
        self.outcome, self.recorder, self.drops_sync = Outcome("recording"), recorder, drops_sync
        self.directory = tempfile.mkdtemp(prefix="tessera-proof-")
        self.root = f"{self.directory}/disk"
        self.log = f"{self.directory}/recording"
        os.mkdir(self.root)
        self.server = Server(options.binary, directory=self.directory, data=f"{self.root}/data")
        self.acknowledged: list[tuple[int, str, object]] = []
        self.lock = threading.Lock()

    def baseline(self) -> None:
        """What is there now was there for good."""
        self.disk = Disk(self.root)

    def start(self) -> None:
        environment = {"LD_PRELOAD": self.recorder, "RECORDER_ROOT": self.root, "RECORDER_LOG": self.log}
        if self.drops_sync:
            environment["RECORDER_DROP_SYNC"] = "1"
        self.server.start(environment)

    def note(self, kind: str, what: object) -> None:
        """An effect was acknowledged, now at the latest."""
        position = os.stat(self.log).st_size
        with self.lock:
            self.acknowledged.append((position, kind, what))

    def load(self, seeded: dict[str, list[Seeded]], administrator: str) -> None:
        """Clients of all kinds, until their share of the sessions is used up."""
        failures: list[BaseException] = []

        def work(number: int) -> None:
            try:
                self.client(number, seeded, administrator)
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def client(self, number: int, seeded: dict[str, list[Seeded]], administrator: str) -> None:
        connection = self.server.connect()
        chains = [Chain(one) for one in seeded[f"chain{number}"]]
        ends = seeded[f"end{number}"]
        disables = [many[0] for name, many in seeded.items() if name.startswith(f"disable{number}x")]
        for turn in range(len(ends)):
            for chain in random.sample(chains, 2):
                self.must(chain.ask(connection).status == 200)
                self.note("rotation", (chain.session, token_parts(chain.token)[1], chain.token))
            end = ends[turn]
            answer = connection.refresh(end.token)
            effect = SessionEnd(end, answer.json["access_token"], answer.json["refresh_token"])
            effect.ask(connection)
            self.must(effect.acknowledged)
            self.note("end", end.session)
            if turn < len(disables):
                disabled = disables[turn]
                effect = Disabling(disabled, "", disabled.token, administrator)
                effect.ask(connection)
                self.must(effect.acknowledged)
                self.note("disabling", (disabled.username, disabled.session))
            if turn % 3 == 0:
                revocation = TokenRevocation(chains[0].access or answer.json["access_token"])
                fresh = chains[0].access is not None
                chains[0].access = None
                revocation.ask(connection)
                self.must(revocation.acknowledged)
                if fresh:
                    self.note("token", claims(revocation.access)["jti"])
        connection.close()

    @staticmethod
    def must(condition: bool) -> None:
        if not condition:
            raise RuntimeError("an answer under load is not what it should be")

    def remove(self) -> None:
        self.server.remove()


def record_first_start(options, recorder: str) -> Recording:
    recording = Recording(options, recorder, drops_sync=False)
    recording.baseline()
    recording.start()
    recording.note("administrator", recording.server.first_password())
    add_model(recording.server)
    recording.note("account", "model")
    recording.server.stop()
    return recording


def record_load(options, recorder: str, turns: int, drops_sync: bool = False) -> Recording:
    """Two lives under load, the first ended gracefully, the second by a kill."""
    recording = Recording(options, recorder, drops_sync)
    server = recording.server
    server.start()
    add_model(server)
    server.stop()
    lives = []
    for life in range(2):
        accounts = {f"chain{number}": 6 for number in range(CLIENTS)}
        accounts |= {f"end{number}": turns for number in range(CLIENTS)}
        accounts |= {f"disable{number}x{turn}": 1 for number in range(CLIENTS) for turn in range(turns // 2)}
        renamed = seed(server, {f"{name}life{life}": count for name, count in accounts.items()})
        lives.append({name.removesuffix(f"life{life}"): sessions for name, sessions in renamed.items()})
    recording.baseline()
    for seeded in lives:
        recording.start()
        recording.load(seeded, server.administrator())
        if seeded is lives[0]:
            server.stop()
    server.kill()
    return recording


class Checker:
    """Opens rebuilt disks and compares them with the journal."""

    def __init__(self, recording: Recording, operations: list, binary: str, outcome: Outcome) -> None:
        self.recording, self.operations, self.binary, self.outcome = recording, operations, binary, outcome
        self.directory = tempfile.mkdtemp(prefix="tessera-image-", dir=memory())
        self.acknowledged = sorted(recording.acknowledged, key=lambda one: one[0])
        self.started = 0

    def close(self) -> None:
        shutil.rmtree(self.directory, ignore_errors=True)

    def check(self, image: dict[str, bytes | None], position: int, cut: str, starts: bool) -> None:
        """Whether one disk is as it must be after a cut at a position of the recording."""
        root = f"{self.directory}/disk"
        shutil.rmtree(root, ignore_errors=True)
        os.mkdir(root)
        for path, data in image.items():
            target = root + path.removeprefix(self.recording.root)
            if data is None:
                os.mkdir(target, 0o700)
                continue
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(data)
        known = [(kind, what) for at, kind, what in self.acknowledged if at <= position]
        if starts:
            self.start(root, known, cut)
        else:
            self.read(f"{root}/data/tessera.sqlite", known, cut)

    def read(self, path: str, known: list[tuple[str, object]], cut: str) -> None:
        """The quick way: SQLite reads the disk."""
        if not os.path.exists(path):
            self.outcome.expect(not known, "all is gone", cut)
            return
        database = sqlite3.connect(path)
        try:
            sound = database.execute("PRAGMA integrity_check").fetchone()[0]
            if not self.outcome.expect(sound == "ok", "the database is damaged", f"{cut}: {sound}"):
                return
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if "audit" not in tables:
                self.outcome.expect(not known, "all is gone", cut)
                return
            self.compare(database, known, cut)
        except sqlite3.DatabaseError as error:
            self.outcome.violated("the database cannot be read", f"{cut}: {error}")
        finally:
            database.close()

    def compare(self, database: sqlite3.Connection, known: list[tuple[str, object]], cut: str) -> None:
        sessions = {row[0]: row[1:] for row in database.execute("SELECT id, ended_at, counter, account_id FROM sessions")}
        accounts = {row[0]: row[1:] for row in database.execute("SELECT username, id, is_disabled FROM accounts")}
        audit = {(row[0], row[1] or row[2] or row[3]) for row in database.execute(
            "SELECT event, session_id, account_id, detail FROM audit WHERE event <> 'token_revoked'")}
        tokens = {row[0] for row in database.execute("SELECT detail FROM audit WHERE event = 'token_revoked'")}
        revoked = set(database.execute("SELECT kind, subject FROM revocations"))
        for kind, what in known:
            match kind:
                case "rotation":
                    # Nobody has ended it.
                    session, counter, _ = what
                    fine = session in sessions and sessions[session][1] >= counter and sessions[session][0] is None
                case "end":
                    fine = sessions.get(what, (None,))[0] is not None
                case "disabling":
                    fine = accounts.get(what[0], (0, 0))[1] == 1 and sessions[what[1]][0] is not None
                case "token":
                    fine = ("token", what) in revoked
                case "account":
                    fine = what in accounts
                case _:
                    fine = "admin" in accounts
            self.outcome.expect(fine, f"an acknowledged {kind} is lost", f"{cut}: {what}")
        disabled = {row[0] for row in accounts.values() if row[1]}
        for session, (ended, _, account) in sessions.items():
            signs = {ended is not None, ("session", session) in revoked,
                     ("session_ended", session) in audit or account in disabled}
            self.outcome.expect(len(signs) == 1, "a log-out is not whole", f"{cut}: {session}")
        for account in disabled:
            signs = ("account_disabled", account) in audit, ("account", account) in revoked
            self.outcome.expect(all(signs), "a disabling is not whole", f"{cut}: {signs}")
        single = {f"jti {subject}" for kind, subject in revoked if kind == "token"}
        self.outcome.expect(single == tokens, "a token revocation is not whole", cut)

    def start(self, root: str, known: list[tuple[str, object]], cut: str) -> None:
        """The slow way: the server itself starts on the disk."""
        server = Server(self.binary, directory=tempfile.mkdtemp(dir=self.directory), data=f"{root}/data")
        self.started += 1
        counters = self.counters(server)
        try:
            server.start()
            self.ask(server, known, counters, cut)
        except (StartFailure, Lost, RuntimeError) as error:
            state = f"status {server.process.poll()}: {server.log()[-3000:]}"
            self.outcome.violated("the server does not start or answer", f"{cut}: {error}, {state}")
        finally:
            server.kill()
        self.read(server.database, known, f"{cut}, started")

    @staticmethod
    def counters(server: Server) -> dict[str, int]:
        """How often each session was rotated, as a copy of the disk says."""
        try:
            with server.trail() as trail:
                return dict(trail.rows("SELECT id, counter FROM sessions"))
        except sqlite3.DatabaseError:
            return {}

    def ask(self, server: Server, known: list[tuple[str, object]], counters: dict[str, int], cut: str) -> None:
        connection = server.connect()
        current = {what[0]: what for kind, what in known if kind == "rotation"}
        for session, counter, token in current.values():
            # A rotation whose answer never came has replaced the token, and its grace has passed since.
            if counters.get(session) == counter:
                answer = connection.refresh(token)
                self.outcome.expect(answer.status == 200, "an acknowledged refresh token is dead", f"{cut}: {answer}")
        for kind, what in known:
            if kind == "administrator":
                answer = connection.log_in("admin", what)
                self.outcome.expect(answer.status == 200, "the first password is lost", f"{cut}: {answer}")
        if not any(kind == "administrator" for kind, _ in known):
            server.administrator()
        connection.close()


def memory() -> str | None:
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


def cuts(operations: list, images: int, chance: random.Random) -> dict[int, list[str]]:
    """How often the disk is rebuilt after which operation: around each sync, and at moments between."""
    syncs = [index for index, operation in enumerate(operations) if operation.kind == SYNC]
    chosen: dict[int, list[str]] = {}
    around = [(index - before, mode) for index in syncs for before in (1, 0) for mode in ("dropped", "kept")]
    if len(around) > images // 2:
        around = chance.sample(around, images // 2)
    for index, mode in around:
        chosen.setdefault(max(index, 0), []).append(mode)
    for _ in range(images - len(around)):
        chosen.setdefault(chance.randrange(len(operations)), []).append(chance.choice(MODES[2:]))
    return chosen


def check_part(arguments: tuple) -> tuple[dict[str, int], int, int, int]:
    """One worker's part of the images: violations, images, images with a violation, servers started."""
    recording, binary, images, starts, seed_number, part, parts, quiet = arguments
    outcome = Outcome("part")
    if quiet:
        sys.stderr = open(os.devnull, "w")
    operations = read_log(recording.log)
    chance = random.Random(seed_number)
    chosen = cuts(operations, images, chance)
    checker = Checker(recording, operations, binary, outcome)
    every = max(1, images // starts) if starts else 0
    number = bad = done = 0
    for index, operation in enumerate(operations):
        recording.disk.do(operation)
        for mode in chosen.get(index, []):
            number += 1
            if number % parts != part:
                continue
            # Every image has a chance of its own, whoever builds it.
            image = recording.disk.image(mode, random.Random(seed_number * 1_000_003 + number))
            before = outcome.count
            starts_server = every and (number // parts) % max(1, every // parts) == 0
            checker.check(image, operation.end, f"operation {index}, {mode}, image {number}", bool(starts_server))
            bad += outcome.count > before
            done += 1
    checker.close()
    return outcome.violations, done, bad, checker.started


def check(recording: Recording, options, images: int, starts: int, quiet: bool = False) -> tuple[dict, int, int, int]:
    parts = min(os.cpu_count() or 1, 4)
    bare = Plain(recording)
    tasks = [(bare, options.binary, images, starts, options.seed, part, parts, quiet) for part in range(parts)]
    with multiprocessing.Pool(parts) as pool:
        results = pool.map(check_part, tasks)
    violations: dict[str, int] = {}
    for found, *_ in results:
        for kind, count in found.items():
            violations[kind] = violations.get(kind, 0) + count
    return violations, *(sum(result[place] for result in results) for place in (1, 2, 3))


class Plain:
    """What of a recording goes to another process."""

    def __init__(self, recording: Recording) -> None:
        self.root, self.log, self.disk = recording.root, recording.log, recording.disk
        self.acknowledged = recording.acknowledged


def compile_recorder(directory: str) -> str:
    compiler = next((name for name in ("cc", "clang", "gcc") if shutil.which(name)), None)
    if not compiler:
        cannot("a C compiler is needed")
    target = f"{directory}/recorder.so"
    source = f"{HERE}/support/recorder.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", target, source, "-ldl"], check=True)
    return target


def main() -> None:
    options = arguments(__doc__, images=(5000, 500, "rebuilt disks"), starts=(200, 8, "of them with a real start"))
    random.seed(options.seed)
    outcome = Outcome("powercut")
    directory = tempfile.mkdtemp(prefix="tessera-recorder-")
    recorder = compile_recorder(directory)
    turns = 30 if options.short else 120
    first = record_first_start(options, recorder)
    load = record_load(options, recorder, turns)
    total = started = 0
    syncs = sum(operation.kind == SYNC for recording in (first, load) for operation in read_log(recording.log))
    for recording, share in ((first, 0.2), (load, 0.8)):
        violations, done, _, starts = check(
            recording, options, int(options.images * share), int(options.starts * (0.5 if share < 0.5 else 0.5))
        )
        total, started = total + done, started + starts
        for kind, count in violations.items():
            outcome.violations[kind] = outcome.violations.get(kind, 0) + count
    blind = record_load(options, recorder, turns // 3, drops_sync=True)
    _, unsynced, failed, _ = check(blind, options, options.images // 10, 0, quiet=True)
    outcome.expect(failed > unsynced // 2, "disks without syncs pass", f"only {failed} of {unsynced} fail")
    for recording in (first, load, blind):
        recording.remove()
    shutil.rmtree(directory)
    outcome.end(
        f"{total} disks rebuilt around {syncs} syncs, {started} of them started, "
        f"{len(first.acknowledged) + len(load.acknowledged)} acknowledged effects; without syncs {failed} of {unsynced}"
        f" disks fail (seed {options.seed})"
    )


if __name__ == "__main__":
    main()
