public import HTTPTypes
public import JOSE

/// Checks the bearer of each request, whatever the framework.
///
/// ```swift
/// let auth = try BearerAuth(issuer: "https://id.example", audience: "orders")
/// guard let token = try await auth.authenticate(request.headerFields, method: .get, url: "/orders") else {
///     throw auth.unauthorized
/// }
/// ```
///
/// A token is read from the `Authorization` header only, never from the query or a form. A value of one reference:
/// copies are free, and any number of threads may share one.
public struct BearerAuth: Sendable {
    /// What all copies share.
    final class Shared: Sendable {
        let authorities: [Authority]
        let options: Options
        let counters = BearerCounters()

        init(_ authorities: [Authority], options: Options) {
            self.authorities = authorities
            self.options = options
        }
    }

    let shared: Shared

    init(_ authorities: [Authority], options: Options) {
        shared = Shared(authorities, options: options)
    }

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
        self.init(
            [Authority(verifier: verifier, keys: nil, revocation: revocation, options: options)],
            options: options
        )
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
        let authority = Authority(verifier: verifier, keys: keys, revocation: revocation, options: options)
        self.init([authority], options: options)
    }

    /// Checks a request with what is known now: it never waits.
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
        // A proof has to be remembered, which may take time: a token that is bound to a key is for the other method.
        guard case .token(let text) = try credentials(fields, target) else { return nil }
        let authority = try authority(of: text)
        return try counted(text, authority, keys: authority.keys?.current)
    }

    /// Checks a request, and waits where that helps: for keys that the token names and nobody knows yet.
    ///
    /// - Parameters:
    ///   - fields: The request's header fields.
    ///   - method: The request's method.
    ///   - url: The request's target, path and query, or its whole URL.
    /// - Returns: The token; nil where the request brings none, which is for the caller to refuse or not.
    /// - Throws: ``BearerFailure``: what came is not good.
    public func authenticate(
        _ fields: HTTPFields,
        method: HTTPRequest.Method,
        url: String
    ) async throws(BearerFailure) -> AuthenticatedToken? {
        let text: Substring
        switch try credentials(fields, url) {
        case .none, .malformed: return nil
        case .token(let found): text = found
        case .bound(let found, let proof): return try await bound(found, proof, method, url)
        }
        let authority = try authority(of: text)
        do throws(BearerFailure) {
            let token = try check(text, authority, keys: authority.keys?.current)
            shared.counters.countAccepted()
            return token
        } catch {
            if let keys = authority.keys, error.mayBeMendedByNewKeys {
                let refreshed = await keys.refreshed(for: error.reason?.received)
                if let provider = authority.provider { await authority.follower?.firstAnswer(of: provider) }
                return try counted(text, authority, keys: refreshed)
            }
            guard error.code == .revocationsUnavailable, let provider = authority.provider else {
                throw shared.counters.counting(error)
            }
            await authority.follower?.firstAnswer(of: provider)
            return try counted(text, authority, keys: authority.keys?.current)
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
            throw shared.counters.counting(failure(.insufficientScope, scope: requirement.scope))
        }
    }

    /// The refusal of a request without a token, where one is needed: a bare challenge.
    public var unauthorized: BearerFailure { failure(.unauthorized) }

    /// The metadata document of this service (RFC 9728), as JSON; nil where the options name no resource.
    public var resourceMetadata: String? {
        shared.options.resource?.metadata(issuers: shared.authorities.compactMap(\.issuer?.description))
    }

    /// What this service is to its clients, where the options say so.
    public var resource: ProtectedResource? { shared.options.resource }
}

extension BearerAuth {
    private func credentials(
        _ fields: HTTPFields,
        _ target: String
    ) throws(BearerFailure) -> BearerCredentials.Finding {
        let takesProofs = shared.options.dpop != nil
        let found = BearerCredentials.find(in: fields, target: target, takesProofs: takesProofs)
        if case .malformed(let detail) = found {
            throw shared.counters.counting(failure(.invalidRequest, detail: detail))
        }
        return found
    }

    /// The one authority, or the one that the token's issuer names: what the token says only chooses among them.
    func authority(of text: Substring) throws(BearerFailure) -> Authority {
        if shared.authorities.count == 1, let only = shared.authorities.first { return only }
        var reason = JWTError(.issuerMismatch, claim: "iss")
        do throws(JWTError) {
            let token = try UnverifiedToken(String(text))
            let name = token.claims["iss"]?.stringValue
            if let name, let authority = shared.authorities.first(where: { $0.answers(for: name) }) { return authority }
            reason = JWTError(.issuerMismatch, claim: "iss", received: name)
        } catch {
            reason = error
        }
        throw shared.counters.counting(failure(.invalidToken, reason: reason))
    }

    private func counted(
        _ text: Substring,
        _ authority: Authority,
        keys: KeySet?
    ) throws(BearerFailure) -> AuthenticatedToken {
        do throws(BearerFailure) {
            let token = try check(text, authority, keys: keys)
            shared.counters.countAccepted()
            return token
        } catch {
            throw shared.counters.counting(error)
        }
    }

    private func check(
        _ text: Substring,
        _ authority: Authority,
        keys: KeySet?
    ) throws(BearerFailure) -> AuthenticatedToken {
        do throws(Authority.Refusal) {
            return try authority.check(text, with: keys)
        } catch {
            throw failure(error)
        }
    }

    /// A refusal for what an authority has said.
    func failure(_ refusal: Authority.Refusal, isForProof: Bool = false) -> BearerFailure {
        switch refusal {
        case .token(let reason):
            let code: BearerFailure.Code =
                switch reason.code {
                case .keysUnavailable: .keysUnavailable
                case .proofInvalid, .replayed: .invalidProof
                case .replayCheckUnavailable: .proofsUnavailable
                default: .invalidToken
                }
            return failure(code, reason: reason, isForProof: isForProof)
        case .revocationsUnknown(let detail): return failure(.revocationsUnavailable, detail: detail)
        }
    }

    /// A refusal with what is the same in all of them.
    func failure(
        _ code: BearerFailure.Code,
        reason: JWTError? = nil,
        detail: String? = nil,
        scope: Scope = [],
        isForProof: Bool = false
    ) -> BearerFailure {
        let isOurs = [.keysUnavailable, .revocationsUnavailable, .proofsUnavailable].contains(code)
        return BearerFailure(
            code,
            realm: shared.options.realm,
            reason: reason,
            detail: detail,
            scope: scope,
            retryAfterSeconds: isOurs ? max(1, shared.options.retryAfterSeconds) : nil,
            resourceMetadata: shared.options.resource?.metadataURL,
            proofAlgorithms: shared.options.dpop?.algorithms.map(\.name).joined(separator: " "),
            isForProof: isForProof
        )
    }
}

extension BearerFailure {
    /// Whether the same token may pass once the keys have been fetched again.
    var mayBeMendedByNewKeys: Bool {
        code == .keysUnavailable || reason?.code == .keyNotFound
    }
}
