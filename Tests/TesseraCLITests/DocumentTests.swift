import ArgumentParser
import Foundation
import Testing

@testable import TesseraCLI

/// What the documents say to type can be typed.
@Suite struct DocumentTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static let documents: [String] = {
        let docs = try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent("docs").path)
        return [
            "README.md", "SECURITY.md", "CONTRIBUTING.md", "Deploy/tessera.service", "Deploy/tessera-backup.service",
            "Dockerfile",
        ]
            + (docs ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    }()

    /// Every command line of ours in a document: in code, at its start or behind another's pipe.
    private static func commands(in text: String) -> [[String]] {
        var pieces: [Substring] = []
        var isCode = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isCode.toggle()
            } else if isCode {
                pieces.append(line)
            } else {
                pieces += line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                    .filter { $0.offset % 2 == 1 }.map(\.element)
            }
        }
        if !text.contains("```") { pieces += text.split(separator: "\n") }
        return pieces.flatMap { piece in
            piece.matches(of: #/(?:^|[|;&(=]|\$ |-u tessera |do )\s*(?:/usr/local/bin/)?tessera((?: [^|;&)<>#]*)?)/#)
                .map { $0.1.split(separator: " ").map(String.init) }
        }
    }

    @Test(arguments: documents)
    func `every command in a document exists, with its flags`(document: String) throws {
        for words in Self.commands(in: try Self.text(document)) {
            var type: any ParsableCommand.Type = Tessera.self
            var rest = words[...]
            while let word = rest.first, !word.hasPrefix("-"), !type.configuration.subcommands.isEmpty {
                // Placeholders such as `…` stand for anything.
                guard word.first?.isLetter == true else { break }
                let next = type.configuration.subcommands.first { $0._commandName == word }
                type = try #require(next, "there is no tessera \(words.joined(separator: " "))")
                rest = rest.dropFirst()
            }
            while let standard = type.configuration.defaultSubcommand { type = standard }
            let help = Tessera.helpMessage(for: type, includeHidden: true, columns: 400)
            for flag in rest where flag.hasPrefix("--") && flag.dropFirst(2).first?.isLetter == true {
                let name = flag.prefix { $0 != "=" }.trimmingCharacters(in: .punctuationCharacters.subtracting(["-"]))
                #expect(
                    help.contains("\(name) ") || help.contains("\(name)\n") || help.contains("\(name),")
                        || name == "--generate-completion-script",
                    "tessera \(words.joined(separator: " ")): there is no \(name)"
                )
            }
        }
    }

    @Test func `the run-book names many commands, and the test finds them`() throws {
        #expect(Self.commands(in: try Self.text("docs/operations.md")).count > 15)
        #expect(Self.commands(in: "```\nx | tessera bogus --no\n```") == [["bogus", "--no"]])
    }

    @Test(arguments: documents.filter { $0.hasSuffix(".md") })
    func `every configuration in a document is valid`(document: String) throws {
        let blocks = try Self.text(document).components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }
            // Other programs' files are YAML too.
            .filter { block in
                block.split(separator: "\n").contains { $0.hasPrefix("issuer:") || $0.hasPrefix("database:") }
            }
        for block in blocks {
            let directory = try TemporaryDirectory()
            let file = try directory.write(block, to: "tessera.yaml")
            let sources = ConfigurationSources(flags: [:], environment: [:], file: file)
            #expect(throws: Never.self, "\(block)") { try ServerConfiguration(sources, terminal: false) }
        }
    }

    @Test(arguments: documents.filter { $0.hasSuffix(".md") })
    func `every link within a document leads somewhere`(document: String) throws {
        let text = try Self.text(document)
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("#") }.map { line in
            String(
                line.drop { $0 == "#" || $0 == " " }.lowercased()
                    .compactMap { $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil }
            )
        }
        for match in text.matches(of: #/\]\(#([^)]*)\)/#) {
            #expect(headings.contains(String(match.1)), "#\(match.1)")
        }
    }
}
