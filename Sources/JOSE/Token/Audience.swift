/// Whom a token is for: one name, written as a string, or several, written as an array (RFC 7519 §4.1.3).
public struct Audience: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// The names, in order.
    public let values: [String]

    /// Makes an audience of some names.
    public init(_ values: [String]) { self.values = values }

    /// Makes an audience of one name.
    public init(_ value: String) { values = [value] }

    /// Makes an audience of one name.
    public init(stringLiteral value: String) { values = [value] }

    /// Makes an audience of several names.
    public init(arrayLiteral elements: String...) { values = elements }

    /// The claim's value: a string for one name.
    var json: JSONValue {
        values.count == 1 ? .string(values[0]) : .array(values.map(JSONValue.string))
    }
}
