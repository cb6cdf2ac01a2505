#!/usr/bin/env python3
"""Takes every guard out of the token library once and asks the tests whether they notice.

All mutants are compiled at once into a copy of JOSE and its tests, each behind a number, and the environment chooses
one for a run. A run without a mutant tells which files of tests come to which guard, so that a mutant costs the time of
those alone, up to the first test that fails. What is known is kept in the scratch folder, so that an interrupted run goes
on where it was. The repository's sources are never touched.

    Scripts/mutate.py                    # the folders that check tokens; writes docs/mutations.md
    Scripts/mutate.py Keys               # other folders or files of Sources/JOSE
    Scripts/mutate.py --list             # the mutants, without running anything
    Scripts/mutate.py --fresh            # forget what is known

Exit status 1 where a mutant survives without a reason in Scripts/mutations-equivalent.txt.
"""

import argparse
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ["Signature", "Token", "Encryption"]

MANIFEST = """\
// swift-tools-version: 6.2
import PackageDescription
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6), .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]
let crypto: [Target.Dependency] = [
    .product(name: "Crypto", package: "swift-crypto"), .product(name: "CryptoExtras", package: "swift-crypto"),
]
let package = Package(
    name: "tessera",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "4.5.2")],
    targets: [
        .target(name: "CBase64URL", path: "src/Sources/CBase64URL"),
        .target(
            name: "JOSE", dependencies: ["CBase64URL"] + crypto, path: "src/Sources/JOSE", swiftSettings: settings),
        .testTarget(
            name: "JOSETests", dependencies: ["JOSE"] + crypto, path: "src/Tests/JOSETests", swiftSettings: settings),
    ]
)
"""

# What the copy asks at each place. With the number -1 it says on standard error which places were reached.
SWITCH = """\
internal import FoundationEssentials
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

private let activeMutant: Int = getenv("TESSERA_MUTANT").flatMap { Int(String(cString: $0)) } ?? 0
private let sayNoDefault: Void = say("mutant without a value\\n")

/// What was reached, where that is what is asked: number -1.
private nonisolated(unsafe) let places: UnsafeMutablePointer<Bool> = {
    let places = UnsafeMutablePointer<Bool>.allocate(capacity: 10_000)
    places.initialize(repeating: false, count: 10_000)
    return places
}()

private func say(_ text: StaticString) { _ = write(2, text.utf8Start, text.utf8CodeUnitCount) }

@inline(never)
func isMutant(_ number: Int) -> Bool {
    guard number == activeMutant else {
        // Two threads may both say so, which does no harm.
        if activeMutant == -1, !places[number] {
            places[number] = true
            let text = Array("[mutant \\(number)]\\n".utf8)
            _ = write(2, text, text.count)
        }
        return false
    }
    return true
}

/// A binding that does not fail: where there is no value, a plain one of its type.
func mutated<Value>(_ number: Int, _ value: Value?) -> Value? {
    if value != nil || !isMutant(number) { return value }
    let type = Value.self as? any PlainValue.Type
    guard let plain = type?.plain as? Value else {
        _ = sayNoDefault
        return nil
    }
    return plain
}

protocol PlainValue { static var plain: Self { get } }
extension Bool: PlainValue { static var plain: Bool { true } }
extension Int: PlainValue { static var plain: Int { 0 } }
extension Int64: PlainValue { static var plain: Int64 { 0 } }
extension UInt8: PlainValue { static var plain: UInt8 { 0 } }
extension String: PlainValue { static var plain: String { "" } }
extension StaticString: PlainValue { static var plain: StaticString { "" } }
extension Array: PlainValue { static var plain: [Element] { [] } }
extension JSONValue: PlainValue { static var plain: JSONValue { .null } }
extension JSONObject: PlainValue { static var plain: JSONObject { [:] } }
extension SignatureAlgorithm: PlainValue { static var plain: SignatureAlgorithm { .hs256 } }
extension JSONScanner.Text: PlainValue {
    static var plain: JSONScanner.Text { JSONScanner.Text(start: 0, end: 0, isPlain: true) }
}
"""


