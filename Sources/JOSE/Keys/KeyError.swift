/// Why a key cannot be made, read or used.
///
/// It never quotes the key.
public struct KeyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of fault, stable enough to decide by.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The code's stable name.
        public let rawValue: String

        /// Makes a code from its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The text is not a JWK, a key set or a PEM document.
        public static let malformed = Code(rawValue: "malformed")
        /// The key's type or curve is not one this library knows.
        public static let unsupported = Code(rawValue: "unsupported")
        /// The key names no algorithm, and the caller named none that fits it.
        public static let algorithmRequired = Code(rawValue: "algorithm_required")
        /// The algorithm does not fit the key's type or curve, or is not the one the key names.
        public static let algorithmMismatch = Code(rawValue: "algorithm_mismatch")
        /// `use` or `key_ops` forbids what the key is wanted for.
        public static let useNotAllowed = Code(rawValue: "use_not_allowed")
        /// The key is too short, too long or known to be weak.
        public static let weak = Code(rawValue: "weak")
        /// The key's numbers do not belong together: not on the curve, or a private part of another key.
        public static let invalid = Code(rawValue: "invalid")
        /// A private key is wanted and this is a public one, or the reverse.
        public static let wrongHalf = Code(rawValue: "wrong_half")
        /// Two keys of a set have the same `kid` and algorithm.
        public static let duplicate = Code(rawValue: "duplicate")
        /// No key of a set has the name that is asked for.
        public static let notFound = Code(rawValue: "not_found")
        /// A set or a key is larger than the library reads.
        public static let tooLarge = Code(rawValue: "too_large")
    }

    /// The kind of fault.
    public let code: Code
    /// What is wrong, for a person; it quotes nothing of the key.
    public let reason: String

    init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// What is wrong, for a person.
    public var description: String { reason }
}
