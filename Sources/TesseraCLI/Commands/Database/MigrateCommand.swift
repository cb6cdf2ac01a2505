import ArgumentParser
import TesseraCore
import TesseraSQL

/// `tessera migrate`: the schema.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema up to date, and say what was done.",
        discussion: """
            `tessera serve` does so by itself when it starts; this is for who wants to do it before, once, for many nodes. \
            Nodes of the version before go on meanwhile.

            Example:
              tessera migrate
            """
    )

    @OptionGroup var data: DataOptions

    func run() async throws {
        let configuration = try ServerConfiguration.current(flags: data.flags, file: data.config)
        let (_, locks) = try await EmbeddedFiles.lock(configuration)
        let now = SystemClock().now()
        let database = try await DatabaseOpening.open(configuration.database, schema: .leave, at: now)
        let steps: Result<[Schema.Step], StorageError>
        do throws(StorageError) {
            steps = .success(try await Schema.update(database, at: now))
        } catch {
            steps = .failure(error)
        }
        try? await database.close()
        withExtendedLifetime(locks) {}
        do throws(StorageError) {
            for step in try steps.get() { Console.say("Applied step \(step.number) (\(step.name)).") }
        } catch {
            throw DatabaseOpening.failure(configuration.database, error.reason)
        }
        Console.say("The schema of \(configuration.database.place) is version \(Schema.version), up to date.")
    }
}
