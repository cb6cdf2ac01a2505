import ArgumentParser
import Foundation
import Testing

@testable import TesseraCLI

@Suite struct HelpTests {
    /// A command with the words that call it.
    struct Named: CustomTestStringConvertible, Sendable {
        let words: [String]
        let type: any ParsableCommand.Type

        var testDescription: String { words.joined(separator: " ") }

        /// The lines under "Example:".
        var examples: [String] {
            let lines = type.configuration.discussion.split(separator: "\n", omittingEmptySubsequences: false)
            guard let start = lines.firstIndex(of: "Example:") else { return [] }
            return lines[(start + 1)...].map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
    }

    static let commands = all(Tessera.self, words: ["tessera"])

    private static func all(_ type: any ParsableCommand.Type, words: [String]) -> [Named] {
        [Named(words: words, type: type)]
            + type.configuration.subcommands.flatMap { all($0, words: words + [$0._commandName]) }
    }

    @Test(arguments: commands)
    func `every command has help with an example of itself`(command: Named) throws {
        #expect(!command.type.configuration.abstract.isEmpty)
        #expect(command.examples.contains { $0.contains(command.words.joined(separator: " ")) }, "\(command.examples)")
        let help = try BuiltBinary.run(Array(command.words.dropFirst()) + ["--help"])
        #expect(help.status == 0)
        #expect(help.errors.isEmpty)
        #expect(help.output.contains("Example:"))
    }
}
