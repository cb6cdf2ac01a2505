public import JOSE
public import Logging

extension BearerAuth {
    /// What has a default that usually fits.
    public struct Options: Sendable {
        /// The protection space named in challenges.
        public var realm: String
        /// The `Retry-After` of a 503, in seconds.
        public var retryAfterSeconds: Int
        /// Whether the signature of a token that was verified before is not computed again.
        ///
        /// The whole token and the very keys must be the same, and everything else is checked at each request.
        public var remembersSignatures: Bool
        /// What this service is to its clients (RFC 9728); nil where it publishes no metadata.
        public var resource: ProtectedResource?
        /// What checks proofs of possession (RFC 9449), for tokens that are bound to a client's key.
        ///
        /// Nil refuses such tokens. A proof is for a URL as the client used it: that is made of ``resource``, or given
        /// whole to ``BearerAuth/authenticate(_:method:url:)``.
        public var dpop: DPoPVerifier?
        /// Which tokens of an issuer are taken; for ``BearerAuth/init(issuer:audience:keys:options:)`` and its like.
        public var tokens = TokenKind.accessToken
        /// How far the issuer's clock and this one may differ, 300 s at most; for issuers.
        public var leeway: Duration = .seconds(30)
        /// The only algorithms whose keys are used, and what an issuer's keys without one of their own are bound to.
        ///
        /// Nil for those that the keys name; then a key that names none is bound to the usual ones that fit it.
        public var algorithms: [SignatureAlgorithm]?
        /// Whether an issuer may be asked by plain http: for a network that nobody else is in.
        public var allowsInsecureIssuer = false
        /// What to do when it is not known which tokens have been revoked.
        public var revocation = RevocationPolicy.required(within: .seconds(60))
        /// How long an issuer may take for an answer, from the first byte to the last.
        public var requestTimeout: Duration = .seconds(5)
        /// How long after a token with an unknown key had the keys fetched the next one may not.
        public var unknownKeyCooldown: Duration = .seconds(30)
        /// How many seconds a question for revocations waits for news.
        package var revocationWait = 10
        /// Where the work in the background is logged; never a token.
        public var logger = Logger(label: "BearerAuth")

        /// Makes options.
        public init(realm: String = "api", retryAfterSeconds: Int = 5, remembersSignatures: Bool = true) {
            self.realm = realm
            self.retryAfterSeconds = retryAfterSeconds
            self.remembersSignatures = remembersSignatures
        }
    }

    /// The tokens that an issuer gives out for its resources.
    public struct TokenKind: Sendable, Hashable {
        let isTyped: Bool

        /// The access tokens of RFC 9068, whose `typ` says what they are: `at+jwt`.
        public static let accessToken = TokenKind(isTyped: true)
        /// Tokens of providers that write `JWT` or nothing as `typ`, with `iss`, `sub`, `aud` and `exp`.
        ///
        /// Nothing but their audience tells them from ID tokens: it must not be the id of a client.
        public static let untyped = TokenKind(isTyped: false)
    }
}
