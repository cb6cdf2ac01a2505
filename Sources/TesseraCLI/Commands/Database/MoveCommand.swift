import ArgumentParser
import TesseraCore
import TesseraSQL

/// `tessera move`: from the embedded database to PostgreSQL.
struct MoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "move",
        abstract: "Copy everything from the embedded database to PostgreSQL, and compare.",
        discussion: """
            Stop the server first. The target is an empty database; a URL with a password comes from TESSERA_DATABASE or \
            TESSERA_DATABASE_FILE. The source stays as it is. A move that was interrupted is run again; a target that \
            holds anything else is refused.

            Example:
              TESSERA_DATABASE=postgresql://tessera:secret@127.0.0.1/tessera tessera move
            """
    )

    @Option(help: ArgumentHelp("The source (default: the data directory's own).", valueName: "sqlite:path"))
    var from: String?

    @Option(help: ArgumentHelp("The target (default: database, as configured).", valueName: "postgresql-url"))
    var to: String?

    @OptionGroup var data: DataOptions

    func run() async throws {
        let configuration = try ServerConfiguration.current(flags: data.flags, file: data.config)
        let source = try self.source(configuration)
        let target = try self.target(configuration)
        guard PrivateFile.exists(source) else {
            throw CommandFailure.failed(
                "There is no database \(DataDirectory.absolute(source)): name the source with --from sqlite:PATH or "
                    + "--data-directory."
            )
        }
        let locks = try await EmbeddedFiles.lock(ofExisting: source)
        let now = SystemClock().now()
        let sourceDatabase = try await DatabaseOpening.open(.sqlite(path: source), schema: .migrate, at: now)
        let result: Result<DatabaseMove.Report, CommandFailure>
        do throws(CommandFailure) {
            result = .success(try await Self.move(sourceDatabase, target, at: now))
        } catch {
            result = .failure(error)
        }
        try? await sourceDatabase.close()
        withExtendedLifetime(locks) {}
        Self.explain(try result.get(), source, target, configuration)
    }

    private static func move(
        _ source: any SQLDatabase,
        _ location: DatabaseLocation,
        at now: Timestamp
    ) async throws(CommandFailure) -> DatabaseMove.Report {
        let target = try await DatabaseOpening.open(location, schema: .migrate, at: now)
        let bar = ProgressBar()
        let move = DatabaseMove(from: source, to: target) { progress in
            let word = progress.step == .copying ? "copying" : "comparing"
            bar.show("\(word) \(progress.table)", progress.done, of: progress.total)
        }
        let result: Result<DatabaseMove.Report, StorageError>
        do throws(StorageError) {
            result = .success(try await move.run())
        } catch {
            result = .failure(error)
        }
        bar.finish()
        try? await target.close()
        do throws(StorageError) {
            return try result.get()
        } catch {
            switch error.code {
            case .taken: throw .no("Not moved to \(location.place): \(error.reason).")
            default: throw .failed("The move to \(location.place) failed: \(error.reason). Run it again.")
            }
        }
    }

    private func source(_ configuration: ServerConfiguration) throws(CommandFailure) -> String {
        guard let from else {
            if case .sqlite(let path) = configuration.database { return path }
            return configuration.dataDirectory + "/tessera.sqlite"
        }
        guard case .sqlite(let path) = DatabaseLocation(from) else {
            throw .usage("--from: expected sqlite:PATH, the embedded database.")
        }
        return path
    }

    private func target(_ configuration: ServerConfiguration) throws(CommandFailure) -> DatabaseLocation {
        let key = ConfigurationKey.database
        guard let to else {
            if case .postgreSQL = configuration.database { return configuration.database }
            throw .usage("Name the target: --to postgresql://USER@HOST:PORT/NAME, or \(key.variable) with a password.")
        }
        guard !DatabaseLocation.hasPassword(to) else {
            throw .usage(
                "--to: a URL with a password is a secret and has no flag: set \(key.variable) and leave out --to."
            )
        }
        guard let location = DatabaseLocation(to), case .postgreSQL = location else {
            throw .usage("--to: expected postgresql://USER@HOST:PORT/NAME.")
        }
        return location
    }

    private static func explain(
        _ report: DatabaseMove.Report,
        _ source: String,
        _ target: DatabaseLocation,
        _ configuration: ServerConfiguration
    ) {
        let rows = report.tables.reduce(0) { $0 + $1.rows }
        let list = report.tables.map { "\($0.rows) \($0.name)" }.joined(separator: ", ")
        Console.say(
            report.wasDone
                ? "Everything is there already and is the same: \(list)."
                : "Moved \(rows) rows to \(target.place), read them again and compared: \(list)."
        )
        let file = DataDirectory.absolute(configuration.dataDirectory + "/master.key")
        let key =
            configuration.masterKey == nil
            ? "give each node the same master key: copy \(file) into its data directory (mode 0600), or set "
                + "\(ConfigurationKey.masterKey.variable)_FILE"
            : "give each node the same \(ConfigurationKey.masterKey.variable)"
        Console.say(
            """
            Next: \(key); set \(ConfigurationKey.database.variable) to the target's URL and start `tessera serve`.
            Do not serve \(DataDirectory.absolute(source)) again: what is revoked here is not revoked there.
            """
        )
    }
}
