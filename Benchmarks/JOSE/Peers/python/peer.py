"""The side of a peer that all Python libraries share: lines in, rates out."""

import json
import sys
import time


def rate(run, seconds):
    """How often `run` runs in a second of this process's processor time."""
    start = time.process_time()
    count = 0
    while True:
        for _ in range(16):
            run()
        count += 16
        spent = time.process_time() - start
        if spent >= seconds:
            return count / spent


def serve(operation):
    """Answers `OPERATION ALGORITHM SECONDS` with a rate, or with `-` for what the library does not do."""
    with open(sys.argv[1]) as file:
        fixture = json.load(file)
    operations = {}
    for line in sys.stdin:
        name, algorithm, seconds = line.split()
        if (name, algorithm) not in operations:
            kind = "encryptions" if name in ("encrypt", "decrypt") else "algorithms"
            entry = fixture[kind].get(algorithm)
            try:
                run = entry and operation(fixture, entry, name, algorithm)
                if run:
                    run()
            except Exception as error:
                print(f"{name} {algorithm}: {error!r}", file=sys.stderr)
                run = None
            operations[name, algorithm] = run
        run = operations[name, algorithm]
        print(rate(run, float(seconds)) if run else "-", flush=True)
