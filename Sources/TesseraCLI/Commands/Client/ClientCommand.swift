import ArgumentParser
import JOSE
import Passwords
import TesseraCore

/// `tessera client …`: OAuth clients.
struct ClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "client",
        abstract: "Register, show and remove OAuth clients.",
        discussion: """
            Example:
              tessera client list
            """,
        subcommands: [Add.self, List.self, Show.self, RotateSecret.self, Remove.self]
    )

    /// Prints a client, and its secret where it has a new one.
    static func show(_ answer: ClientWithSecret, json: Bool) throws(CommandFailure) {
        if json {
            var object = RecordFormat.json(answer.client).objectValue ?? [:]
            if let secret = answer.secret { object["client_secret"] = .string(secret.secret.revealed) }
            try Console.result(object.text)
        } else if let secret = answer.secret {
            Console.say("The secret of \(TextLogHandler.printable(answer.client.id)), shown this once:")
            try Console.result(secret.secret.revealed)
        }
    }
}

extension ClientCommand {
    /// `tessera client add`.
    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a client; a secret is shown once.",
            discussion: """
                Example:
                  tessera client add billing --confidential --scope invoices:read
                """
        )

        @Argument(help: "The client_id.")
        var id: String

        @Option(help: "A name for people.")
        var name: String?

        @Flag(help: "It can keep a secret, and gets one.")
        var confidential = false

        @Option(help: "password (for your own apps only), refresh_token or client_credentials; may be repeated.")
        var grant: [String] = []

        @Option(help: "A scope that it may ask for, however many its users have; may be repeated.")
        var scope: [String] = []

        @Option(help: "A resource that it may ask tokens for; may be repeated.")
        var audience: [String] = []

        @Option(help: "A browser origin that may call (CORS); may be repeated.")
        var origin: [String] = []

        @Option(help: ArgumentHelp("A redirect URI, byte for byte; may be repeated.", valueName: "uri"))
        var redirectURI: [String] = []

        @Flag(help: "Print the client as JSON.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let command = AddClient(
                id: id,
                displayName: name,
                confidential: confidential,
                grants: grant,
                scopes: scope,
                audiences: audience,
                origins: origin,
                redirectURIs: redirectURI
            )
            let answer = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(command)
            }
            if !json { Console.say("Added the client \(TextLogHandler.printable(answer.client.id)).") }
            try ClientCommand.show(answer, json: json)
        }
    }

    /// `tessera client list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the clients.",
            discussion: """
                Example:
                  tessera client list --json
                """
        )

        @Flag(help: "Print a JSON array.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let clients = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(ListClients())
            }
            if json {
                try Console.result(JSONValue.array(clients.map(RecordFormat.json)).text)
                return
            }
            var table = TextTable(["ID", "KIND", "CREATED", "GRANTS", "SCOPES", "NAME"])
            for client in clients {
                table.add([
                    client.id, client.confidential ? "confidential" : "public", RecordFormat.time(client.createdAt),
                    client.grants.joined(separator: " "),
                    client.scopes.map { $0.isEmpty ? "-" : $0.joined(separator: " ") } ?? "as roles",
                    client.name ?? "-",
                ])
            }
            try Console.result(table.text)
        }
    }

    /// `tessera client show`.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show one client.",
            discussion: """
                Example:
                  tessera client show tessera
                """
        )

        @Argument(help: "The client_id.")
        var id: String

        @Flag(help: "Print a JSON object.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let command = ShowClient(id: id)
            let client = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(command)
            }
            let record = RecordFormat.json(client)
            try Console.result(json ? record.text : RecordFormat.lines(record))
        }
    }

    /// `tessera client rotate-secret`.
    struct RotateSecret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a client a new secret; the one before it stays valid until the next change.",
            discussion: """
                Example:
                  tessera client rotate-secret orders
                """
        )

        @Argument(help: "The client_id.")
        var id: String

        @Flag(help: "Print the client as JSON.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let command = RotateClientSecret(id: id)
            let answer = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(command)
            }
            try ClientCommand.show(answer, json: json)
        }
    }

    /// `tessera client remove`.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a client, its sessions and its tokens.",
            discussion: """
                Example:
                  tessera client remove orders
                """
        )

        @Argument(help: "The client_id.")
        var id: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            try await perform(RemoveClient(id: id), data)
            Console.say("Removed the client \(TextLogHandler.printable(id)).")
        }
    }
}
