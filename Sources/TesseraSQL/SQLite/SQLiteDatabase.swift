internal import Foundation
internal import GRDB
public import TesseraCore

/// The embedded engine: one connection writes and checkpoints, several read, and a commit is on the disk before it is
/// acknowledged (WAL, `synchronous=FULL`).
///
/// The process must own the file (the data directory's lock): a second one that writes could damage it.
public final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let commits: GroupCommit

    /// See `SQLDatabase.dialect`.
    public var dialect: SQLDialect { SQLDialect(identity: "INTEGER PRIMARY KEY AUTOINCREMENT") }

    /// Opens a file, creating it if it is not there, and brings its schema up to date.
    ///
    /// - Parameters:
    ///   - path: The file; its directory exists.
    ///   - now: The time that applied migrations are recorded with.
    /// - Returns: The open database.
    /// - Throws: `StorageError`: `corrupt` where the file is no database of ours, is damaged or is newer than this
    ///   binary; `unavailable` where it cannot be opened or written.
    public static func open(path: String, at now: Timestamp) async throws(StorageError) -> SQLiteDatabase {
        do {
            let database = try SQLiteDatabase(path: path)
            try await Migrator().run(on: database, at: now)
            try await database.write { connection throws(SQLFailure) in
                try connection.insert(Client.builtIn(createdAt: now))
            }
            return database
        } catch {
            throw StorageError(SQLFailure(sqlite: error))
        }
    }

    private init(path: String) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.label = "tessera.sqlite"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL on its WAL connections after they are prepared: an acknowledged commit could then be lost
        // in a power cut. It is set here, on the one connection that writes, and read back.
        let synchronous = try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            return try Int.fetchOne(database, sql: "PRAGMA synchronous")
        }
        guard synchronous == 2 else {
            throw SQLFailure(.unavailable, "SQLite did not take synchronous=FULL; commits would not be durable")
        }
        commits = GroupCommit(pool)
    }

    /// See `SQLDatabase.read`.
    public func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        do {
            return try await pool.read { database in try body(SQLiteConnection(database: database)) }
        } catch {
            throw SQLFailure(sqlite: error)
        }
    }

    /// See `SQLDatabase.write`.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        try await commits.write(body)
    }

    /// Writes the WAL back into the file and closes it; nothing may be under way.
    public func close() throws(StorageError) {
        do {
            try pool.writeWithoutTransaction { database in
                _ = try database.checkpoint(.truncate)
            }
            try pool.close()
        } catch {
            throw StorageError(SQLFailure(sqlite: error))
        }
    }

    /// See `SQLDatabase.diagnosis`.
    public func diagnosis(checksIntegrity: Bool) async throws(SQLFailure) -> StorageDiagnosis {
        do {
            // The settings are each connection's own: those of the one that writes count.
            let settings = try await pool.writeWithoutTransaction { database in
                let names = ["synchronous", "journal_mode"]
                return try names.map { try String.fetchOne(database, sql: "PRAGMA \($0)") ?? "" }
            }
            return try await pool.read { database in
                let found = checksIntegrity ? try String.fetchAll(database, sql: "PRAGMA quick_check(10)") : nil
                return StorageDiagnosis(
                    engine: "sqlite",
                    version: try String.fetchOne(database, sql: "SELECT sqlite_version()") ?? "unknown",
                    settings: ["synchronous": settings[0], "journal_mode": settings[1]],
                    damages: found == ["ok"] ? [] : found
                )
            }
        } catch {
            throw SQLFailure(sqlite: error)
        }
    }

    /// The `synchronous` setting of the connection that writes: 2 is FULL.
    func synchronousOfWriter() throws -> Int? {
        try pool.writeWithoutTransaction { database in try Int.fetchOne(database, sql: "PRAGMA synchronous") }
    }
}
