internal import GRDB

/// A GRDB connection as the stores see it.
struct SQLiteConnection: SQLConnection {
    let database: Database
    var dialect: SQLDialect { .sqlite }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> Int {
        let statement = try SQLiteStatement(sql, arguments, database)
        defer { statement.finish() }
        // A statement that changes nothing leaves SQLite's counter as it was, so it is read as a difference.
        let before = database.totalChangesCount
        while try statement.step() {}
        return database.totalChangesCount - before
    }

    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        let statement = try SQLiteStatement(sql, arguments, database)
        defer { statement.finish() }
        var rows: [SQLRow] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }
}

extension SQLFailure {
    /// Whether SQLite itself says so of the file, and not a step of ours of a value.
    var isOfTheFile: Bool {
        kind == .disk || kind == .corrupt && reason.hasPrefix(Self.prefix)
    }

    private static let prefix = "SQLite "

    /// What a GRDB error means; only SQLite's own message is kept, never a statement's arguments.
    init(sqlite error: any Error) {
        if let failure = error as? SQLFailure {
            self = failure
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.unavailable, "\(type(of: error))")
            return
        }
        let message = error.message ?? "no message"
        let reason = "\(Self.prefix)\(error.extendedResultCode.rawValue): \(message)"
        switch error.resultCode {
        case .SQLITE_CONSTRAINT:
            let isUnique = [.SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY].contains(error.extendedResultCode)
            self.init(isUnique ? .notUnique : .defect, reason)
        case .SQLITE_IOERR:
            self.init(.disk, reason)
        case .SQLITE_CORRUPT, .SQLITE_NOTADB:
            self.init(.corrupt, reason)
        case .SQLITE_ERROR, .SQLITE_MISUSE, .SQLITE_RANGE:
            self.init(.defect, reason)
        default:
            self.init(.unavailable, reason)
        }
    }
}