@dataclass
class Mutant:
    file: str
    line: int
    kind: str
    text: str
    # What to write, as (offset, insertion) pairs in the file's text; empty where the language allows no mutant.
    edits: list
    number: int = 0

    def key(self) -> str:
        return f"{self.file}|{self.kind}|{self.text}"


# ---------------------------------------------------------------------------------------------------------------------
# Finding guards


def blank(source: str) -> str:
    """The source with comments and the insides of strings blanked out, every offset kept."""
    out = list(source)
    index = 0

    def wipe(start: int, end: int) -> None:
        for place in range(start, min(end, len(out))):
            if out[place] != "\n":
                out[place] = " "

    while index < len(source):
        if source.startswith("//", index):
            end = source.find("\n", index)
            end = len(source) if end < 0 else end
            wipe(index, end)
            index = end
        elif source[index] == '"' or re.match(r'#+"', source[index:]):
            hashes = len(re.match(r"#*", source[index:]).group())
            quote = '"""' if source.startswith('"""', index + hashes) else '"'
            close, escape = quote + "#" * hashes, "\\" + "#" * hashes
            place = index + hashes + len(quote)
            depth = 0
            while place < len(source):
                if source.startswith(escape + "(", place):
                    depth = 1
                    place += len(escape) + 1
                    while depth:
                        if source[place] == '"':
                            inner = re.compile(r'"(?:[^"\\]|\\.)*"').match(source, place)
                            place = inner.end()
                            continue
                        depth += {"(": 1, ")": -1}.get(source[place], 0)
                        place += 1
                elif source.startswith(escape, place):
                    place += len(escape) + 1
                elif source.startswith(close, place):
                    break
                else:
                    place += 1
            wipe(index + hashes + len(quote), place)
            index = place + len(close)
        else:
            index += 1
    return "".join(out)


def matching(code: str, start: int) -> int:
    """Where the bracket that opens at `start` closes."""
    depth = 0
    for index in range(start, len(code)):
        if code[index] in "([{":
            depth += 1
        elif code[index] in ")]}":
            depth -= 1
            if depth == 0:
                return index
    raise ValueError("a bracket does not close")


def conditions(code: str, start: int, stop) -> tuple[list[tuple[int, int]], int]:
    """The ranges of the conditions from `start`, divided by commas, and where they end."""
    ranges = []
    begin = index = start
    while index < len(code):
        if stop(index):
            ranges.append((begin, index))
            return ranges, index
        if code[index] in "([{":
            index = matching(code, index)
        elif code[index] == ",":
            ranges.append((begin, index))
            begin = index + 1
        index += 1
    raise ValueError("a condition does not end")


def trimmed(code: str, start: int, end: int) -> tuple[int, int]:
    while start < end and code[start].isspace():
        start += 1
    while end > start and code[end - 1].isspace():
        end -= 1
    return start, end


def refuses(body: str) -> bool:
    """Whether the body of an `if` or a loop refuses: throws, answers no, or notes a fault."""
    body = body.strip()
    last = body.split("\n")[-1].strip()
    return bool(
        re.search(r"(^|[\n;{]\s*)throw\b", body)
        or re.fullmatch(r"(return|continue)( nil| false)?", last)
        or re.fullmatch(r"\w+ = (true|false|fault)", body)
    )


