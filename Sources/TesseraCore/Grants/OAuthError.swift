/// A refusal of an OAuth endpoint: a code for the client (RFC 6749 §5.2), a sentence for its developer, a reason
/// for the log.
///
/// None of them holds a secret or repeats a value that was sent.
public struct OAuthError: Error, Sendable {
    /// The code that the client sees.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The standard's spelling.
        public let rawValue: String

        /// Makes a code from its spelling.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The request is malformed (RFC 6749 §5.2).
        public static let invalidRequest = Code(rawValue: "invalid_request")
        /// The client could not be authenticated: 401.
        public static let invalidClient = Code(rawValue: "invalid_client")
        /// The credentials or the refresh token are not valid.
        public static let invalidGrant = Code(rawValue: "invalid_grant")
        /// This client may not do that.
        public static let unauthorizedClient = Code(rawValue: "unauthorized_client")
        /// The grant is unknown or switched off.
        public static let unsupportedGrantType = Code(rawValue: "unsupported_grant_type")
        /// A scope is malformed, unknown, or more than may be granted.
        public static let invalidScope = Code(rawValue: "invalid_scope")
        /// A resource is not one this client may ask for (RFC 8707 §2).
        public static let invalidTarget = Code(rawValue: "invalid_target")
        /// Too many guesses: 429 with `Retry-After`.
        public static let tooManyAttempts = Code(rawValue: "too_many_attempts")
        /// The server is overloaded or its database does not answer: 503 with `Retry-After`.
        public static let temporarilyUnavailable = Code(rawValue: "temporarily_unavailable")
    }

    /// The code.
    public let code: Code
    /// A sentence for the client's developer: `error_description`.
    public let description: String
    /// A stable word for the log that says more than the client may know.
    public let reason: String
    /// Seconds after which to try again, where that is known.
    public let retryAfter: Int?

    /// Makes a refusal.
    public init(_ code: Code, _ description: String, reason: String? = nil, retryAfter: Int? = nil) {
        self.code = code
        self.description = description
        self.reason = reason ?? code.rawValue
        self.retryAfter = retryAfter
    }

    /// The refusal that a failing database means for a client.
    public init(_ error: StorageError) {
        self.init(
            .temporarilyUnavailable,
            "The server cannot reach its database now; try again.",
            reason: error.description,
            retryAfter: 1
        )
    }
}
