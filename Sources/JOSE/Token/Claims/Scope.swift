/// What a token permits, or a client asks for: a set of scope values (RFC 6749 §3.3), compared byte for byte.
///
/// ```swift
/// let scope: Scope = ["orders:read", "orders:write"]
/// token.scope.isSuperset(of: scope)
/// ```
public struct Scope: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// The most values that one request may name.
    public static let maximumCount = 64

    /// The values, each once, in the order they were first named.
    public let values: [String]

    /// Makes a set from values that are known to be well-formed; repeated ones are dropped.
    public init(_ values: some Sequence<String>) {
        // By bytes: a Swift string equals its canonical equivalents, and a look-alike is another value.
        var seen: Set<[UInt8]> = []
        self.values = values.filter { seen.insert(Array($0.utf8)).inserted }
    }

    /// Makes a set from values in the source text.
    public init(arrayLiteral elements: String...) {
        self.init(elements)
    }

    /// Reads a `scope` parameter; nil where a value has a character outside RFC 6749's grammar or there are too many.
    public init?(parsing text: String) {
        var values: [String] = []
        for part in text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: true) {
            guard values.count < Self.maximumCount, let value = String(part), Self.isValue(value) else { return nil }
            values.append(value)
        }
        self.init(values)
    }

    /// Whether a text is one well-formed scope value (RFC 6749 §3.3: printable ASCII without space, `"` and `\`).
    public static func isValue(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 256
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }

    /// The space-separated text of a `scope` parameter or claim.
    public var text: String { values.joined(separator: " ") }
    /// Whether no value is named.
    public var isEmpty: Bool { values.isEmpty }

    /// Whether a value is in the set.
    public func contains(_ value: String) -> Bool {
        values.contains { $0.hasSameBytes(as: value) }
    }

    /// Whether every value is in the other set.
    public func isSubset(of other: Scope) -> Bool {
        values.allSatisfy(other.contains)
    }

    /// Whether the set holds every value of the other.
    public func isSuperset(of other: Scope) -> Bool {
        other.isSubset(of: self)
    }

    /// The values that both sets name, in this set's order.
    public func intersection(_ other: Scope) -> Scope {
        Scope(values.filter(other.contains))
    }

    /// The values of this set that the other does not name.
    public func subtracting(_ other: Scope) -> Scope {
        Scope(values.filter { !other.contains($0) })
    }

    /// The values of either set.
    public func union(_ other: Scope) -> Scope {
        Scope(values + other.values)
    }

    /// Whether both name the same values, in whatever order.
    public static func == (left: Scope, right: Scope) -> Bool {
        left.values.count == right.values.count && left.isSubset(of: right)
    }

    /// Feeds the values' bytes to a hasher.
    public func hash(into hasher: inout Hasher) {
        for value in values.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            for byte in value.utf8 { hasher.combine(byte) }
            hasher.combine(0x20 as UInt8)
        }
    }
}

extension Scope: CustomStringConvertible {
    /// The values with spaces between, as in a `scope` parameter.
    public var description: String { text }
}

extension VerifiedToken {
    /// The scope: of `scope`, separated by spaces (RFC 8693 §4.2), or of `scp` where there is no `scope`.
    public var scope: Scope { Scope(scopes) }
}
