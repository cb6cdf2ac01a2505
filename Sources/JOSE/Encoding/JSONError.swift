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

    private let fault: Fault
    /// Where the fault is, one added, so that 0 says that no text was read; a text so long that it ends there is none.
    private let place: UInt32

    /// The kind of fault.
    public var code: Code { fault.code }
    /// Where the fault is, in bytes from the start of the text; nil where no text was read.
    public var offset: Int? { place == 0 ? nil : Int(place) - 1 }
    /// What is wrong, in words that quote nothing from the text.
    public var reason: String { fault.reason }

    init(_ fault: Fault, at offset: Int? = nil) {
        self.fault = fault
        place = offset.map { UInt32(clamping: $0 &+ 1) } ?? 0
    }

    /// The fault in one line, safe to log.
    public var description: String {
        offset.map { "\(reason) at byte \($0)" } ?? reason
    }
}

extension JSONError {
    /// What can be wrong: a byte on the way up, words only for whoever asks.
    enum Fault: UInt8, Sendable {
        case unexpectedCharacter, unexpectedEnd, controlCharacter, unknownEscape
        case loneSurrogate, notUTF8
        case repeatedMember
        case tooDeep
        case tooLong, tooManyMembers
        case notObject

        fileprivate var code: Code {
            switch self {
            case .unexpectedCharacter, .unexpectedEnd, .controlCharacter, .unknownEscape: .syntax
            case .loneSurrogate, .notUTF8: .encoding
            case .repeatedMember: .duplicateMember
            case .tooDeep: .depth
            case .tooLong, .tooManyMembers: .limit
            case .notObject: .type
            }
        }

        fileprivate var reason: String {
            switch self {
            case .unexpectedCharacter: "unexpected character"
            case .unexpectedEnd: "unexpected end"
            case .controlCharacter: "unescaped control character"
            case .unknownEscape: "unknown escape"
            case .loneSurrogate: "lone surrogate"
            case .notUTF8: "not UTF-8"
            case .repeatedMember: "a member is named twice"
            case .tooDeep: "nested too deeply"
            case .tooLong: "longer than the reader's limit"
            case .tooManyMembers: "more members than the reader's limit"
            case .notObject: "not an object"
            }
        }
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
