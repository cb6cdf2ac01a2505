#!/usr/bin/env python3
"""Kills the server under load, over and over, and holds it to every answer that it gave.

    python3 Tests/Proofs/kill.py --binary .build/release/tessera --cycles 300

Clients of all kinds keep a journal of what was acknowledged. At a random moment the server gets SIGKILL; what it left is
read from a copy of its file, then it is started again. Each acknowledged effect must hold, with its audit row, once; what
was not acknowledged must hold wholly or not at all; a refresh whose answer was lost is repeated with success; the server
is ready in five seconds. Some kills come while it starts, and some during the very first start.
"""

import random
import time

from support.lives import READY_WITHIN, Lives, accounts
from support.outcome import Outcome, arguments
from support.seed import seeded_server
from support.server import Server, StartFailure


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
    outcome = Outcome("kill")
    server, seeded = seeded_server(options.binary, accounts(options.cycles))
    proof = Lives(options, outcome, server, seeded, longest=0.6 if options.short else 1.2)
    try:
        proof.run()
        kill_first_starts(options, outcome)
    finally:
        server.remove()
    outcome.end(
        f"{options.cycles} kills under load and {options.firsts} of a first start, {proof.total} acknowledged effects,"
        f" slowest start {proof.slowest:.1f} s (seed {options.seed})"
    )


if __name__ == "__main__":
    main()
