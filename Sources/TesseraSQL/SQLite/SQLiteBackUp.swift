internal import Foundation
internal import GRDB
internal import TesseraCore

/// Copies a database in use into one file that needs no other beside it.
struct SQLiteBackUp {
    let pool: DatabasePool
    let path: String
    let replacing: Bool
    let now: Timestamp

    private var partial: String { path + ".partial" }

    /// Writes the file; answers its size.
    func write() throws -> Int64 {
        try refuseForeign()
        try DurableFile.create(partial)
        do {
            try copy()
            try DurableFile.synchronize(partial)
            var status = stat()
            guard stat(partial, &status) == 0 else { throw SQLFailure.last(partial, "cannot be read") }
            try refuseForeign()
            try DurableFile.move(partial, to: path)
            return Int64(status.st_size)
        } catch {
            for suffix in ["", "-journal", "-wal", "-shm"] { unlink(partial + suffix) }
            throw error
        }
    }

    /// The copy is of one moment: SQLite's online back-up of a reader's snapshot, which no writer waits for.
    private func copy() throws {
        let copy = try DatabaseQueue(path: partial)
        try pool.backup(to: copy)
        try copy.writeWithoutTransaction { database in
            // The file must stand alone, without a log beside it.
            let mode = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
            guard mode == "delete" else { throw SQLFailure(.unavailable, "the copy keeps its log: \(mode ?? "-")") }
            try database.execute(
                sql: "INSERT OR REPLACE INTO metadata (name, value) VALUES ('backup_at', ?)",
                arguments: [Data(String(now.milliseconds).utf8)]
            )
            // The copy is not in use.
            try database.execute(sql: "DELETE FROM metadata WHERE name = 'in_use'")
            try SQLiteFile.checkIntegrity(database)
        }
        try copy.close()
    }

    /// Nothing but an earlier back-up is ever replaced, and that only where it is wished.
    private func refuseForeign() throws(SQLFailure) {
        switch DurableFile.kind(path) {
        case .absent: return
        case .other: throw SQLFailure(.notUnique, "it is there already and is no back-up; name another file")
        case .database:
            guard replacing else { throw SQLFailure(.notUnique, "it is there already; name another, or give --force") }
            guard !DurableFile.isSame(path, pool.path) else {
                throw SQLFailure(.notUnique, "it is the database itself; name another file")
            }
        }
    }
}

/// Checks of a file.
enum SQLiteFile {
    /// Reads every page, but not whether the indexes fit.
    static func checkQuickly(_ database: Database) throws {
        try check(database, "PRAGMA quick_check(1)")
    }

    /// Reads every page and index.
    static func checkIntegrity(_ database: Database) throws {
        try check(database, "PRAGMA integrity_check(1)")
    }

    private static func check(_ database: Database, _ sql: String) throws {
        let findings = try String.fetchAll(database, sql: sql)
        guard findings == ["ok"] else {
            throw SQLFailure(.corrupt, "SQLite finds the file damaged: \(findings.first ?? "no answer")")
        }
    }
}
