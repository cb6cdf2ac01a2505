import ArgumentParser
import TesseraCore
import TesseraSQL

/// `tessera restore`: a back-up takes the database's place, and nothing that was revoked lives again.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a back-up in the database's place; the server must not run.",
        discussion: """
            All sessions and tokens end and the signing keys are made anew, so that nothing that was revoked since the \
            back-up lives again. The replaced database is kept. --adopt does the same for a database that was put back \
            by other means, such as pg_restore or a snapshot of the machine.

            Example:
              tessera restore saved.sqlite
            """
    )

    @Argument(help: "The back-up.")
    var file: String?

    @Flag(help: "Take the configured database as it is, and end all that was issued before.")
    var adopt = false

    @OptionGroup var data: DataOptions

    func validate() throws {
        guard (file == nil) == adopt else { throw ValidationError("Give either a file or --adopt.") }
    }

    func run() async throws {
        let configuration = try ServerConfiguration.current(flags: data.flags, file: data.config)
        if let file {
            guard case .sqlite(let path) = configuration.database else {
                throw CommandFailure.usage(
                    "PostgreSQL is restored with its own tools (pg_restore); afterwards run tessera restore --adopt."
                )
            }
            try await Restoration(configuration, database: path).restore(file)
        } else {
            let (directory, lock) = try await EmbeddedFiles.own(configuration)
            let opened = try await OpenedData.open(configuration, directory, lock: lock, for: .command)
            do {
                try await opened.domain.adopt(detail: "the database was adopted as it is")
            } catch {
                throw CommandFailure.failed("The database could not be changed: \(error).")
            }
            try await opened.close()
        }
        Console.say("All sessions and tokens have ended, and the signing keys are made anew.")
        if configuration.signingAlgorithm == .hs256 {
            Console.say("Services that hold signing_secret and do not follow the feed accept old tokens: change it.")
        }
    }
}

/// Replaces the embedded database by a back-up of it.
struct Restoration {
    private let configuration: ServerConfiguration
    private let database: String

    init(_ configuration: ServerConfiguration, database: String) {
        self.configuration = configuration
        self.database = database
    }

    func restore(_ file: String) async throws(CommandFailure) {
        let (directory, locks) = try await EmbeddedFiles.lock(configuration)
        let key = try MasterKeyFile.read(configuration, directory, LogSetup.command)
        let restore = SQLiteRestore(to: database)
        let marks = HistoryMarkFile(configuration.database, directory)
        do throws(StorageError) {
            let staged = try restore.stage(file)
            guard staged.masterKeyCheck == nil || staged.masterKeyCheck == key.checkValue else {
                restore.discard()
                throw StorageError(.taken, "")
            }
            let clock = SystemClock()
            for seen in [staged.latestTime, marks.load()?.latestTime].compactMap(\.self) { clock.resume(after: seen) }
            let now = clock.now()
            let madeAt = staged.madeAt.map(RecordFormat.time) ?? "an unknown time"
            let replaced = try await restore.finish(
                atLeast: (marks.load()?.generation ?? 0) + 1,
                keepingOldAt: "\(database).replaced-\(RecordFormat.time(now).filter { $0 != ":" && $0 != "-" })",
                event: { replaced in
                    let end = replaced.auditHead.map { "; the replaced trail ended at \($0)" } ?? ""
                    let detail = Author.commandLine.signing("from a back-up of \(madeAt)\(end)")
                    return AuditEvent(.restored, at: now, detail: detail)
                }
            )
            withExtendedLifetime(locks) {}
            tell(file, madeAt, replaced)
        } catch {
            restore.discard()
            if error.code == .taken { throw wrongKey(file, directory) }
            throw .failed("\(file) could not be restored: \(error.reason). The database is as it was.")
        }
    }

    private func tell(_ file: String, _ madeAt: String, _ replaced: SQLiteRestore.Replaced) {
        Console.say(
            "Restored \(DataDirectory.absolute(database)) from \(TextLogHandler.printable(file)), made at \(madeAt)."
        )
        guard let kept = replaced.keptAt else { return }
        Console.say(
            """
            The database that was there is kept at \(DataDirectory.absolute(kept)).
            Accounts and clients are as they were at the time of the back-up. What happened since, such as accounts that \
            were disabled or passwords that were changed, is told by
              tessera audit --database sqlite:\(kept) --since \(madeAt)
            """
        )
    }

    private func wrongKey(_ file: String, _ directory: DataDirectory) -> CommandFailure {
        let place =
            configuration.masterKey == nil
            ? DataDirectory.absolute(directory.masterKey) : ConfigurationKey.masterKey.variable
        return .usage(
            "The master key in \(place) is not the one that the back-up \(file) was made with: put that one there. The "
                + "database is as it was."
        )
    }
}
