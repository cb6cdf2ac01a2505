/// A JSON number that keeps the digits it was written with.
public struct JSONNumber: Sendable, Equatable, CustomStringConvertible, ExpressibleByIntegerLiteral {
    /// The number as it was written.
    public let description: String

    /// Takes digits that a reader has already checked.
    init(checked text: String) { description = text }

    /// Makes a number from an integer.
    public init(_ value: Int64) { description = String(value) }

    /// Makes a number from an unsigned integer.
    public init(_ value: UInt64) { description = String(value) }

    /// Makes a number from a floating-point value, or nil for one that JSON cannot write (NaN, infinity).
    public init?(_ value: Double) {
        guard value.isFinite else { return nil }
        if let whole = Int64(exactly: value), abs(value) < 0x1p53 {
            description = String(whole)
        } else {
            description = value.description
        }
    }

    /// Makes a number from an integer literal.
    public init(integerLiteral value: Int64) { self.init(value) }

    /// The value as a 64-bit integer, or nil where it has a fraction or an exponent or does not fit.
    public var int64: Int64? { Int64(description) }

    /// The value as an unsigned 64-bit integer, or nil where it has a sign, a fraction or an exponent or does not fit.
    public var uint64: UInt64? { UInt64(description) }

    /// The nearest floating-point value, or nil where it would be infinite.
    public var double: Double? {
        guard let value = Double(description), value.isFinite else { return nil }
        return value
    }
}
