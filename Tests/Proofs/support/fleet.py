"""Several nodes on one database of PostgreSQL, with the face of a single server."""

import csv
import io
import os
import random
import shutil
import sqlite3
import time

from .cluster import DATABASE, PASSWORD, ROLE, Cluster, Pair
from .http import Connection
from .outcome import Outcome
from .proxy import Proxy
from .seed import Seeded, seeded_server
from .server import Server, StartFailure
from .trail import Trail

#: After so long a revocation is known to every node that could read its database.
KNOWN_WITHIN = 3.0


class Spread:
    """Connections to all nodes; each request goes to one of them."""

    def __init__(self, connections: list[Connection]) -> None:
        self.connections = connections

    def __getattr__(self, name: str):
        return getattr(random.choice(self.connections), name)

    def close(self) -> None:
        for connection in self.connections:
            connection.close()


class Fleet:
    def __init__(self, binary: str, cluster: Cluster | Pair, model: Server, count: int, faults: list[str]) -> None:
        self.cluster, self.faults = cluster, faults
        self.proxies = [Proxy(cluster.ports[0]) for _ in range(count)] if "partition" in faults else []
        places = [[proxy.port] for proxy in self.proxies] or [cluster.ports] * count
        self.nodes: list[Server] = []
        for ports in places:
            hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
            url = f"postgresql://{ROLE}:{PASSWORD}@{hosts}/{DATABASE}?sslmode=disable"
            node = Server(binary, issuer=model.url, environment={"TESSERA_DATABASE": url})
            os.makedirs(node.data, mode=0o700)
            shutil.copy(f"{model.data}/master.key", node.data)
            self.nodes.append(node)
        self.password = model.first_password()
        self.refusals_allowed = self.is_over = False
        self.failed_at, self.slowest_refusal, self.known_within = time.monotonic(), 0.0, KNOWN_WITHIN

    def connect(self, **rest) -> Spread:
        return Spread([node.connect(**rest) for node in self.nodes])

    # Lives.

    def spawn(self) -> None:
        self.cluster.mend()
        for node in self.nodes:
            if not node.is_running:
                node.spawn()

    def start(self) -> float:
        """Mends the database, starts what is dead, waits until every node is ready; answers the seconds since the mending."""
        self.cluster.mend()
        began = time.monotonic()
        self.spawn()
        while not all(node.is_ready() for node in self.nodes):
            for node in self.nodes:
                if not node.is_running:
                    raise StartFailure(f"a node ended: {node.log()}")
            if time.monotonic() - began > 30 + self.waited_for_processor():
                raise StartFailure("not every node is ready: " + " ".join(node.log()[-1000:] for node in self.nodes))
            time.sleep(0.02)
        took = time.monotonic() - began
        time.sleep(max(0.0, self.failed_at + KNOWN_WITHIN - time.monotonic()))
        self.refusals_allowed = self.is_over = False
        return took

    def kill(self) -> None:
        """One of the faults; the nodes that it leaves alive go on for a while."""
        fault = random.choice(self.faults)
        self.refusals_allowed = fault in ("database", "partition")
        match fault:
            case "node": random.choice(self.nodes).kill()
            case "nodes":
                for node in random.sample(self.nodes, len(self.nodes)):
                    node.kill()
            case "database": self.cluster.fail()
            case "partition": self.part()
        time.sleep(random.uniform(0, 0.7))
        self.failed_at = time.monotonic()
        self.is_over = True

    def part(self) -> None:
        """Some nodes lose their database for a while, or have it far away."""
        parted = random.sample(self.proxies, random.randint(1, len(self.proxies)))
        for proxy in parted:
            match random.choice(("silence", "slow", "cut")):
                case "silence": proxy.silence()
                case "slow": proxy.slow(random.uniform(0.01, 0.3))
                case "cut": proxy.cut()
        time.sleep(random.uniform(0.1, 4))
        for proxy in parted:
            proxy.heal()

    def stop(self) -> None:
        for node in self.nodes:
            node.stop()

    def remove(self) -> None:
        for node in self.nodes:
            node.remove()
        self.cluster.remove()

    # What is asked of it.

    def tessera(self, *arguments: str) -> str:
        return self.nodes[0].tessera(*arguments)

    def administrator(self) -> str:
        return self.nodes[0].administrator(self.password)

    def waited_for_processor(self) -> float:
        return max(node.waited_for_processor() for node in self.nodes)

    def await_refusal(self, access_token: str, outcome: Outcome) -> None:
        """Every node refuses in time what one of them has ended, unless a fault comes between."""
        began = time.monotonic()
        for node in self.nodes:
            connection = node.connect()
            # This endpoint asks no database, so that it knows what its node has read.
            while not self.is_over:
                answer = connection.call("GET", "/verify", bearer=access_token)
                if answer.status == 401:
                    break
                if self.refusals_allowed or not outcome.expect(
                    time.monotonic() < began + self.known_within, "a node knows too late what was ended", answer
                ):
                    break
                time.sleep(0.01)
            connection.close()
        if not self.is_over and not self.refusals_allowed:
            self.slowest_refusal = max(self.slowest_refusal, time.monotonic() - began)

    def trail(self, audit_from: int = 0, revocations_from: int = 0) -> Trail:
        self.cluster.mend()
        return Trail(copy(self.cluster.primary), audit_from, revocations_from)

    def integrity(self) -> str:
        self.cluster.mend()
        primary = self.cluster.primary
        try:
            primary.call("pg_amcheck", "-h", primary.directory, "-p", str(primary.port), "-U", "postgres",
                         "--install-missing", "--heapallindexed", DATABASE)
            return "ok"
        except RuntimeError as error:
            return str(error)


def copy(primary: Cluster) -> sqlite3.Connection:
    """The tables that a check looks at, where a check can look at them."""
    database = sqlite3.connect(":memory:")
    for table in ("accounts", "sessions", "clients", "signing_keys", "audit", "revocations"):
        columns = [
            line.split("|") for line in primary.sql(
                "SELECT column_name, data_type FROM information_schema.columns"
                f" WHERE table_name = '{table}' ORDER BY ordinal_position", DATABASE,
            ).split("\n")
        ]
        names = ", ".join(f'"{name}"' for name, _ in columns)
        readers = [{"bigint": int, "bytea": lambda text: bytes.fromhex(text[2:])}.get(kind, str) for _, kind in columns]
        text = primary.sql(f"COPY (SELECT {names} FROM {table}) TO STDOUT (FORMAT csv, NULL '\\N')", DATABASE)
        rows = [
            [None if value == "\\N" else read(value) for read, value in zip(readers, row)]
            for row in csv.reader(io.StringIO(text))
        ]
        database.execute(f"CREATE TABLE {table} ({names})")
        database.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)
    for index in ("accounts (canonical_username)", "sessions (id)", "sessions (account_id)", "audit (session_id)"):
        database.execute(f"CREATE INDEX \"{index}\" ON {index}")
    return database


def seeded_fleet(
    binary: str, cluster: Cluster | Pair, accounts: dict[str, int], count: int, faults: list[str]
) -> tuple[Fleet, dict[str, list[Seeded]]]:
    """Stopped nodes, with accounts and sessions that came from a database of SQLite."""
    model, seeded = seeded_server(binary, accounts)
    fleet = Fleet(binary, cluster, model, count, faults)
    url = f"postgresql://{ROLE}:{PASSWORD}@127.0.0.1:{cluster.primary.port}/{DATABASE}"
    model.tessera("move", "--from", f"sqlite:{model.database}", environment={"TESSERA_DATABASE": url})
    return fleet, seeded
