import ArgumentParser
import JOSE
import TesseraCore

/// `tessera session …`: log-ins.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session",
        abstract: "List and end log-ins.",
        discussion: """
            Example:
              tessera session list
            """,
        subcommands: [List.self, Revoke.self]
    )

    /// `tessera session list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the live sessions, the newest first.",
            discussion: """
                Example:
                  tessera session list --user alice
                """
        )

        @Option(help: ArgumentHelp("Only this user's.", valueName: "name"))
        var user: String?

        @Flag(help: "Print a JSON array.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let user = user
            let (sessions, names) = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                let sessions = try await server.perform(ListSessions(username: user))
                // The names are a courtesy: where there are more than a page of accounts, ids must do.
                let accounts = sessions.isEmpty ? [] : try await server.perform(ListAccounts())
                return (sessions, Dictionary(accounts.map { ($0.id, $0.username) }) { first, _ in first })
            }
            if json {
                let records = sessions.map { RecordFormat.json($0, username: names[$0.accountID]) }
                try Console.result(JSONValue.array(records).text)
                return
            }
            var table = TextTable(["ID", "USER", "CLIENT", "LOGGED IN", "LAST REFRESH", "EXPIRES", "SCOPE"])
            for session in sessions {
                table.add([
                    session.id, names[session.accountID] ?? session.accountID, session.clientID,
                    RecordFormat.time(session.authenticatedAt), RecordFormat.time(session.refreshedAt),
                    RecordFormat.time(session.expiresAt), session.scope.isEmpty ? "-" : session.scope,
                ])
            }
            try Console.result(table.text)
        }
    }

    /// `tessera session revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End one session, or all of a user's; their tokens are refused at once.",
            discussion: """
                Example:
                  tessera session revoke --user alice
                """
        )

        @Argument(help: "The session's id.")
        var id: String?

        @Option(help: ArgumentHelp("End all of this user's.", valueName: "name"))
        var user: String?

        @OptionGroup var data: DataOptions

        func validate() throws {
            guard (id == nil) != (user == nil) else {
                throw ValidationError("Give either a session's id or --user.")
            }
        }

        func run() async throws {
            if let user {
                try await perform(RevokeSessionsOfAccount(username: user), data)
                Console.say("Ended all sessions of \(TextLogHandler.printable(user)).")
            } else if let id {
                try await perform(RevokeSession(id: id), data)
                Console.say("Ended the session \(TextLogHandler.printable(id)).")
            }
        }
    }
}
