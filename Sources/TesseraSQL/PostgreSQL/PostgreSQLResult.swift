internal import CPostgreSQL

/// One result of libpq, freed with the value's last reference.
final class PostgreSQLResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    deinit { PQclear(handle) }

    /// What went wrong on the server; nil where nothing did.
    var failure: PostgreSQLFailure? {
        switch PQresultStatus(handle) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE: return nil
        default: break
        }
        guard let state = field(Int32(UInt8(ascii: "C"))) else {
            // libpq made this one up: the connection is gone, and its text speaks of nothing else.
            return .disconnected("the connection was lost")
        }
        return PostgreSQLFailure(
            state: state,
            message: field(Int32(UInt8(ascii: "M"))) ?? "no message",
            constraint: field(Int32(UInt8(ascii: "n")))
        )
    }

    /// The command's tag: `COMMIT`, say, or `ROLLBACK` where that is what a COMMIT came to.
    var tag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    /// How many rows the statement changed.
    var changed: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The text of a value, of a result that came as text.
    func text(_ column: Int32) -> String? {
        guard PQntuples(handle) > 0, column < PQnfields(handle), PQgetisnull(handle, 0, column) == 0 else { return nil }
        return PQgetvalue(handle, 0, column).map { String(cString: $0) }
    }

    /// All rows of a result that came in binary.
    func rows() throws(SQLFailure) -> [SQLRow] {
        let columns = PQnfields(handle)
        let types = (0..<columns).map { PQftype(handle, $0) }
        var rows: [SQLRow] = []
        rows.reserveCapacity(Int(PQntuples(handle)))
        for row in 0..<PQntuples(handle) {
            var values: [SQLValue] = []
            values.reserveCapacity(Int(columns))
            for column in 0..<columns { values.append(try value(row, column, types[Int(column)])) }
            rows.append(SQLRow(values))
        }
        return rows
    }

    private func value(_ row: Int32, _ column: Int32, _ type: Oid) throws(SQLFailure) -> SQLValue {
        if PQgetisnull(handle, row, column) == 1 { return .null }
        let count = Int(PQgetlength(handle, row, column))
        let bytes = UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: count)
        switch type {
        case ObjectID.bytes: return .bytes(Array(bytes))
        // bool, int2, int4, int8: big-endian, the sign in the first bit.
        case 16, ObjectID.integer, 21, 23:
            let start: Int64 = type != 16 && bytes.first.map { $0 & 0x80 != 0 } == true ? -1 : 0
            return .integer(bytes.reduce(start) { ($0 << 8) | Int64($1) })
        // name, text, unknown, bpchar, varchar
        case 19, ObjectID.text, 705, 1042, 1043: return .text(String(decoding: bytes, as: UTF8.self))
        default: throw SQLFailure(.defect, "a column of the type \(type), which is not read here")
        }
    }

    private func field(_ code: Int32) -> String? {
        PQresultErrorField(handle, code).map { String(cString: $0) }
    }
}
