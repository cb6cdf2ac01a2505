/// The right to work with a database by itself, for commands that no running server can do for them.
enum EmbeddedFiles {
    /// How long another command may take to finish.
    private static let patience = Duration.seconds(2)

    /// The data directory of a configuration and its lock; with PostgreSQL there is nothing to lock, and perhaps no
    /// directory.
    static func own(
        _ configuration: ServerConfiguration
    ) async throws(CommandFailure) -> (directory: DataDirectory, lock: DataLock?) {
        guard case .sqlite = configuration.database else {
            return (try DataDirectory.optional(at: configuration.dataDirectory), nil)
        }
        let directory = try DataDirectory.existing(at: configuration.dataDirectory)
        return (directory, try await DataLock.acquire(directory.lock, of: directory.subject, within: patience))
    }

    /// Takes the locks of a configuration's database, making the data directory; none are needed with PostgreSQL.
    static func lock(_ configuration: ServerConfiguration) async throws(CommandFailure) -> [DataLock] {
        guard case .sqlite(let path) = configuration.database else { return [] }
        let directory = try DataDirectory.created(at: configuration.dataDirectory)
        let lock = try await DataLock.acquire(directory.lock, of: directory.subject, within: patience)
        return try await DataLock.adding(to: lock, database: path, directory)
    }

    /// Takes the locks of a database file, wherever a server of it may have its data directory.
    static func lock(ofExisting path: String) async throws(CommandFailure) -> [DataLock] {
        let end = path.lastIndex(of: "/")
        let directory = try DataDirectory.existing(at: end.map { String(path[..<$0]) } ?? ".")
        let subject = "the database \(DataDirectory.absolute(path))"
        return [
            try await DataLock.acquire(directory.lock, of: directory.subject, within: patience),
            try await DataLock.acquire(path + ".lock", of: subject, within: patience),
        ]
    }
}
