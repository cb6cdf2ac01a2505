/// A JSON value, read strictly and written compactly.
///
/// ```swift
/// let value = try JSONValue(parsing: #"{"sub":"u1","n":[1,2]}"#)
/// value["sub"]?.stringValue       // "u1"
/// value.text                      // {"sub":"u1","n":[1,2]}
/// ```
public enum JSONValue: Sendable {
    /// The literal `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number with its digits.
    case number(JSONNumber)
    /// A string.
    case string(String)
    /// A list of values.
    case array([JSONValue])
    /// Named values.
    case object(JSONObject)

    /// Reads one strict JSON text in UTF-8.
    ///
    /// - Parameters:
    ///   - bytes: The text.
    ///   - limits: How large it may be.
    /// - Throws: `JSONError` for anything that RFC 8259 or the limits do not allow, duplicate members among them.
    public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        self = try withBytes(of: bytes) { (buffer) throws(JSONError) in
            try JSONReader.read(buffer, limits: limits)
        }
    }

    /// Reads one strict JSON text.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - limits: How large it may be.
    /// - Throws: `JSONError` for anything that RFC 8259 or the limits do not allow, duplicate members among them.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        self = try withBytes(of: text) { (buffer) throws(JSONError) in
            try JSONReader.read(buffer, limits: limits)
        }
    }

    /// The value as compact JSON in UTF-8.
    public func serialized() -> [UInt8] {
        JSONWriter.bytes { $0.write(self) }
    }

    /// The value as compact JSON text.
    public var text: String { String(decoding: serialized(), as: UTF8.self) }

    /// The text of a string; nil for another type.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The value of a whole number that fits 64 bits; nil for another type.
    public var int64Value: Int64? {
        if case .number(let value) = self { value.int64 } else { nil }
    }

    /// The value of a number; nil for another type.
    public var doubleValue: Double? {
        if case .number(let value) = self { value.double } else { nil }
    }

    /// The value of a boolean; nil for another type.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements of an array; nil for another type.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object; nil for another type.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// The elements of an array of strings; nil for anything else.
    public var stringsValue: [String]? {
        guard let elements = arrayValue else { return nil }
        let strings = elements.compactMap(\.stringValue)
        return strings.count == elements.count ? strings : nil
    }

    /// The value of an object's member; nil where there is none or this is no object.
    public subscript(name: String) -> JSONValue? { objectValue?[name] }
}

extension JSONValue: Equatable {
    /// Whether two values are the same: strings byte for byte, numbers digit for digit, objects in whatever order.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// Makes `null`.
    public init(nilLiteral: ()) { self = .null }
    /// Makes a boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Makes a whole number.
    public init(integerLiteral value: Int64) { self = .number(JSONNumber(value)) }
    /// Makes a number.
    public init(floatLiteral value: Double) { self = JSONNumber(value).map(JSONValue.number) ?? .null }
    /// Makes a string.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Makes an array.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Makes an object; a name that is repeated takes its last value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
}
