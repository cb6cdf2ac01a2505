import ArgumentParser
import JOSE
import TesseraCore

/// `tessera audit`: the audit trail.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Read the audit trail, and check that nobody has changed it.",
        discussion: """
            Without a further word it lists, as `tessera audit list` does.

            Example:
              tessera audit --user alice --since 7d
            """,
        subcommands: [List.self, Verify.self],
        defaultSubcommand: List.self
    )

    /// `tessera audit list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List what happened, the newest last; reading is itself audited.",
            discussion: """
                Without --limit it lists the newest 100, or all with --since or --json.

                Example:
                  tessera audit list --event account_added
                  tessera audit list --since 24h --json
                """
        )

        @Option(help: ArgumentHelp("Only this user's; of a removed account its id.", valueName: "name"))
        var user: String?

        @Option(help: "Only this event, such as session_begun.")
        var event: String?

        @Option(help: ArgumentHelp("From then on: 24h, 7d, or a time such as 2026-11-28T16:00:00Z.", valueName: "time"))
        var since: String?

        @Option(help: ArgumentHelp("The newest so many.", valueName: "number"))
        var limit: Int?

        @Flag(help: "Go on listing what happens, until interrupted.")
        var follow = false

        @Flag(help: "Print a JSON object a line.")
        var json = false

        @OptionGroup var data: DataOptions

        func validate() throws {
            if let limit, limit < 1 { throw ValidationError("--limit must be at least 1.") }
        }

        func run() async throws {
            let reading = AuditReading(user: user, event: event, since: try start(), data: data)
            let printer = AuditPrinter(json: json, hasHeading: !follow)
            var last = try await listed(reading, printer)
            while follow {
                try await Task.sleep(for: .seconds(1))
                last = try await reading.pages(after: last, isContinued: true) { rows throws(CommandFailure) in
                    try printer.print(rows)
                }
            }
        }

        /// Prints what there is; answers where to go on.
        private func listed(_ reading: AuditReading, _ printer: AuditPrinter) async throws -> Int64 {
            if let limit = limit ?? (since == nil && !json ? 100 : nil) {
                let rows = try await reading.newest(limit)
                try printer.print(rows)
                return try await reading.end(after: rows.last?.number)
            }
            return try await reading.pages(after: 0, isContinued: false) { rows throws(CommandFailure) in
                try printer.print(rows)
            }
        }

        private func start() throws -> Timestamp? {
            guard let since else { return nil }
            if let time = Timestamp(rfc3339: since) { return time }
            guard let ago = DurationText.parse(since) else {
                throw ValidationError("--since: expected \(DurationText.expected), or a time in RFC 3339.")
            }
            return SystemClock().now().adding(.zero - ago)
        }
    }

    /// `tessera audit verify`.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that no row was altered, removed, put in or moved.",
            discussion: """
                Rows that were cut off the end show only against a head that was noted before: the log names it from \
                time to time, and every row of `tessera audit --json` carries its own.

                Example:
                  tessera audit verify
                """
        )

        @Option(help: ArgumentHelp("A head that was noted earlier.", valueName: "number:hash"))
        var head: String?

        @Flag(help: "Print the result as JSON.")
        var json = false

        @OptionGroup var data: DataOptions

        func run() async throws {
            let command = VerifyAudit(noted: head)
            let result = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                try await server.perform(command)
            }
            if json { try Console.result(RecordFormat.json(result).text) }
            if let fault = result.fault { throw CommandFailure.no(fault.sentence) }
            guard !json else { return }
            try Console.result(result.head ?? "-")
            let waiting = result.unsealed == 0 ? "" : "; \(result.unsealed) more are not sealed yet"
            Console.say(
                "All \(result.rows) rows are in order\(waiting). Note the head to find out later whether rows were cut off."
            )
        }
    }
}

extension AuditFault {
    /// What is wrong, for a person.
    var sentence: String {
        switch kind {
        case .missing: "Row \(number) of the audit trail is missing."
        case .altered: "Row \(number) of the audit trail was altered, or another was put in its place."
        case .unknownKey: "Row \(number) of the audit trail names a key that this server does not have."
        case .otherHistory:
            "Row \(number) of the audit trail is not the one that was there when the head was noted; was an older "
                + "database restored since?"
        case .cut:
            "The audit trail was cut: row \(number) and those behind it are missing, which were there when the head was "
                + "noted. Was an older database restored since?"
        }
    }
}
