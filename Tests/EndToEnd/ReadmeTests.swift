import Foundation
import Testing

/// The README's first page, run as printed.
struct ReadmeTests {
    /// A line after `$` and what it printed, where `…` stands for anything.
    struct Step {
        let command: String
        let output: String
    }

    static func steps(of document: String) throws -> [Step] {
        let text = try String(contentsOfFile: Command.packageRoot + "/" + document, encoding: .utf8)
        var steps: [(command: String, output: [String])] = []
        for block in text.components(separatedBy: "```console\n").dropFirst() {
            for line in (block.components(separatedBy: "\n```").first ?? "").components(separatedBy: "\n") {
                if line.hasPrefix("$ ") {
                    steps.append((String(line.dropFirst(2)), []))
                } else if !steps.isEmpty {
                    steps[steps.count - 1].output.append(line)
                }
            }
        }
        return steps.map { Step(command: $0.command, output: $0.output.joined(separator: "\n")) }
    }

    /// Whether a text is the printed one, `…` standing for anything.
    static func fits(_ text: String, _ printed: String) -> Bool {
        let parts = printed.components(separatedBy: "…").map(NSRegularExpression.escapedPattern(for:))
        let pattern = "^" + parts.joined(separator: "[\\s\\S]*?") + "$"
        return text.range(of: pattern, options: .regularExpression) != nil
    }

    @Test func `the README's commands print what it says`() async throws {
        let server = try await ServerProcess()
        let steps = try Self.steps(of: "README.md")
        #expect(steps.count >= 10)
        // One shell runs all lines, as a reader's does; each answer ends with a line that no answer holds.
        let mark = "-- \(UUID().uuidString)"
        let path = URL(fileURLWithPath: Command.tessera).deletingLastPathComponent().path
        let script =
            "export PATH=\(path):$PATH\n"
            + steps.map { "\($0.command)\necho; echo '\(mark)'\n" }.joined()
            .replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(server.port)")
        let done = try await Command.run("/bin/sh", ["-c", script], in: server.directory)
        let answers = done.output.components(separatedBy: mark + "\n").dropLast()
        #expect(answers.count == steps.count, "\(done.output)\(done.errors)")
        for (step, answer) in zip(steps, answers) {
            let text = answer.trimmingCharacters(in: .newlines)
                .replacingOccurrences(of: "127.0.0.1:\(server.port)", with: "127.0.0.1:8080")
            #expect(Self.fits(text, step.output), "$ \(step.command)\n\(text)\n\(done.errors)")
        }
    }

    @Test func `the README's configuration table names every key, with its default`() async throws {
        let readme = try String(contentsOfFile: Command.packageRoot + "/README.md", encoding: .utf8)
        let directory = NSTemporaryDirectory()
        let shown = try await Command.run(Command.tessera, ["config"], in: directory).output
        for line in shown.split(separator: "\n").dropFirst() {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard let key = words.first, !["tls_private_key"].contains(key) else { continue }
            #expect(readme.contains("`\(key)"), "\(key)")
            let value = words[1]
            if ["-", "false", "json", "text"].contains(value) || value.hasPrefix("{") || value.hasPrefix("http") {
                continue
            }
            let row = readme.split(separator: "\n").first { $0.hasPrefix("| ") && $0.contains("`\(key)`") }
            #expect(row?.contains("`\(value)`") == true, "\(key) is \(value): \(row ?? "no row")")
        }
    }
}
