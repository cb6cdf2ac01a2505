/// Why a text is not the JSON that this library reads.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of fault, stable enough to decide by.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's stable name.
        public let rawValue: String

        /// Makes a code from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The text breaks the grammar of RFC 8259.
        public static let syntax = Code(rawValue: "syntax")
        /// The text is not well-formed UTF-8, or escapes a lone surrogate.
        public static let encoding = Code(rawValue: "encoding")
        /// An object names a member twice.
        public static let duplicateMember = Code(rawValue: "duplicate_member")
        /// Objects and arrays stand inside each other more deeply than the reader allows.
        public static let depth = Code(rawValue: "depth")
        /// The text is longer, or an object has more members, than the reader allows.
        public static let limit = Code(rawValue: "limit")
        /// A value has another type than the one asked for.
        public static let type = Code(rawValue: "type")
    }

    /// The kind of fault.
    public let code: Code
    /// Where the fault is, in bytes from the start of the text; nil where no text was read.
    public let offset: Int?
    /// What is wrong, in words that quote nothing from the text.
    public let reason: String

    init(_ code: Code, at offset: Int? = nil, _ reason: String) {
        self.code = code
        self.offset = offset
        self.reason = reason
    }

    /// The fault in one line, safe to log.
    public var description: String {
        offset.map { "\(reason) at byte \($0)" } ?? reason
    }
}

/// How large a JSON text may be before its reader gives up.
public struct JSONLimits: Sendable, Hashable {
    /// How many objects and arrays may stand inside each other.
    public var depth: Int
    /// How many members one object may have.
    public var members: Int
    /// How many bytes the text may have.
    public var bytes: Int

    /// Makes limits.
    public init(depth: Int = 16, members: Int = 256, bytes: Int = 1 << 20) {
        self.depth = depth
        self.members = members
        self.bytes = bytes
    }

    /// A depth of 16, 256 members an object, one mebibyte.
    public static let `default` = JSONLimits()
}
