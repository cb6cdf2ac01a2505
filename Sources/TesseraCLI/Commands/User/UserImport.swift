import ArgumentParser
import TesseraCore

extension UserCommand {
    /// `tessera user import`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take over accounts with the password hashes of another system.",
            discussion: """
                Reads CSV (username,password_hash[,email,roles]; a first line with these names may order them) or JSON \
                lines with the same members. Hashes of passlib, Django, htpasswd (bcrypt) and PHC are taken over and \
                made anew at the next log-in. Rejected lines are reported with their numbers; the rest is imported.

                Example:
                  tessera user import users.csv
                """
        )

        /// How many rows travel at once.
        private static let batch = 500

        @Argument(help: "A file; - is standard input.")
        var file: String

        @OptionGroup var data: DataOptions

        func run() async throws {
            let contents = ImportFile(parsing: try FileInput.read(argument: file, limit: 256 << 20))
            let batches = stride(from: 0, to: contents.entries.count, by: Self.batch).map { start in
                Array(contents.entries[start..<min(start + Self.batch, contents.entries.count)])
            }
            var rejections = contents.rejections
            let refused = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
                var refused: [ImportFile.Rejection] = []
                for batch in batches {
                    let answers = try await server.perform(ImportAccounts(batch.map(\.row)))
                    for (entry, reason) in zip(batch, answers) {
                        if let reason { refused.append(ImportFile.Rejection(line: entry.line, reason: reason)) }
                    }
                }
                return refused
            }
            rejections += refused
            for rejection in rejections.sorted(by: { $0.line < $1.line }) {
                Console.say("line \(rejection.line): \(TextLogHandler.printable(rejection.reason))")
            }
            Console.say("Imported \(contents.entries.count - refused.count), rejected \(rejections.count).")
            if !rejections.isEmpty { throw CommandFailure.no("") }
        }
    }
}