def find(path: Path, name: str) -> list[Mutant]:
    source = path.read_text()
    code = blank(source)
    found: list[Mutant] = []

    def add(at: int, kind: str, text: str, edits: list) -> None:
        found.append(Mutant(name, source.count("\n", 0, at) + 1, kind, " ".join(text.split()), edits))

    for match in re.finditer(r"\bguard\b", code):
        ranges, end = conditions(code, match.end(), lambda index: re.compile(r"\belse\b").match(code, index) is not None)
        for start, stop in ranges:
            start, stop = trimmed(code, start, stop)
            text = source[start:stop]
            binding = re.match(r"(let|var)\s+(\w+)(\s*:\s*[^=]+)?\s*(=\s*)?", code[start:stop])
            if re.match(r"case\b|#", code[start:stop]):
                add(start, "pattern", text, [])
            elif binding and binding.group(4):
                add(start, "binding", text, [(start + binding.end(), "mutated(@, "), (stop, ")")])
            elif binding:
                add(start, "binding", text, [(stop, f" = mutated(@, {binding.group(2)})")])
            else:
                add(start, "guard", text, [(start, "("), (stop, ") || isMutant(@)")])

    for match in re.finditer(r"\bif\b", code):
        ranges, end = conditions(code, match.end(), lambda index: code[index] == "{")
        close = matching(code, end)
        start, stop = trimmed(code, match.end(), end)
        if code[close + 1 :].lstrip().startswith("else") or not refuses(code[end + 1 : close]):
            continue
        add(start, "if", source[start:stop], [(stop, ", !isMutant(@)")])

    for match in re.finditer(r"\bfor\b[^{\n]*?\bwhere\b", code):
        end = code.index("{", match.end())
        start, stop = trimmed(code, match.end(), end)
        if refuses(code[end + 1 : matching(code, end)]):
            add(start, "where", source[start:stop], [(start, "("), (stop, ") && !isMutant(@)")])

    for match in re.finditer(r"(?m)^[ ]*((?:_ = )?try (?:[\w.?]+\.)?(?:require\w*|check\w*|finish|expect)\()", code):
        start = match.start(1)
        stop = matching(code, match.end(1) - 1) + 1
        if code[stop:].split("\n", 1)[0].strip() in ("", "}"):
            add(start, "call", source[start:stop], [(start, "if !isMutant(@) { "), (stop, " }")])

    for match in re.finditer(r"\breturn (try )?([^\n{?]+?) \? nil : ", code):
        start, stop = match.start(2), match.end(2)
        add(start, "answer", source[start:stop], [(start, "("), (stop, ") || isMutant(@)")])

    for match in re.finditer(r"(?m)^ *return (?=(JWTError|KeyError)\()", code):
        add(match.start(), "answer", source[match.start() :].split("\n")[0], [(match.end(), "isMutant(@) ? nil : ")])

    for match in re.finditer(r"(?m)\breturn ((?:[^\n{?:;]|\?\?)*(?:<=|>=|==|!=| < | > )(?:[^\n{?:;]|\?\?)*)$", code):
        start, stop = match.start(1), match.end(1)
        add(start, "answer", source[start:stop], [(start, "("), (stop, ") || isMutant(@)")])

    for match in re.finditer(r"(?m)\b(\w+) = \1 && ([^\n]+)$", code):
        start, stop = match.start(2), match.end(2)
        add(start, "note", source[start:stop], [(start, "(("), (stop, ") || isMutant(@))")])

    for match in re.finditer(r"\b(case [^\n:{]+|default):\s*throw\b", code):
        add(match.start(), "pattern", source[match.start() :].split("\n")[0], [])
    return sorted(found, key=lambda mutant: mutant.line)


def apply(path: Path, mutants: list[Mutant]) -> None:
    source = path.read_text()
    edits = [(place, order, text.replace("@", str(mutant.number)))
             for mutant in mutants for order, (place, text) in enumerate(mutant.edits)]
    # From the end, so that offsets hold; at one place, what closes comes before what opens.
    for place, _, text in sorted(edits, key=lambda edit: (edit[0], edit[1]), reverse=True):
        source = source[:place] + text + source[place:]
    path.write_text(source)


# ---------------------------------------------------------------------------------------------------------------------
# Building and running


