/// The right to work with a database by itself, for a server and for commands that no running server can do for them.
enum EmbeddedFiles {
    /// How long another command may take to finish.
    private static let patience = Duration.seconds(2)

    /// The data directory of a configuration and its lock; with PostgreSQL there is nothing to lock, and perhaps no
    /// directory.
    ///
    /// - Parameters:
    ///   - configuration: what names the directory.
    ///   - makingDirectory: whether an embedded database's directory is made where there is none.
    /// - Returns: both.
    /// - Throws: a sentence that says which directory is not there, or who has it.
    static func own(
        _ configuration: ServerConfiguration,
        makingDirectory: Bool = false
    ) async throws(CommandFailure) -> (directory: DataDirectory, lock: DataLock?) {
        guard case .sqlite = configuration.database else {
            return (try DataDirectory.optional(at: configuration.dataDirectory), nil)
        }
        let path = configuration.dataDirectory
        let directory = try makingDirectory ? DataDirectory.created(at: path) : DataDirectory.existing(at: path)
        return (directory, try await DataLock.acquire(directory.lock, of: directory.subject, within: patience))
    }

    /// Takes the locks of a configuration's database, making the data directory; none are needed with PostgreSQL.
    static func lock(
        _ configuration: ServerConfiguration
    ) async throws(CommandFailure) -> (directory: DataDirectory, locks: [DataLock]) {
        let (directory, lock) = try await own(configuration, makingDirectory: true)
        guard case .sqlite(let path) = configuration.database, let lock else { return (directory, []) }
        return (directory, try await DataLock.adding(to: lock, database: path, directory))
    }

    /// Takes the locks of a database file, wherever a server of it may have its data directory.
    static func lock(ofExisting path: String) async throws(CommandFailure) -> [DataLock] {
        let directory = try DataDirectory.existing(at: PrivateFile.directory(of: path))
        let subject = "the database \(DataDirectory.absolute(path))"
        return [
            try await DataLock.acquire(directory.lock, of: directory.subject, within: patience),
            try await DataLock.acquire(path + ".lock", of: subject, within: patience),
        ]
    }
}
