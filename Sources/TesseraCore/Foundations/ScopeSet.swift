/// A set of scope values (RFC 6749 §3.3), kept in the order they were first named.
public struct ScopeSet: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The most values that one request may name.
    public static let maximumCount = 64

    /// The values, each once.
    public private(set) var values: [String] = []

    /// The space-separated text of a `scope` parameter or claim.
    public var text: String { values.joined(separator: " ") }
    /// Whether no value is named.
    public var isEmpty: Bool { values.isEmpty }

    /// Makes a set from values that are known to be well-formed; repeated ones are dropped.
    public init(_ values: some Sequence<String>) {
        for value in values where !contains(value) { self.values.append(value) }
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

    /// Whether a value is in the set.
    public func contains(_ value: String) -> Bool {
        values.contains { $0.utf8.elementsEqual(value.utf8) }
    }

    /// Whether every value is in the other set.
    public func isSubset(of other: ScopeSet) -> Bool {
        values.allSatisfy(other.contains)
    }

    /// The values that both sets name, in this set's order.
    public func intersection(_ other: ScopeSet) -> ScopeSet {
        ScopeSet(values.filter(other.contains))
    }

    /// The values of this set that the other does not name.
    public func subtracting(_ other: ScopeSet) -> ScopeSet {
        ScopeSet(values.filter { !other.contains($0) })
    }

    /// The values of either set.
    public func union(_ other: ScopeSet) -> ScopeSet {
        ScopeSet(values + other.values)
    }

    /// Whether both name the same values.
    public static func == (left: ScopeSet, right: ScopeSet) -> Bool {
        left.values.count == right.values.count && left.isSubset(of: right)
    }

    /// Feeds the values to a hasher.
    public func hash(into hasher: inout Hasher) {
        for value in values.sorted() { hasher.combine(value) }
    }
}
