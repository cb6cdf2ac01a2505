import ArgumentParser
import JOSE
import TesseraCore

/// `tessera signing-key …`: the key ring.
struct SigningKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signing-key",
        abstract: "List, rotate and revoke the keys that sign tokens.",
        discussion: """
            Keys rotate by themselves; these commands are for when they must do so earlier.

            Example:
              tessera signing-key list
            """,
        subcommands: [List.self, Rotate.self, Revoke.self]
    )

    /// `tessera signing-key list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the keys.",
            discussion: """
                Example:
                  tessera signing-key list --json
                """
        )

        @Flag(help: "Print a JSON array.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let keys = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(ListSigningKeys())
            }
            if json {
                try Console.result(JSONValue.array(keys.map(RecordFormat.json)).text)
                return
            }
            var table = TextTable(["KID", "ALGORITHM", "STATE", "CREATED", "SIGNS FROM", "PUBLISHED UNTIL"])
            for key in keys {
                table.add([
                    key.id, key.algorithm, key.state.rawValue, RecordFormat.time(key.createdAt),
                    RecordFormat.time(key.activeFrom), key.publishedUntil.map(RecordFormat.time) ?? "-",
                ])
            }
            try Console.result(table.text)
        }
    }

    /// `tessera signing-key rotate`.
    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish a new key that takes over once everybody has had time to see it.",
            discussion: """
                Example:
                  tessera signing-key rotate --algorithm ES256
                """
        )

        @Option(help: "What the new key signs with (default: signing_algorithm).")
        var algorithm: String?

        @Flag(help: "Let it sign at once; services that have not fetched it yet refuse its tokens until they do.")
        var now = false

        @Flag(help: "Print the key as JSON.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let command = RotateSigningKey(algorithm: algorithm, immediately: now)
            let key = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(command)
            }
            if json {
                try Console.result(RecordFormat.json(key).text)
            } else {
                Console.say("The key \(key.id) (\(key.algorithm)) signs from \(RecordFormat.time(key.activeFrom)).")
            }
        }
    }

    /// `tessera signing-key revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take a key out at once: tokens that it signed are refused from now on.",
            discussion: """
                Example:
                  tessera signing-key revoke xrstHL16euiFKtc9yAAAk1Db0vT1vAVbtC_HjuNkmTk
                """
        )

        @Argument(help: "The key's id.")
        var kid: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await perform(RevokeSigningKey(id: kid), data)
            Console.say("Revoked the key \(TextLogHandler.printable(kid)).")
        }
    }
}
