/// A value that both engines keep alike.
public enum SQLValue: Sendable, Hashable {
    /// No value.
    case null
    /// A 64-bit integer; also a truth value (0 or 1) and a time (milliseconds since 1970).
    case integer(Int64)
    /// UTF-8 text.
    case text(String)
    /// Bytes.
    case bytes([UInt8])

    /// Text, or null.
    public init(_ text: String?) {
        self = text.map { .text($0) } ?? .null
    }

    /// Bytes, or null.
    public init(_ bytes: [UInt8]?) {
        self = bytes.map { .bytes($0) } ?? .null
    }

    /// An integer, or null.
    public init(_ integer: Int64?) {
        self = integer.map { .integer($0) } ?? .null
    }

    /// A truth value.
    public init(_ flag: Bool) {
        self = .integer(flag ? 1 : 0)
    }
}

/// A row of a result, read by position.
public struct SQLRow: Sendable, Hashable {
    private let values: [SQLValue]

    /// Makes a row of its values.
    public init(_ values: [SQLValue]) {
        self.values = values
    }

    /// The value at a position.
    public subscript(_ index: Int) -> SQLValue {
        values.indices.contains(index) ? values[index] : .null
    }

    func isNull(_ index: Int) -> Bool { self[index] == .null }

    func integer(_ index: Int) throws(SQLFailure) -> Int64 {
        guard case .integer(let value) = self[index] else { throw .unexpectedValue(index) }
        return value
    }

    func flag(_ index: Int) throws(SQLFailure) -> Bool { try integer(index) != 0 }

    func text(_ index: Int) throws(SQLFailure) -> String {
        guard case .text(let value) = self[index] else { throw .unexpectedValue(index) }
        return value
    }

    func bytes(_ index: Int) throws(SQLFailure) -> [UInt8] {
        switch self[index] {
        case .bytes(let value): return value
        default: throw .unexpectedValue(index)
        }
    }

    func optionalInteger(_ index: Int) throws(SQLFailure) -> Int64? { isNull(index) ? nil : try integer(index) }
    func optionalText(_ index: Int) throws(SQLFailure) -> String? { isNull(index) ? nil : try text(index) }
    func optionalBytes(_ index: Int) throws(SQLFailure) -> [UInt8]? { isNull(index) ? nil : try bytes(index) }
}
