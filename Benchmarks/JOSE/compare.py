#!/usr/bin/env python3
"""Measures the token library beside its peers: one run for all, everybody's short turn in every round.

    python3 compare.py [--rounds 31] [--seconds 0.05] [--only HS256,ES256] [--no-build] [--results results.json]
    python3 compare.py --bounds 5      # only what has a bound, in so many runs with processes of their own

Each peer is a process that answers `OPERATION ALGORITHM SECONDS` with a rate by its own processor time. A rate is the
median of the rounds, a ratio the median of the rounds' ratios. What is not installed is left out, and said.
"""

import argparse
import datetime
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILT = HERE / ".build-peers"
PYTHON_PACKAGES = ["PyJWT==2.15.1", "joserfc==1.8.0", "jwcrypto", "cryptography"]
OPERATIONS = {"algorithms": ["sign", "verify"], "encryptions": ["encrypt", "decrypt"]}
PROCESSORS = os.sched_getaffinity(0)
SIZES = [335, 512, 1024, 2048, 4096, 6144, 8192, 10240, 12288, 14336, 16384]


def say(text):
    print(text, file=sys.stderr, flush=True)


def attempt(name, command, **options):
    """Runs a build step; says what is missing where it fails."""
    try:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **options)
        return True
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", b"") or str(error).encode()
        say(f"left out: {name}: {detail.decode(errors='replace').strip().splitlines()[-1]}")
        return False


def own_binary(build):
    if "JOSE_BENCH" in os.environ:
        return os.environ["JOSE_BENCH"]
    flags = ["--package-path", str(HERE), "-c", "release"]
    if build:
        subprocess.run(["swift", "build", *flags, "--product", "jose-bench"], check=True, stdout=sys.stderr)
    path = subprocess.run(["swift", "build", *flags, "--show-bin-path"], check=True, capture_output=True, text=True)
    return f"{path.stdout.strip()}/jose-bench"


def build_peers():
    """Builds the peers of other languages where their tools and packages are; see the README for these."""
    BUILT.mkdir(exist_ok=True)
    go = dict(os.environ, GO111MODULE="off", GOPATH="/usr/share/gocode", GOCACHE=str(BUILT / "go-cache"))
    source = HERE / "Peers/golang-jwt"
    attempt("golang-jwt", ["go", "build", "-o", str(BUILT / "golang-jwt"), "."], cwd=source, env=go)
    cargo = dict(os.environ, CARGO_TARGET_DIR=str(BUILT / "cargo"))
    source = HERE / "Peers/jsonwebtoken"
    attempt("jsonwebtoken", ["cargo", "build", "--release", "--offline"], cwd=source, env=cargo)
    python = BUILT / "python"
    if not (python / "bin/python3").exists():
        attempt("a Python environment", [sys.executable, "-m", "venv", str(python)])
    attempt("PyJWT, joserfc and jwcrypto", [str(python / "bin/pip"), "install", "--quiet", *PYTHON_PACKAGES])


class Peer:
    """A library at work in a process of its own."""

    def __init__(self, name, command):
        self.name = name
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True, bufsize=1
        )
        # All on one processor: they take turns, and two processors of one machine are not always alike.
        self.run_on({max(PROCESSORS)})

    def run_on(self, processors):
        os.sched_setaffinity(self.process.pid, processors)

    def ask(self, *words):
        """The answer to a line; None for what the peer does not do."""
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise SystemExit(f"{self.name} ended at: {words}")
        return None if answer == "-" else answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def start_peers(binary, fixture, names=None):
    python = str(BUILT / "python/bin/python3")
    commands = {
        "tessera": [binary, "tessera", fixture],
        "swift-crypto": [binary, "swift-crypto", fixture],
        "raw": [binary, "raw", fixture],
        "jwt-kit": [binary, "jwt-kit", fixture],
        "jsonwebtoken": [str(BUILT / "cargo/release/jsonwebtoken-peer"), fixture],
        "golang-jwt": [str(BUILT / "golang-jwt"), fixture],
        "PyJWT": [python, str(HERE / "Peers/python/pyjwt_peer.py"), fixture],
        "joserfc": [python, str(HERE / "Peers/python/joserfc_peer.py"), fixture],
        "jwcrypto": [python, str(HERE / "Peers/python/jwcrypto_peer.py"), fixture],
    }
    wanted = {name: command for name, command in commands.items() if not names or name in names}
    return [Peer(name, command) for name, command in wanted.items() if shutil.which(command[0])]


def measure_rates(peers, algorithms, operations, rounds, seconds):
    """Rates and this library's ratios to them, by operation and algorithm."""
    results = []
    for algorithm in algorithms:
        for operation in operations:
            # The first turn makes the keys and warms up; who has no answer is not asked again.
            able = [peer for peer in peers if peer.ask(operation, algorithm, 0.001)]
            for peer in able:
                peer.ask(operation, algorithm, seconds)
            rates = {peer.name: [] for peer in able}
            for turn in range(rounds):
                # Who comes first changes, so that nobody always runs in another's wake.
                for peer in able[turn % len(able) :] + able[: turn % len(able)]:
                    rates[peer.name].append(float(peer.ask(operation, algorithm, seconds)))
            row = {"algorithm": algorithm, "operation": operation, "rates": {}, "ratios": {}}
            for name, values in rates.items():
                row["rates"][name] = statistics.median(values)
                row["ratios"][name] = statistics.median(own / other for own, other in zip(rates["tessera"], values))
            for peer in peers:
                if peer.name in ("tessera", "swift-crypto") and peer in able:
                    count = peer.ask("allocations", operation, algorithm)
                    row.setdefault("allocations", {})[peer.name] = float(count)
            results.append(row)
            say(line(row))
    return results


