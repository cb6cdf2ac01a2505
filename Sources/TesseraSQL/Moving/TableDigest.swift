internal import Crypto

/// SHA-256 over a table's rows in the order of their keys, the same on both engines.
struct TableDigest {
    private var hash = SHA256()
    private(set) var count: Int64 = 0

    mutating func add(_ rows: [[SQLValue]]) {
        for row in rows {
            count += 1
            for value in row { add(value) }
        }
    }

    /// Each value with its kind and its length, so that no two rows look alike.
    private mutating func add(_ value: SQLValue) {
        switch value {
        case .null: add(0, [])
        case .integer(let integer): add(1, withUnsafeBytes(of: integer.bigEndian) { Array($0) })
        case .text(let text): add(2, Array(text.utf8))
        case .bytes(let bytes): add(3, bytes)
        }
    }

    private mutating func add(_ kind: UInt8, _ bytes: [UInt8]) {
        hash.update(data: [kind] + withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { Array($0) })
        hash.update(data: bytes)
    }

    /// The digest of all rows so far.
    var value: [UInt8] { Array(hash.finalize()) }
}
