internal import Foundation
internal import GRDB

/// A GRDB connection as the stores see it.
struct SQLiteConnection: SQLConnection {
    let database: Database
    var dialect: SQLDialect { .sqlite }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> Int {
        try translating {
            let statement = try prepare(sql, arguments)
            // A statement that changes nothing leaves SQLite's counter as it was, so it is read as a difference.
            let before = database.totalChangesCount
            try statement.execute()
            return database.totalChangesCount - before
        }
    }

    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        try translating {
            let cursor = try Row.fetchCursor(try prepare(sql, arguments))
            var rows: [SQLRow] = []
            while let row = try cursor.next() {
                rows.append(SQLRow(row.databaseValues.map { SQLValue($0) }))
            }
            return rows
        }
    }

    /// SQLite takes `$2` for a name and `?2` for a number.
    private func prepare(_ sql: String, _ arguments: [SQLValue]) throws -> Statement {
        let numbered = String(
            decoding: sql.utf8.map { $0 == UInt8(ascii: "$") ? UInt8(ascii: "?") : $0 },
            as: UTF8.self
        )
        // A C string ends at a NUL: one name could be looked up under another's spelling.
        if arguments.contains(where: \.hasNUL) { throw SQLFailure(.defect, "a text with a NUL in it") }
        let statement = try database.cachedStatement(sql: numbered)
        try statement.setArguments(StatementArguments(arguments.map(\.stored)))
        return statement
    }

    private func translating<T>(_ body: () throws -> T) throws(SQLFailure) -> T {
        do {
            return try body()
        } catch {
            throw SQLFailure(sqlite: error)
        }
    }
}

extension SQLValue {
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .int64(let integer): self = .integer(integer)
        case .double(let double): self = .integer(Int64(exactly: double) ?? 0)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .bytes([UInt8](data))
        }
    }

    fileprivate var hasNUL: Bool {
        if case .text(let text) = self { text.utf8.contains(0) } else { false }
    }

    fileprivate var stored: DatabaseValue {
        switch self {
        case .null: .null
        case .integer(let integer): integer.databaseValue
        case .text(let text): text.databaseValue
        case .bytes(let bytes): Data(bytes).databaseValue
        }
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