def line(row):
    cells = [f"{row['algorithm']:>17} {row['operation']:<7} {row['rates']['tessera']:>11,.0f}/s"]
    cells += [f"{name} {ratio:.3f}" for name, ratio in row["ratios"].items() if name != "tessera"]
    cells += [f"allocations {row['allocations']}"]
    return "  ".join(cells)


def measure_sizes(own, rounds, seconds):
    """Microseconds by token size, of what is accepted, refused and only hashed."""
    curves = {}
    for kind in ["groups", "text", "raw", "broken", "groups-ES256"]:
        points = []
        for size in SIZES:
            answers = [own.ask("size", kind, size, seconds).split() for _ in range(max(rounds // 4, 3))]
            points.append([int(answers[0][1]), statistics.median(float(answer[0]) for answer in answers)])
        curves[kind] = points
        say(f"{kind}: " + " ".join(f"{size}:{time:.2f}" for size, time in points))
    return curves


def measure_threads(own, rounds, seconds):
    """Two threads' rates over one thread's: sharing a verifier, and with one each."""
    results = {}
    own.run_on(PROCESSORS)
    for algorithm in ["HS256", "ES256"]:
        answers = [[float(x) for x in own.ask("threads", algorithm, seconds).split()] for _ in range(rounds)]
        one, shared, apart = zip(*answers)
        results[algorithm] = {
            "one": statistics.median(one),
            "shared": statistics.median(x / y for x, y in zip(shared, one)),
            "apart": statistics.median(x / y for x, y in zip(apart, one)),
        }
        say(f"{algorithm} threads: {results[algorithm]}")
    return results


def measure_bounds(binary, fixture, runs, rounds, seconds):
    """The ratios that have a bound, run by run, and their medians."""
    ratios = {}
    for _ in range(runs):
        for algorithm in ["HS256", "ES256", "Ed25519", "RS256"]:
            peer = "raw" if algorithm == "HS256" else "swift-crypto"
            peers = start_peers(binary, fixture, ["tessera", peer])
            for row in measure_rates(peers, [algorithm], OPERATIONS["algorithms"], rounds, seconds):
                ratios.setdefault(f"{algorithm} {row['operation']}, of {peer}", []).append(row["ratios"][peer])
            for each in peers:
                each.close()
    for name, values in ratios.items():
        print(f"{name:<32} {statistics.median(values):.3f}   {' '.join(f'{value:.3f}' for value in values)}")


def machine():
    with open("/proc/cpuinfo") as file:
        names = [text.split(":", 1)[1].strip() for text in file if text.startswith("model name")]
    return {"processor": names[0] if names else "unknown", "cores": os.cpu_count()}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=31)
    options.add_argument("--seconds", type=float, default=0.05)
    options.add_argument("--only", default="", help="algorithms, separated by commas")
    options.add_argument("--no-build", action="store_true")
    options.add_argument("--bounds", type=int, default=0, metavar="RUNS")
    options.add_argument("--results", default=str(HERE / "results.json"))
    options = options.parse_args()

    binary = own_binary(build=not options.no_build)
    BUILT.mkdir(exist_ok=True)
    fixture = str(BUILT / "fixture.json")
    subprocess.run([binary, "fixture", fixture], check=True)
    if options.bounds:
        return measure_bounds(binary, fixture, options.bounds, options.rounds, options.seconds)
    if not options.no_build:
        build_peers()
    with open(fixture) as file:
        made = json.load(file)
    wanted = {}
    for kind in OPERATIONS:
        wanted[kind] = sorted(made[kind], key=lambda name: ("HERPMdA".find(name[0]), name))
        if options.only:
            wanted[kind] = [name for name in wanted[kind] if name in options.only.split(",")]
    peers = start_peers(binary, fixture)
    own = peers[0]
    results = {
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "rounds": options.rounds,
        "seconds": options.seconds,
        "rates": [
            row
            for kind, operations in OPERATIONS.items()
            for row in measure_rates(peers, wanted[kind], operations, options.rounds, options.seconds)
        ],
        "sizes": measure_sizes(own, options.rounds, options.seconds),
        "threads": measure_threads(own, options.rounds, options.seconds),
        "refusals": json.loads(own.ask("refusals")),
    }
    for name, refusal in results["refusals"].items():
        say(f"refused: {name:<45} {refusal['allocations']:>5} allocations {refusal['nanoseconds']:>8} ns")
    for peer in peers:
        peer.close()
    with open(options.results, "w") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    print(f"written: {options.results}; python3 {HERE / 'plot.py'} draws it")


if __name__ == "__main__":
    main()
