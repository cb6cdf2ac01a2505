public import HTTPTypes
public import JOSE
internal import Synchronization

/// Checks the bearer of each request, whatever the framework.
///
/// ```swift
/// let auth = BearerAuth(verifier: TokenVerifier(.accessToken(issuer: issuer, audience: "orders"), keys: keys))
/// guard let token = try auth.authenticate(request.headerFields, method: .get, target: "/orders") else {
///     throw auth.unauthorized
/// }
/// ```
///
/// A token is read from the `Authorization` header only, never from the query or a form. A value of one reference:
/// copies are free, and any number of threads may share one.
public struct BearerAuth: Sendable {
    /// What all copies share.
    private final class Shared: Sendable {
        let verifier: TokenVerifier
        let keys: (any KeySource)?
        /// Guards the verifier for the keys that were used last.
        let latest: Mutex<TokenVerifier>
        let revocation: (any RevocationCheck)?
        let cache: VerifiedTokenCache?
        let realm: String
        let retryAfterSeconds: Int

        init(
            verifier: TokenVerifier,
            keys: (any KeySource)?,
            revocation: (any RevocationCheck)?,
            options: Options
        ) {
            self.verifier = verifier
            self.keys = keys
            latest = Mutex(verifier)
            self.revocation = revocation
            cache = options.remembersSignatures ? VerifiedTokenCache() : nil
            realm = options.realm
            retryAfterSeconds = max(1, options.retryAfterSeconds)
        }
    }

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

        /// Makes options.
        public init(realm: String = "api", retryAfterSeconds: Int = 5, remembersSignatures: Bool = true) {
            self.realm = realm
            self.retryAfterSeconds = retryAfterSeconds
            self.remembersSignatures = remembersSignatures
        }
    }

    private let shared: Shared

    /// Checks with keys that do not change.
    ///
    /// - Parameters:
    ///   - verifier: The rules and the keys.
    ///   - revocation: Which tokens have been revoked, if that is known.
    ///   - options: Realm and the like.
    public init(
        verifier: TokenVerifier,
        revocation: (any RevocationCheck)? = nil,
        options: Options = Options()
    ) {
        shared = Shared(verifier: verifier, keys: nil, revocation: revocation, options: options)
    }

    /// Checks with keys that change: each request is verified with those that are current then.
    ///
    /// - Parameters:
    ///   - profile: The rules.
    ///   - keys: Where the keys come from; while it has none, every token gets 503.
    ///   - revocation: Which tokens have been revoked, if that is known.
    ///   - options: Realm and the like.
    ///   - clock: What time it is.
    public init(
        profile: TokenProfile,
        keys: any KeySource,
        revocation: (any RevocationCheck)? = nil,
        options: Options = Options(),
        clock: EpochClock = .system
    ) {
        let verifier = TokenVerifier(profile, keys: [], clock: clock)
        shared = Shared(verifier: verifier, keys: keys, revocation: revocation, options: options)
    }

    /// Checks a request with the keys known now.
    ///
    /// - Parameters:
    ///   - fields: The request's header fields.
    ///   - method: The request's method.
    ///   - target: The request's target, path and query: a token there beside that of the header is a fault.
    /// - Returns: The token; nil where the request brings none, which is for the caller to refuse or not.
    /// - Throws: ``BearerFailure``: what came is not good.
    public func authenticate(
        _ fields: HTTPFields,
        method: HTTPRequest.Method,
        target: String
    ) throws(BearerFailure) -> AuthenticatedToken? {
        guard let text = try credentials(fields, target) else { return nil }
        return try authenticate(text, with: try verifier(with: shared.keys?.current))
    }

    /// Checks a request, and has the keys fetched again where the token names one that is not known.
    ///
    /// - Parameters:
    ///   - fields: The request's header fields.
    ///   - method: The request's method.
    ///   - target: The request's target, path and query.
    /// - Returns: The token; nil where the request brings none.
    /// - Throws: ``BearerFailure``: what came is not good.
    public func authenticateRefreshingKeys(
        _ fields: HTTPFields,
        method: HTTPRequest.Method,
        target: String
    ) async throws(BearerFailure) -> AuthenticatedToken? {
        do throws(BearerFailure) {
            return try authenticate(fields, method: method, target: target)
        } catch {
            guard let keys = shared.keys, error.mayBeMendedByNewKeys else { throw error }
            let refreshed = await keys.refreshed(for: error.reason?.received)
            guard let text = try credentials(fields, target) else { return nil }
            return try authenticate(text, with: try verifier(with: refreshed))
        }
    }

    /// Refuses a token that permits too little.
    ///
    /// - Parameters:
    ///   - requirement: What a token must permit.
    ///   - token: The token.
    /// - Throws: ``BearerFailure`` with `insufficient_scope`.
    public func require(_ requirement: ScopeRequirement, of token: AuthenticatedToken) throws(BearerFailure) {
        guard requirement.isMet(by: token) else {
            throw BearerFailure(.insufficientScope, realm: shared.realm, scope: requirement.scope)
        }
    }

    /// The refusal of a request without a token, where one is needed: a bare challenge.
    public var unauthorized: BearerFailure {
        BearerFailure(.unauthorized, realm: shared.realm)
    }

    private func credentials(_ fields: HTTPFields, _ target: String) throws(BearerFailure) -> Substring? {
        switch BearerCredentials.find(in: fields, target: target) {
        case .none: nil
        case .token(let text): text
        case .malformed(let detail): throw BearerFailure(.invalidRequest, realm: shared.realm, detail: detail)
        }
    }

    private func verifier(with keys: KeySet?) throws(BearerFailure) -> TokenVerifier {
        guard shared.keys != nil else { return shared.verifier }
        guard let keys else {
            let reason = JWTError(.keysUnavailable)
            throw BearerFailure(
                .keysUnavailable,
                realm: shared.realm,
                reason: reason,
                retryAfterSeconds: shared.retryAfterSeconds
            )
        }
        // A verifier prepares itself for its keys: it is made anew only when they change.
        return shared.latest.withLock { latest in
            if !latest.keys.isSame(as: keys) { latest = latest.with(keys: keys) }
            return latest
        }
    }

    private func authenticate(
        _ text: Substring,
        with verifier: TokenVerifier
    ) throws(BearerFailure) -> AuthenticatedToken {
        do throws(JWTError) {
            let token = try verify(text, with: verifier)
            if let revocation = shared.revocation, revocation.isRevoked(token) { throw JWTError(.revoked) }
            guard let subject = token.subject, !subject.isEmpty else { throw JWTError(.claimMissing, claim: "sub") }
            return AuthenticatedToken(subject: subject, token: token)
        } catch {
            throw BearerFailure(.invalidToken, realm: shared.realm, reason: error)
        }
    }

    private func verify(_ text: Substring, with verifier: TokenVerifier) throws(JWTError) -> VerifiedToken {
        guard let cache = shared.cache else { return try verifier.verify(text.utf8) }
        if let known = cache.token(text, verifiedWith: verifier.keys) {
            try verifier.recheck(known)
            return known
        }
        let token = try verifier.verify(text.utf8)
        cache.remember(token, text, verifiedWith: verifier.keys)
        return token
    }
}

extension BearerFailure {
    /// Whether the same token may pass once the keys have been fetched again.
    fileprivate var mayBeMendedByNewKeys: Bool {
        code == .keysUnavailable || reason?.code == .keyNotFound
    }
}
