/// Why a new password is refused.
public struct PasswordViolation: Error, Sendable, Hashable {
    /// The stable name of a rule.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The stable text.
        public let rawValue: String

        /// Makes a code of its text.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Fewer code points than the policy's minimum.
        public static let tooShort = Code(rawValue: "password_too_short")
        /// More than 1,024 bytes.
        public static let tooLong = Code(rawValue: "password_too_long")
        /// A NUL somewhere.
        public static let containsNUL = Code(rawValue: "password_contains_nul")
        /// One of the passwords that are tried first.
        public static let common = Code(rawValue: "password_common")
        /// Repeats, counts or walks along the keyboard.
        public static let predictable = Code(rawValue: "password_predictable")
        /// Is or contains the user name.
        public static let containsUsername = Code(rawValue: "password_contains_username")
        /// Is or contains the name of the service.
        public static let containsServiceName = Code(rawValue: "password_contains_service_name")
    }

    /// Which rule.
    public let code: Code
    /// A sentence for the person who chose the password; never quotes it.
    public let reason: String
}

extension PasswordViolation: CustomStringConvertible {
    /// The code and the reason.
    public var description: String { "\(code.rawValue): \(reason)" }
}
