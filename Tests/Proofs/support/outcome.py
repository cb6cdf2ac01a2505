"""What a proof found, and how it ends: one line with figures, and an exit status."""

import argparse
import signal
import sys
import threading
import time


class Outcome:
    """Collects violations; at most a few of a kind are printed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.began = time.monotonic()
        self.violations: dict[str, int] = {}
        self.lock = threading.Lock()

    def violated(self, kind: str, detail: object = "") -> None:
        with self.lock:
            self.violations[kind] = self.violations.get(kind, 0) + 1
            if self.violations[kind] <= 3:
                print(f"VIOLATION {kind}: {detail}", file=sys.stderr, flush=True)

    def expect(self, condition: bool, kind: str, detail: object = "") -> bool:
        if not condition:
            self.violated(kind, detail)
        return condition

    @property
    def count(self) -> int:
        return sum(self.violations.values())

    def end(self, figures: str) -> None:
        """Prints the closing line and ends the process."""
        seconds = time.monotonic() - self.began
        kinds = "".join(f"; {kind} × {count}" for kind, count in self.violations.items())
        print(f"{self.name}: {figures}, {self.count} violations in {seconds:.0f} s{kinds}", flush=True)
        sys.exit(1 if self.count else 0)


#: The proof needs something that this machine or user does not have.
CANNOT = 4


def cannot(reason: str) -> None:
    print(f"cannot be run here: {reason}", file=sys.stderr)
    sys.exit(CANNOT)


def arguments(description: str, parts: tuple[str, ...] = (), **figures: tuple[int, int, str]) -> argparse.Namespace:
    """The command line of a proof: --binary, --short, and figures with (long, short, help)."""
    parser = argparse.ArgumentParser(description=description.strip(), formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--binary", default=".build/debug/tessera", help="the tessera to prove (%(default)s)")
    parser.add_argument("--short", action="store_true", help="the form that runs with the tests")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run's choices")
    for name, (long, short, text) in figures.items():
        parser.add_argument(f"--{name}", type=int, default=None, help=f"{text} ({long}; short form {short})")
    if parts:
        parser.add_argument("--only", choices=parts, help="one part of it")
    options = parser.parse_args()
    # Whoever starts a proof may have blocked signals, which all that it starts would inherit: a tracer or a worker could
    # not be told to end.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    for name, (long, short, _) in figures.items():
        if getattr(options, name) is None:
            setattr(options, name, short if options.short else long)
    # Beside other tests a machine is slow for reasons of its own: the short form allows for them.
    options.patience = 4 if options.short else 1
    if options.seed is None:
        options.seed = int(time.time() * 1000) % 1_000_000
    return options