class Scratch:
    def __init__(self, folder: Path, build_flags: str):
        self.folder = folder
        self.build_flags = build_flags.split()
        self.known_file = folder / "known.json"
        folder.mkdir(parents=True, exist_ok=True)
        manifest = folder / "Package.swift"
        if not manifest.exists() or manifest.read_text() != MANIFEST:
            # What was planned for another manifest would be built again as it was.
            (folder / ".build" / "debug.yaml").unlink(missing_ok=True)
            manifest.write_text(MANIFEST)
            resolved = ROOT / "Package.resolved"
            if resolved.exists():
                shutil.copy(resolved, folder)
        shared = folder / "shared"
        if not shared.exists() and (ROOT.parent / "shared").exists():
            shared.symlink_to((ROOT.parent / "shared").resolve())

    def lay_out(self, mutants: list[Mutant]) -> None:
        for part in ["Sources/CBase64URL", "Sources/JOSE", "Tests/JOSETests"]:
            copy = self.folder / "src" / part
            fresh = self.folder / "fresh"
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.copytree(ROOT / part, fresh)
            if part == "Sources/JOSE":
                (fresh / "Mutants.swift").write_text(SWITCH)
                for name in {mutant.file for mutant in mutants}:
                    apply(fresh / name, [mutant for mutant in mutants if mutant.file == name])
            # Only what differs is written, so that the build is an incremental one.
            copy.mkdir(parents=True, exist_ok=True)
            wanted = {file.relative_to(fresh) for file in fresh.rglob("*") if file.is_file()}
            for file in [file for file in copy.rglob("*") if file.is_file()]:
                if file.relative_to(copy) not in wanted:
                    file.unlink()
            for file in wanted:
                target = copy / file
                target.parent.mkdir(parents=True, exist_ok=True)
                if not target.exists() or target.read_bytes() != (fresh / file).read_bytes():
                    shutil.copy(fresh / file, target)
            shutil.rmtree(fresh)

    def build(self, mutants: list[Mutant]) -> list[Mutant]:
        """Builds all mutants that compile and answers those that do not."""
        refused: list[Mutant] = []
        for number, mutant in enumerate((mutant for mutant in mutants if mutant.edits), 1):
            mutant.number = number
        while True:
            alive = [mutant for mutant in mutants if mutant.edits and mutant not in refused]
            self.lay_out(alive)
            # Optimised C: in a debug build of BoringSSL the tests spend their time on RSA keys.
            done = subprocess.run(
                ["swift", "build", "--build-tests", "-Xcc", "-O2", *self.build_flags], cwd=self.folder, capture_output=True, text=True)
            if done.returncode == 0:
                return refused
            output = done.stdout + done.stderr
            faults = {(file, int(line)) for file, line in
                      re.findall(r"Sources/JOSE/([^:\n]+):(\d+):\d+: error:", output)}
            # A fault may be seen a few lines below, as where a function's one expression has become a statement.
            faulty = [mutant for mutant in alive if (mutant.file, mutant.line) in faults]
            # Of several in one line it is the answer that has no nil to give.
            faulty = [mutant for mutant in faulty if mutant.text.startswith("return ")] or faulty or [
                mutant for mutant in alive if any((mutant.file, mutant.line + below) in faults for below in range(1, 4))]
            if not faulty:
                sys.exit(f"The mutants do not build:\n{output[-4000:]}")
            for mutant in faulty:
                print(f"{mutant.file}:{mutant.line}: {mutant.text[:60]}: does not compile", flush=True)
            refused += faulty

    def map(self) -> dict[int, list[tuple[float, str]]]:
        """Which files of tests come to which mutant, with what they cost, the cheapest first."""
        found: dict[int, list[tuple[float, str]]] = {}
        environment = dict(os.environ, TESSERA_MUTANT="-1", NO_COLOR="1", SWIFT_BACKTRACE="enable=no")
        for file in sorted((self.folder / "src" / "Tests" / "JOSETests").rglob("*Tests.swift")):
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            done = subprocess.run(
                self.command(f"/{re.escape(file.name)}:"), cwd=self.folder, env=environment, capture_output=True,
                text=True, errors="replace")
            if done.returncode != 0:
                sys.exit(f"{file.name} fails without any mutant:\n{done.stdout[-2000:]}")
            cost = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
            for number in {int(number) for number in re.findall(r"\[mutant (\d+)\]", done.stderr)}:
                found.setdefault(number, []).append((cost, file.name))
        return {number: sorted(files) for number, files in found.items()}

    def command(self, only: str | None) -> list[str]:
        """What runs the tests: their own program where they are one, which spares SwiftPM's start."""
        program = self.folder / ".build" / "debug" / "tesseraPackageTests.xctest"
        direct = [str(program), "--testing-library", "swift-testing"]
        command = direct if program.is_file() else ["swift", "test", "--skip-build", "--disable-xctest"]
        return command + (["--filter", only] if only else [])

    def test(self, number: int, only: str | None, limit: float) -> tuple[str, str]:
        """Runs the tests with one mutant: (verdict, by what)."""
        environment = dict(os.environ, TESSERA_MUTANT=str(number), NO_COLOR="1", SWIFT_BACKTRACE="enable=no")
        process = subprocess.Popen(
            self.command(only), cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True, errors="replace")
        signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
        signal.setitimer(signal.ITIMER_REAL, limit)
        missing, passed, killer, tail = False, False, None, []
        began = time.monotonic()
        for line in process.stdout:
            missing |= "mutant without a value" in line
            passed |= bool(re.search(r"Test run with \d+ tests? .*passed", line))
            tail = (tail + [line.strip()])[-3:]
            failure = re.search(r"Test (\"[^\"]+\"|\S+\(.*\)|`[^`]+`) (?:.*?)(?:recorded an issue|failed after)", line)
            if failure and "Suite" not in line[:8]:
                killer = failure.group(1).strip('"`')
                os.killpg(process.pid, signal.SIGKILL)
                break
        process.wait()
        signal.setitimer(signal.ITIMER_REAL, 0)
        process.stdout.close()
        if killer:
            return "killed", killer
        if time.monotonic() - began >= limit:
            return "killed", f"no end within {limit:.0f} s"
        if passed and process.returncode == 0:
            if missing:
                return "not mutable", "nothing to go on with"
            return "survived", ""
        return "killed", "the process stops: " + (tail[-1] if tail else f"status {process.returncode}")[:100]


