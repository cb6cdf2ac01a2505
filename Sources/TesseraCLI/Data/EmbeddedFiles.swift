/// The right to work with an embedded database by itself, for commands that no running server can do for them.
enum EmbeddedFiles {
    /// How long another command may take to finish.
    private static let patience = Duration.seconds(5)

    /// Takes the locks of a configuration's database, making the data directory; none are needed with PostgreSQL.
    static func lock(_ configuration: ServerConfiguration) async throws(CommandFailure) -> [DataLock] {
        guard case .sqlite(let path) = configuration.database else { return [] }
        let directory = try DataDirectory.created(at: configuration.dataDirectory)
        var locks = [try await DataLock.acquire(directory.lock, of: directory.subject, within: patience)]
        if !path.hasPrefix(directory.path + "/") { locks.append(try await lock(file: path)) }
        return locks
    }

    /// Takes the locks of a database file, wherever a server of it may have its data directory.
    static func lock(ofExisting path: String) async throws(CommandFailure) -> [DataLock] {
        let end = path.lastIndex(of: "/")
        let directory = try DataDirectory.existing(at: end.map { String(path[..<$0]) } ?? ".")
        return [
            try await DataLock.acquire(directory.lock, of: directory.subject, within: patience),
            try await lock(file: path),
        ]
    }

    private static func lock(file path: String) async throws(CommandFailure) -> DataLock {
        let subject = "the database \(DataDirectory.absolute(path))"
        return try await DataLock.acquire(path + ".lock", of: subject, within: patience)
    }
}
