#!/usr/bin/env python3
"""Fuzzes the readers of Sources/JOSE with libFuzzer, one after the other, and keeps the ledger in Fuzz/README.md.

    Scripts/fuzz.py                          # each target for a minute
    Scripts/fuzz.py --seconds 600 json pem   # these, for ten minutes each
    Scripts/fuzz.py --runs 1000000 pem       # until so many executions, or the seconds are over
    Scripts/fuzz.py --keep                   # and keep what was found, minimised, in Fuzz/Corpus

The tool chain must have libFuzzer: swift.org's for Linux do. The input of a crash is kept below .build-fuzz/crashes;
`.build-fuzz/release/jose-fuzz TARGET FILE` runs it again. Exit status 1 after a crash.
"""

import argparse
import base64
import datetime
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUZZ = ROOT / "Fuzz"
BUILD = ROOT / ".build-fuzz"
PROGRAM = BUILD / "release" / "jose-fuzz"
LEDGER = FUZZ / "README.md"

# How long inputs may get, in bytes: enough for every branch, short enough to be quick.
LENGTHS = {"base64url": 512, "json": 1024, "pem": 3072}
DEFAULT_LENGTH = 2048
# What one target's corpus may take in the repository, in bytes of its text.
CORPUS_SIZE = 30 << 10


def build() -> None:
    info = json.loads(subprocess.run(["swiftc", "-print-target-info"], capture_output=True, check=True).stdout)
    resources = Path(info["paths"]["runtimeResourcePath"]) / "clang" / "lib" / "linux"
    library = resources / f"libclang_rt.fuzzer_no_main-{platform.machine()}.a"
    if not library.exists():
        sys.exit(f"This tool chain has no libFuzzer: {library} is absent.")
    done = subprocess.run(
        ["swift", "build", "--package-path", FUZZ, "--scratch-path", BUILD, "-c", "release",
         "--product", "jose-fuzz", "-Xlinker", library],
        capture_output=True, text=True,
    )
    if done.returncode != 0:
        sys.exit(f"The fuzz targets do not build:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def unpack(target: str, corpus: Path) -> None:
    """Lays out the corpus of the repository: a line an input."""
    corpus.mkdir(parents=True, exist_ok=True)
    packed = FUZZ / "Corpus" / f"{target}.txt"
    for number, line in enumerate(packed.read_text().split() if packed.exists() else []):
        (corpus / f"kept-{number}").write_bytes(base64.b64decode(line))


def keep(target: str, corpus: Path) -> None:
    """Keeps the inputs that together reach what all have reached, the smallest first, in the repository."""
    small = BUILD / "minimised" / target
    small.mkdir(parents=True, exist_ok=True)
    for file in small.iterdir():
        file.unlink()
    run(target, ["-merge=1", small, corpus, FUZZ / "Seeds" / target])
    lines, size = [], 0
    for file in sorted(small.iterdir(), key=lambda file: (file.stat().st_size, file.name)):
        line = base64.b64encode(file.read_bytes()).decode()
        if line and size + len(line) < CORPUS_SIZE:
            lines.append(line)
            size += len(line) + 1
    packed = FUZZ / "Corpus" / f"{target}.txt"
    packed.parent.mkdir(exist_ok=True)
    packed.write_text("\n".join(lines) + "\n")
    print(f"{target}: {len(lines)} of {len(list(small.iterdir()))} inputs kept, {size} bytes", flush=True)


def run(target: str, arguments: list) -> str:
    # The runtime's own backtraces would wait for the fuzzer, which waits for them. Pointers in the payloads of Swift enums
    # carry tags, behind which no leak detector sees what is held; what leaks for good meets the limit of memory.
    environment = dict(os.environ, SWIFT_BACKTRACE="enable=no", ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run(
        [PROGRAM, target, *arguments], env=environment, capture_output=True, text=True, errors="replace")
    return done.stderr + f"\nstatus {done.returncode}"


def fuzz(target: str, seconds: int, runs: int) -> tuple[int, bool]:
    """Runs a target: how many executions there were, and whether the last one crashed."""
    corpus = BUILD / "corpus" / target
    unpack(target, corpus)
    crashes = BUILD / "crashes" / target
    crashes.mkdir(parents=True, exist_ok=True)
    options = [
        f"-max_total_time={seconds}", f"-max_len={LENGTHS.get(target, DEFAULT_LENGTH)}", f"-artifact_prefix={crashes}/",
        "-print_final_stats=1", "-timeout=20",
    ]
    if runs:
        options.append(f"-runs={runs}")
    dictionary = FUZZ / "Dictionaries" / f"{target}.dict"
    if dictionary.exists():
        options.append(f"-dict={dictionary}")
    seeds = FUZZ / "Seeds" / target
    output = run(target, [*options, corpus, *([seeds] if seeds.is_dir() else [])])
    executed = re.search(r"stat::number_of_executed_units:\s*(\d+)", output)
    coverage = re.findall(r"cov: (\d+) ft: (\d+)", output)
    count = int(executed.group(1)) if executed else 0
    crashed = not output.endswith("status 0")
    reached = f"{coverage[-1][0]} edges, {coverage[-1][1]} features" if coverage else "nothing"
    print(f"{target}: {count:,} executions, {reached}{', a CRASH' if crashed else ''}", flush=True)
    if crashed:
        print(output[-3000:], flush=True)
    return count, crashed


def enter(target: str, count: int, crashed: bool) -> None:
    """Adds a run to the target's line of the ledger."""
    lines = LEDGER.read_text().split("\n")
    today = datetime.date.today().isoformat()
    for index, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0] == f"`{target}`":
            total = int(cells[2].replace(",", "")) + count
            found = int(cells[4]) + (1 if crashed else 0)
            lines[index] = f"| `{target}` | {cells[1]} | {total:,} | {today} | {found} |"
            break
    else:
        sys.exit(f"The ledger has no line for {target}.")
    LEDGER.write_text("\n".join(lines))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("targets", nargs="*", help="which; all unless some are named")
    parser.add_argument("--seconds", type=int, default=60, help="how long each may run")
    parser.add_argument("--runs", type=int, default=0, help="how many executions each may have; 0: as many as it can")
    parser.add_argument("--keep", action="store_true", help="minimise the corpus into the repository")
    parser.add_argument("--no-build", action="store_true", help="run what was built before")
    options = parser.parse_args()
    if not options.no_build:
        build()
    targets = options.targets or subprocess.run([PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    crashes = 0
    for target in targets:
        count, crashed = fuzz(target, options.seconds, options.runs)
        enter(target, count, crashed)
        crashes += crashed
        if options.keep:
            keep(target, BUILD / "corpus" / target)
    sys.exit(1 if crashes else 0)


main()