# ---------------------------------------------------------------------------------------------------------------------
# Reporting


def equivalents() -> dict[str, str]:
    """Why a mutant that survives is no fault: `file | guard | reason` a line."""
    file = ROOT / "Scripts" / "mutations-equivalent.txt"
    if not file.exists():
        return {}
    lines = [line.split(" | ") for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return {f"{line[0].strip()}|{' | '.join(line[1:-1]).strip()}": line[-1].strip() for line in lines}


def report(mutants: list[Mutant], known: dict, out: Path, folders: list[str]) -> int:
    reasons = equivalents()
    rows, counts = [], {"killed": 0, "equivalent": 0, "survived": 0, "not mutable": 0, "not run": 0}
    for mutant in mutants:
        verdict, by = known.get(mutant.key(), ("not run", ""))
        if verdict == "survived" and f"{mutant.file}|{mutant.text}" in reasons:
            verdict, by = "equivalent", reasons[f"{mutant.file}|{mutant.text}"]
        counts[verdict] += 1
        text = mutant.text.replace("|", "\\|")
        by = by.replace("|", "\\|")
        label = f"**{verdict}**" if verdict == "survived" else verdict
        rows.append(f"| {mutant.file}:{mutant.line} | {mutant.kind} | `{text}` | {label} | {by} |")
    lines = [
        "# Mutations",
        "",
        "`Scripts/mutate.py` takes every guard of " + ", ".join(f"`{folder}`" for folder in folders)
        + " in `Sources/JOSE` out once and runs the tests of the",
        "library. Each condition of a `guard` is a mutant of its own; a binding is one that goes on with a plain value",
        "(empty, zero, true) where there is none. *Killed* names the first test that failed.",
        "",
        "| mutants | killed | equivalent | survived | not mutable | not run |",
        "|---|---|---|---|---|---|",
        f"| {len(mutants)} | {counts['killed']} | {counts['equivalent']} | {counts['survived']} | "
        f"{counts['not mutable']} | {counts['not run']} |",
        "",
        "*Not mutable*: a binding without which the code behind it has nothing to go on with (its type has no plain value),",
        "a `case` pattern, or a change that does not compile.",
        "",
        "| place | kind | guard | verdict | by, or why |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]
    out.parent.mkdir(exist_ok=True)
    out.write_text("\n".join(lines))
    print(" ".join(f"{count} {verdict}" for verdict, count in counts.items()), flush=True)
    return counts["survived"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", help="folders or files of Sources/JOSE")
    parser.add_argument("--scratch", type=Path, default=ROOT / ".build-mutants", help="where the copy is built")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "mutations.md")
    parser.add_argument("--limit", type=float, default=240, help="seconds that the tests may take")
    parser.add_argument("--build-flags", default="", help="more flags for swift build")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--fresh", action="store_true")
    options = parser.parse_args()

    library = ROOT / "Sources" / "JOSE"
    folders = options.folders or [folder for folder in FOLDERS if (library / folder).is_dir()]
    files = sorted(file for folder in folders for file in
                   ([library / folder] if (library / folder).is_file() else (library / folder).rglob("*.swift")))
    mutants = [mutant for file in files for mutant in find(file, str(file.relative_to(library)))]
    seen: dict[str, int] = {}
    for mutant in mutants:
        seen[mutant.key()] = seen.get(mutant.key(), 0) + 1
        if seen[mutant.key()] > 1:
            mutant.kind += f" {seen[mutant.key()]}"
    if options.list:
        for mutant in mutants:
            print(f"{mutant.file}:{mutant.line}: {mutant.kind}: {mutant.text}{'' if mutant.edits else ' (not mutable)'}")
        print(f"{len(mutants)} mutants")
        return

    scratch = Scratch(options.scratch.resolve(), options.build_flags)
    known = {}
    if scratch.known_file.exists() and not options.fresh:
        known = {key: tuple(value) for key, value in json.loads(scratch.known_file.read_text()).items()}
    # A survivor is asked again: its test may have been written since.
    known = {key: value for key, value in known.items() if value[0] != "survived"}

    print(f"{len(mutants)} mutants; building", flush=True)
    for mutant in scratch.build(mutants):
        known[mutant.key()] = ("not mutable", "does not compile")
    for mutant in mutants:
        if not mutant.edits:
            known[mutant.key()] = ("not mutable", "a pattern")
    print("asking which tests come to which mutant", flush=True)
    tests = scratch.map()
    for mutant in mutants:
        if mutant.key() in known:
            continue
        verdict, by = "survived", "no test comes here"
        for _, file in tests.get(mutant.number, []):
            verdict, by = scratch.test(mutant.number, f"/{re.escape(file)}:", options.limit)
            if verdict != "survived":
                break
        known[mutant.key()] = (verdict, by)
        print(f"{mutant.file}:{mutant.line}: {mutant.text[:60]}: {verdict} {by}", flush=True)
        scratch.known_file.write_text(json.dumps(known, indent=1))
        report(mutants, known, options.out, folders) if mutant.number % 10 == 0 else None
    sys.exit(1 if report(mutants, known, options.out, folders) else 0)


main()
