/// What a token permits: a set of scope values (RFC 6749 §3.3), compared byte for byte.
public struct Scope: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// The values, each once, in byte order.
    public let values: [String]

    /// A set of values.
    public init(_ values: some Sequence<String>) {
        var sorted = values.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        var last: String?
        sorted.removeAll { value in
            defer { last = value }
            return last?.utf8.elementsEqual(value.utf8) == true
        }
        self.values = sorted
    }

    /// A set of values.
    public init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    /// Whether nothing is permitted.
    public var isEmpty: Bool { values.isEmpty }

    /// Whether the value is in the set.
    public func contains(_ value: String) -> Bool {
        // Not `==`: a Swift string equals its canonical equivalents, and a look-alike must not pass.
        values.contains { $0.utf8.elementsEqual(value.utf8) }
    }

    /// Whether the set holds every value of the other.
    public func isSuperset(of other: Scope) -> Bool {
        other.values.allSatisfy(contains)
    }

    /// Whether both hold the same values.
    public static func == (left: Scope, right: Scope) -> Bool {
        left.values.count == right.values.count
            && zip(left.values, right.values).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }

    /// Hashes the values' bytes.
    public func hash(into hasher: inout Hasher) {
        for value in values {
            for byte in value.utf8 { hasher.combine(byte) }
            hasher.combine(0x20 as UInt8)
        }
    }
}

extension Scope: CustomStringConvertible {
    /// The values with spaces between, as in a `scope` parameter.
    public var description: String { values.joined(separator: " ") }
}
