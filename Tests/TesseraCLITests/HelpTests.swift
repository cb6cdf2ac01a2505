import ArgumentParser
import Foundation
import JOSE
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
        for example in command.examples {
            #expect(help.output.split(separator: "\n").contains("  " + example), "an example must stand on one line")
        }
    }

    /// Those that need more than a directory: a server, or (in `MoveTests`) a PostgreSQL.
    private static let elsewhere: [any ParsableCommand.Type] = [
        ServeCommand.self, HealthCommand.self, MoveCommand.self,
    ]

    @Test(
        arguments: commands.filter { command in
            command.type.configuration.subcommands.isEmpty && !elsewhere.contains { $0 == command.type }
        }
    )
    func `every example of a command works as it is printed`(command: Named) async throws {
        let directory = try await Self.workplace.copy()
        for example in command.examples {
            let keys = try Self.shell("tessera signing-key list --json", in: directory)
            let kid = try JSONValue(parsing: keys.firstLine).arrayValue?.first?["id"]?.stringValue
            let line = try example.replacing(#/[A-Za-z0-9_-]{43}$/#, with: #require(kid))
            let result = try Self.shell(line, in: directory)
            #expect(result.status == 0, "\(example): \(result.errors)")
        }
    }

    @Test func `the example of serve starts a server`() async throws {
        let example = try #require(Self.commands.first { $0.type == ServeCommand.self }?.examples.first)
        let directory = try TemporaryDirectory()
        let line = "\(example) 2>log & \(Self.untilListening); kill $!; wait $!"
        let anyPort = line.replacing("--listen 127.0.0.1:9090", with: "--listen 127.0.0.1:0")
        let result = try Self.shell(anyPort, in: directory)
        #expect(result.status == 0, "\(result.errors)")
    }

    /// Waits for the server that was started last, as long as it lives.
    private static let untilListening = "while kill -0 $! && ! grep -q listening log; do sleep 0.05; done"

    private static func shell(_ line: String, in directory: TemporaryDirectory) throws -> BuiltBinary.Result {
        let binaries = (BuiltBinary.path as NSString).deletingLastPathComponent
        return try BuiltBinary.shell(
            "/bin/sh",
            ["-c", line],
            environment: ["PATH": "\(binaries):/usr/bin:/bin"],
            directory: directory.path
        )
    }

    /// What the examples take for granted: a server's data with an account and a client, keys, a token, a password.
    private actor Workplace {
        private var prepared: TemporaryDirectory?

        func copy() async throws -> TemporaryDirectory {
            let original = try await prepare()
            let copy = try TemporaryDirectory()
            let result = try BuiltBinary.shell("/bin/cp", ["-a", original.path + "/.", copy.path])
            try #require(result.status == 0, "\(result.errors)")
            return copy
        }

        private func prepare() async throws -> TemporaryDirectory {
            if let prepared { return prepared }
            let directory = try TemporaryDirectory()
            try directory.write("correct horse battery", to: "password.txt")
            try directory.write(#"{"sub":"u1","aud":"orders"}"#, to: "claims.json")
            let line = """
                set -e
                tessera jwk generate --algorithm ES256 > key.jwk
                tessera jwk public key.jwk > key.pub.jwk
                tessera jwt sign --key key.jwk --claims claims.json > token.jwt
                tessera jwk generate --algorithm ECDH-ES+A256KW > recipient.jwk
                tessera jwk public recipient.jwk > recipient.pub.jwk
                tessera jwt encrypt --key recipient.pub.jwk --claims claims.json > token.jwe
                printf 'carol,$2b$04$abcdefghijklmnopqrstuuMlPq0RQkJzVHO0i4aTTOyYRq3yHrM0W\\n' > users.csv
                tessera serve --listen 127.0.0.1:0 2>log & server=$!
                \(HelpTests.untilListening)
                tessera user add alice --secret-file password.txt
                tessera client add orders --confidential
                tessera backup saved.sqlite
                kill $server
                wait $server
                """
            let result = try HelpTests.shell(line, in: directory)
            try #require(result.status == 0, "\(result.errors)")
            prepared = directory
            return directory
        }
    }

    private static let workplace = Workplace()
}
