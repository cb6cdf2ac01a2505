/// Why a provider's keys, metadata or revocations could not be had.
public struct FetchFailure: Error, Sendable, Hashable {
    /// The kinds of failure, with stable names.
    public struct Code: RawRepresentable, Hashable, Sendable {
        /// The stable name.
        public let rawValue: String

        /// Makes a code of its name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Nobody answered, or the connection broke off.
        public static let unreachable = Code(rawValue: "unreachable")
        /// The answer was not there in time, from the first byte to the last.
        public static let timedOut = Code(rawValue: "timed_out")
        /// The answer was another place to look; it is not followed.
        public static let redirected = Code(rawValue: "redirected")
        /// The status of the answer was not 200.
        public static let status = Code(rawValue: "status")
        /// The answer was larger than is read.
        public static let tooLarge = Code(rawValue: "too_large")
        /// The answer's media type is another.
        public static let wrongType = Code(rawValue: "wrong_type")
        /// The answer is not what it should be.
        public static let malformed = Code(rawValue: "malformed")
        /// The metadata is of another issuer.
        public static let issuerMismatch = Code(rawValue: "issuer_mismatch")
        /// The metadata names an address that may not be fetched.
        public static let addressNotAllowed = Code(rawValue: "address_not_allowed")
        /// The key set has no key that can be used.
        public static let noUsableKeys = Code(rawValue: "no_usable_keys")
        /// The revocations are not signed by the issuer, or are of another time.
        public static let notAuthentic = Code(rawValue: "not_authentic")
    }

    /// The kind of failure.
    public let code: Code
    /// What was wrong, in words for the log.
    public let detail: String
    /// When the provider asked to be called again, in seconds.
    let retryAfterSeconds: Int?

    init(_ code: Code, _ detail: String, retryAfterSeconds: Int? = nil) {
        self.code = code
        self.detail = Self.loggable(detail)
        self.retryAfterSeconds = retryAfterSeconds
    }

    private static func loggable(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(300).map { $0.value < 0x20 ? " " : $0 }))
    }
}

extension FetchFailure: CustomStringConvertible {
    /// The failure in one line for the log.
    public var description: String { "\(code.rawValue): \(detail)" }
}
