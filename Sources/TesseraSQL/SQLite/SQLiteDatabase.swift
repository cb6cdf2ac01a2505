internal import Dispatch
internal import Foundation
internal import GRDB
internal import Synchronization
public import TesseraCore

/// The embedded engine: one connection writes and checkpoints, several read, and a commit is on the disk before it is
/// acknowledged (WAL, `synchronous=FULL`).
///
/// The process must own the file (the data directory's lock): a second one that writes could damage it.
public final class SQLiteDatabase: SQLDatabase {
    let handle: SQLiteHandle
    private let commits: GroupCommit
    /// Whether the file says that it is in use, until it is closed.
    let isMarked = Atomic(false)

    /// See `SQLDatabase.dialect`.
    public var dialect: SQLDialect { .sqlite }

    /// Opens a file, creating it if it is not there, and sees to its schema.
    ///
    /// - Parameters:
    ///   - path: The file; its directory exists.
    ///   - now: The time that applied migrations are recorded with.
    ///   - schema: What to do where the schema is older.
    /// - Returns: The open database.
    /// - Throws: `StorageError`: `corrupt` where the file is no database of ours, is damaged or is newer than this
    ///   binary; `unavailable` where it cannot be opened or written.
    public static func open(
        path: String,
        at now: Timestamp,
        schema: SchemaPolicy = .migrate
    ) async throws(StorageError) -> SQLiteDatabase {
        try await open(path: path, at: now, schema: schema) { try $0.commit() }
    }

    static func open(
        path: String,
        at now: Timestamp,
        schema: SchemaPolicy = .migrate,
        commit: @escaping @Sendable (Database) throws -> Void
    ) async throws(StorageError) -> SQLiteDatabase {
        do {
            let database = try SQLiteDatabase(path: path, commit: commit)
            try await Schema.apply(schema, database, at: now)
            return database
        } catch {
            throw StorageError(SQLFailure(sqlite: error))
        }
    }

    private init(path: String, commit: @escaping @Sendable (Database) throws -> Void) throws {
        handle = try SQLiteHandle(path: path)
        commits = GroupCommit(handle, commit: commit)
    }

    /// See `SQLDatabase.read`.
    public func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        do {
            return try await handle.reader().read { database in try body(SQLiteConnection(database: database)) }
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

    /// See `SQLDatabase.backUp`.
    public func backUp(to path: String, replacing: Bool, at now: Timestamp) async throws(SQLFailure) -> Int64 {
        let work = SQLiteBackUp(pool: try handle.reader(), path: path, replacing: replacing, now: now)
        let outcome: Result<Int64, SQLFailure> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { try work.write() }.mapError { SQLFailure(sqlite: $0) })
            }
        }
        return try outcome.get()
    }

    /// Writes the WAL back into the file and closes it; nothing may be under way.
    public func close() async throws(StorageError) {
        do {
            let pool = try handle.writer()
            try await pool.writeWithoutTransaction { database in
                if self.isMarked.load(ordering: .relaxed) {
                    try database.execute(sql: "DELETE FROM metadata WHERE name = 'in_use'")
                }
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
            let pool = try handle.reader()
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
        try handle.writer().writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
}
