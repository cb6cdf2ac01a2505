/// One entry of the revocation list: which access tokens are refused, and until when the entry must be kept.
public struct Revocation: Sendable, Hashable {
    /// What an entry names.
    public enum Subject: Sendable, Hashable {
        /// Every token of a session (`sid`).
        case session(String)
        /// One token (`jti`).
        case token(String)
        /// Every token of an account (`sub`) issued up to and including that second.
        case account(String, issuedUpTo: Int64)
        /// Every token of a client (`client_id`) issued up to and including that second.
        case client(String, issuedUpTo: Int64)
    }

    /// The largest leeway a verifier may grant, 300 s: how much longer than the tokens an entry must be kept.
    public static let largestLeeway: Duration = .seconds(300)

    /// What is revoked.
    public let subject: Subject
    /// When the last token it stops has expired for every verifier.
    public let keepUntil: Timestamp

    /// Makes an entry.
    public init(_ subject: Subject, keepUntil: Timestamp) {
        self.subject = subject
        self.keepUntil = keepUntil
    }

    /// Makes an entry that outlives every access token issued until now.
    public init(_ subject: Subject, at now: Timestamp, accessTokenLifetime: Duration) {
        self.init(subject, keepUntil: now.adding(accessTokenLifetime).adding(Self.largestLeeway).adding(.seconds(1)))
    }
}
