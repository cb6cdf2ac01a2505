internal import CPostgreSQL

/// The server's numbers for the types that arguments have.
enum ObjectID {
    static let unknown: Oid = 0
    static let bytes: Oid = 17
    static let integer: Oid = 20
    static let text: Oid = 25
}

/// Arguments as libpq takes them: all in one buffer, in binary.
struct PostgreSQLParameters {
    private var types: [Oid] = []
    private var lengths: [Int32] = []
    /// Where each value begins in the buffer; nil for NULL.
    private var offsets: [Int?] = []
    private var buffer: [UInt8] = []

    /// - Throws: `defect` for a text with a NUL, which no text column takes.
    init(_ values: [SQLValue]) throws(SQLFailure) {
        for value in values {
            switch value {
            case .null: append(ObjectID.unknown, nil)
            case .integer(let integer):
                append(ObjectID.integer, withUnsafeBytes(of: integer.bigEndian) { Array($0) })
            case .text(let text):
                let bytes = Array(text.utf8)
                if bytes.contains(0) { throw SQLFailure(.defect, "a text with a NUL in it") }
                append(ObjectID.text, bytes)
            case .bytes(let bytes): append(ObjectID.bytes, bytes)
            }
        }
        // So that even an empty value has an address.
        buffer.append(0)
    }

    private mutating func append(_ type: Oid, _ bytes: [UInt8]?) {
        types.append(type)
        lengths.append(Int32(clamping: bytes?.count ?? 0))
        offsets.append(bytes == nil ? nil : buffer.count)
        if let bytes { buffer.append(contentsOf: bytes) }
    }

    /// Sends a statement with these arguments; false where libpq does not take it.
    func send(_ sql: String, on connection: OpaquePointer) -> Bool {
        buffer.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers: [UnsafePointer<CChar>?] = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
            let formats = [Int32](repeating: 1, count: types.count)
            return PQsendQueryParams(connection, sql, Int32(types.count), types, pointers, lengths, formats, 1) == 1
        }
    }
}
