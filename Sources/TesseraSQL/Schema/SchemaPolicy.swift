public import TesseraCore

/// What to do about a database whose schema is older than this binary, or that holds nothing yet.
public enum SchemaPolicy: Sendable {
    /// Bring it up to date: what a server does that starts.
    case migrate
    /// Refuse: what a command does, which may run beside servers of an older version.
    case require
    /// Leave it as it is, for `Schema.update`.
    case leave
}

/// The schema of a database, for who wants to know what became of it.
public enum Schema {
    /// A step that was applied.
    public struct Step: Sendable, Hashable {
        /// Its number.
        public let number: Int64
        /// What it is for.
        public let name: String
    }

    /// The version that this binary works with: the number of its newest step.
    public static var version: Int64 { Migration.all.last?.number ?? 0 }

    /// Brings a database up to date and answers which steps were missing.
    /// - Throws: `StorageError`: `corrupt` where the schema is newer than this binary or not ours.
    public static func update(_ database: any SQLDatabase, at now: Timestamp) async throws(StorageError) -> [Step] {
        do throws(SQLFailure) {
            return try await Migrator().run(on: database, at: now).map { Step(number: $0.number, name: $0.name) }
        } catch {
            throw StorageError(error)
        }
    }

    static func apply(_ policy: SchemaPolicy, _ database: any SQLDatabase, at now: Timestamp) async throws(SQLFailure) {
        switch policy {
        case .migrate: try await Migrator().run(on: database, at: now)
        case .require: try await Migrator().check(database)
        case .leave: break
        }
    }
}
