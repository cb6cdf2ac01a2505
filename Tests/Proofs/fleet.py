#!/usr/bin/env python3
"""Kills nodes and their PostgreSQL under load, parts them from it, lets a standby take over, and holds all to their answers.

    python3 Tests/Proofs/fleet.py --binary .build/release/tessera --cycles 100 --only kill

The clients of `kill.py` send each of their requests to one of three nodes. In `kill` a node, all nodes, or every process
of PostgreSQL gets SIGKILL. In `part` a proxy between each node and the database swallows what is said, delays it or cuts
connections, and no notice ever comes through. In `take_over` the primary of two servers is killed and its synchronous
standby promoted. Each acknowledged effect must hold, with its audit row, once; after three seconds every node refuses what
was revoked; while the database is there nobody is refused; five seconds after it is back every node is ready.
"""

import random
import shutil

from support.cluster import Cluster, Pair, program
from support.fleet import seeded_fleet
from support.lives import Lives, accounts
from support.outcome import Outcome, arguments, cannot

NODES = 3
#: Of each part the database, the faults, and how many seconds pass before one at most.
PARTS = {
    "kill": (Cluster, ["node", "nodes", "database"], 1.0),
    # Without notices it takes a while until the nodes hear of each other.
    "part": (Cluster, ["partition"], 4.0),
    "take_over": (Pair, ["database"], 1.0),
}


def main() -> None:
    options = arguments(__doc__, tuple(PARTS), cycles=(100, 2, "faults of each part"))
    if not program("initdb") or not shutil.which("psql"):
        cannot("it needs PostgreSQL: Debian's postgresql")
    random.seed(options.seed)
    outcome, figures = Outcome("fleet"), []
    for part in [options.only] if options.only else PARTS:
        make, faults, longest = PARTS[part]
        fleet, seeded = seeded_fleet(options.binary, make(), accounts(options.cycles), NODES, faults)
        fleet.known_within *= options.patience
        try:
            lives = Lives(options, outcome, fleet, seeded, longest)
            lives.run()
        finally:
            fleet.remove()
        figures.append(
            f"{part}: {options.cycles} faults, {lives.total} acknowledged effects, slowest recovery {lives.slowest:.1f} s,"
            f" an end known everywhere after {fleet.slowest_refusal:.1f} s at most"
        )
    outcome.end(f"{NODES} nodes; {'; '.join(figures)} (seed {options.seed})")


if __name__ == "__main__":
    main()
