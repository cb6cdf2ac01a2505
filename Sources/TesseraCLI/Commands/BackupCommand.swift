import ArgumentParser
import JOSE
import TesseraCore

/// `tessera backup`: a copy of the database, made while it is in use.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the database into one file, while the server runs or not.",
        discussion: """
            The copy is of one moment and is checked before it gets its name. It does not hold the master key: keep \
            that somewhere else.

            Example:
              tessera backup tessera-backup.sqlite
            """
    )

    @Argument(help: "The new file.")
    var file: String

    @Flag(help: "Replace an earlier back-up of that name.")
    var force = false

    @Flag(help: "Print what was made as JSON.")
    var json = false

    @OptionGroup var data: DataOptions

    func run() async throws {
        let configuration = try ServerConfiguration.current(flags: data.flags, file: data.config, warn: { _ in })
        if case .postgreSQL = configuration.database {
            throw CommandFailure.usage(
                "PostgreSQL is backed up with its own tools: pg_dump --format=custom --file=\(file), with the URL of the "
                    + "database. After pg_restore, run tessera restore --adopt."
            )
        }
        let command = BackUp(path: DataDirectory.absolute(file), replacing: force)
        let made = try await AdministrationAccess.with(data) { server throws(AdministrationError) in
            try await server.perform(command)
        }
        if json {
            let result: JSONValue = [
                "path": .string(made.path), "bytes": .number(JSONNumber(made.bytes)),
                "at": .string(RecordFormat.time(made.at)),
            ]
            try Console.result(result.text)
        }
        Console.say("Copied the database to \(TextLogHandler.printable(made.path)): \(made.bytes) bytes, checked.")
        Console.say(
            "It can be used only with the master key, which it does not hold: keep \(key(configuration)) apart from it."
        )
    }

    private func key(_ configuration: ServerConfiguration) -> String {
        if configuration.masterKey != nil { return ConfigurationKey.masterKey.variable }
        return DataDirectory.absolute(configuration.dataDirectory + "/master.key")
    }
}
