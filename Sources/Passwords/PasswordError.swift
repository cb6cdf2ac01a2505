/// Why a password could not be hashed, or a stored hash not be read.
///
/// Never holds the password or the hash.
public struct PasswordError: Error, Sendable, Equatable {
    /// A stable name for the failure, safe to log and to print in an import report.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The stable text.
        public let rawValue: String

        /// Makes a code of its text.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The text is in none of the known spellings.
        public static let unsupportedScheme = Code(rawValue: "unsupported_scheme")
        /// The text begins as a known scheme does and then breaks its rules.
        public static let malformedHash = Code(rawValue: "malformed_hash")
        /// A cost parameter is outside its bounds; the hash would be a way to stop the server.
        public static let parameterOutOfBounds = Code(rawValue: "parameter_out_of_bounds")
        /// The password has more than 1,024 bytes.
        public static let passwordTooLong = Code(rawValue: "password_too_long")
        /// The password holds a NUL.
        public static let containsNUL = Code(rawValue: "contains_nul")
        /// The library could not hash: most likely no memory.
        public static let hashingFailed = Code(rawValue: "hashing_failed")
    }

    /// What kind of failure it is.
    public let code: Code
    /// For a log or an import report: what was expected and what came.
    public let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    static func malformed(_ reason: String) -> PasswordError {
        PasswordError(.malformedHash, reason)
    }

    static func outOfBounds(_ parameter: String, _ value: some BinaryInteger, _ bounds: String) -> PasswordError {
        PasswordError(.parameterOutOfBounds, "\(parameter) is \(value), allowed is \(bounds)")
    }
}

extension PasswordError: CustomStringConvertible {
    /// The code and the reason.
    public var description: String { "\(code.rawValue): \(reason)" }
}
