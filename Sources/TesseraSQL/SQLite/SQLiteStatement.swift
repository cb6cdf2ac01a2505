internal import GRDB
internal import GRDBSQLite

/// A prepared statement, from GRDB's cache, driven by SQLite's own functions: GRDB's values and rows would cost a
/// transaction as much as SQLite does.
struct SQLiteStatement {
    private let statement: OpaquePointer
    private let connection: OpaquePointer

    /// Prepares a statement, or takes it from the cache, and binds its arguments.
    ///
    /// `$1` and so on are names to SQLite, wherever they stand.
    init(_ sql: String, _ arguments: [SQLValue], _ database: Database) throws(SQLFailure) {
        guard let connection = database.sqliteConnection else {
            throw SQLFailure(.unavailable, "the database is closed")
        }
        do {
            statement = try database.cachedStatement(sql: sql).sqliteStatement
        } catch {
            throw SQLFailure(sqlite: error)
        }
        self.connection = connection
        guard arguments.count == Int(sqlite3_bind_parameter_count(statement)) else {
            throw SQLFailure(.defect, "a statement with another number of arguments")
        }
        do throws(SQLFailure) {
            for (index, argument) in arguments.enumerated() { try bind(argument, Self.name(index)) }
        } catch {
            finish()
            throw error
        }
    }

    private func bind(_ value: SQLValue, _ name: String) throws(SQLFailure) {
        let index = sqlite3_bind_parameter_index(statement, name)
        let code: Int32
        switch value {
        case .null: code = sqlite3_bind_null(statement, index)
        case .integer(let integer): code = sqlite3_bind_int64(statement, index, integer)
        case .text(let text):
            // The other engine has no text with a NUL in it, and what C reads ends there.
            if text.utf8.contains(0) { throw SQLFailure(.defect, "a text with a NUL in it") }
            code = sqlite3_bind_text(statement, index, text, -1, Self.copied)
        case .bytes(let bytes):
            // No bytes are not null, which an empty array's address may be.
            code =
                bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), Self.copied)
        }
        guard code == SQLITE_OK else { throw failure(code) }
    }

    /// Goes on to the next row; false where there is none.
    func step() throws(SQLFailure) -> Bool {
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code)
        }
    }

    /// The row that the statement stands at.
    var row: SQLRow {
        SQLRow((0..<sqlite3_column_count(statement)).map { value($0) })
    }

    private func value(_ column: Int32) -> SQLValue {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(statement, column))
        case SQLITE_FLOAT: return .integer(Int64(exactly: sqlite3_column_double(statement, column)) ?? 0)
        case SQLITE_TEXT:
            // The text first: asking for it may change where it ends.
            let start = sqlite3_column_text(statement, column)
            let text = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            return .text(String(decoding: text, as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(statement, column)
            let bytes = UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
            return .bytes([UInt8](bytes))
        default: return .null
        }
    }

    /// Gives the statement back to the cache, with nothing of its arguments.
    func finish() {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func failure(_ code: Int32) -> SQLFailure {
        let message = String(cString: sqlite3_errmsg(connection))
        return SQLFailure(sqlite: DatabaseError(resultCode: ResultCode(rawValue: code), message: message))
    }

    /// What the text of a statement calls an argument.
    private static func name(_ index: Int) -> String {
        names.indices.contains(index) ? names[index] : "$\(index + 1)"
    }

    private static let names = (1...32).map { "$\($0)" }

    /// SQLite makes a copy of what is bound.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }
}
