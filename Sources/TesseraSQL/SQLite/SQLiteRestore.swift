internal import Foundation
internal import GRDB
public import TesseraCore

/// Puts a back-up in the place of a database that nobody has open.
///
/// The copy is checked, brought to this schema and stripped of all that could revive something before it takes the
/// place of the other by one rename; until then the old database is untouched, and afterwards it is kept aside.
public struct SQLiteRestore: Sendable {
    private let path: String
    private var staged: String { path + ".restoring" }

    /// Restores to a database file, which need not be there.
    public init(to path: String) {
        self.path = path
    }

    /// What a staged back-up says of itself.
    public struct Staged: Sendable {
        /// What proves its master key; nil where it never had one.
        public let masterKeyCheck: [UInt8]?
        /// When it was made; nil where it was not made by `tessera backup`.
        public let madeAt: Timestamp?
        /// The latest time it has seen.
        public let latestTime: Timestamp?
    }

    /// What was found in the database that is to be replaced.
    public struct Replaced: Sendable {
        /// Where it is kept now.
        public let keptAt: String?
        /// The end of its audit trail, where it could be read.
        public let auditHead: AuditHead?
    }

    /// Copies a back-up beside the database and checks it.
    /// - Throws: `StorageError` with `corrupt` where it is damaged or no database of ours.
    public func stage(_ backup: String) throws(StorageError) -> Staged {
        try translating {
            guard DurableFile.kind(backup) == .database else {
                throw access(backup, F_OK) == 0
                    ? SQLFailure(.corrupt, "\(backup) is no SQLite database") : .last(backup, "cannot be read")
            }
            discard()
            try DurableFile.copy(backup, to: staged)
            let queue = try DatabaseQueue(path: staged)
            let found = try queue.writeWithoutTransaction { database in
                guard try database.tableExists("schema_migrations"), try database.tableExists("metadata") else {
                    throw SQLFailure(.corrupt, "\(backup) is no database of Tessera")
                }
                try SQLiteFile.checkIntegrity(database)
                func number(_ name: String) throws -> Timestamp? {
                    try Data.fetchOne(database, sql: "SELECT value FROM metadata WHERE name = ?", arguments: [name])
                        .flatMap { Int64(String(decoding: $0, as: UTF8.self)) }.map(Timestamp.init(milliseconds:))
                }
                let sql = "SELECT value FROM metadata WHERE name = 'master_key_check'"
                return Staged(
                    masterKeyCheck: try Data.fetchOne(database, sql: sql).map { [UInt8]($0) },
                    madeAt: try number("backup_at"),
                    latestTime: try number("latest_time")
                )
            }
            try queue.close()
            return found
        }
    }

    /// Brings the staged copy to this schema and ends all that it would revive, then swaps it in.
    ///
    /// - Parameters:
    ///   - generation: The copy's generation is at least this afterwards.
    ///   - aside: Where the old database is kept.
    ///   - event: The audit row that tells of it.
    /// - Returns: What was replaced.
    /// - Throws: `StorageError`; the old database is in its place then.
    public func finish(
        atLeast generation: Int64,
        keepingOldAt aside: String,
        event: @Sendable (Replaced) -> AuditEvent
    ) async throws(StorageError) -> Replaced {
        let old = oldDatabase()
        let replaced = Replaced(keptAt: old.exists ? aside : nil, auditHead: old.head)
        let event = event(replaced)
        let database = try await SQLiteDatabase.open(path: staged, at: event.at)
        let raise = GenerationRaise(atLeast: generation, otherClients: old.clients, event: event)
        _ = try await SQLStorage(database).raiseGeneration(raise)
        try await database.close()
        try translating {
            try DurableFile.synchronize(staged)
            if old.exists { try keepOld(at: aside) }
            try DurableFile.move(staged, to: path)
        }
        return replaced
    }

    /// Removes a staged copy that is not used.
    public func discard() {
        for suffix in ["", "-journal", "-wal", "-shm"] { unlink(staged + suffix) }
    }

    private struct Old {
        var exists = false
        var head: AuditHead?
        var clients: [String] = []
    }

    /// Writes an old database's log back, so that it is one file, and reads what must be known of it.
    ///
    /// One that is damaged beyond that is kept as it is.
    private func oldDatabase() -> Old {
        var old = Old(exists: access(path, F_OK) == 0)
        guard old.exists, let queue = try? DatabaseQueue(path: path) else { return old }
        try? queue.writeWithoutTransaction { database in
            _ = try database.checkpoint(.truncate)
            old.clients = try String.fetchAll(database, sql: "SELECT id FROM clients")
            old.head = try SQLiteConnection(database: database).auditHead()
        }
        try? queue.close()
        return old
    }

    /// The old file gets a second name, so that there is a database at the path at every moment.
    ///
    /// A log that could not be written back goes along first: it must never meet the new database.
    private func keepOld(at aside: String) throws(SQLFailure) {
        for suffix in ["-wal", "-shm"] where access(path + suffix, F_OK) == 0 {
            try DurableFile.move(path + suffix, to: aside + suffix)
        }
        if link(path, aside) != 0 { try DurableFile.copy(path, to: aside) }
        try DurableFile.synchronize(DurableFile.directory(of: aside))
    }

    private func translating<T>(_ body: () throws -> T) throws(StorageError) -> T {
        do {
            return try body()
        } catch {
            throw StorageError(SQLFailure(sqlite: error))
        }
    }
}
