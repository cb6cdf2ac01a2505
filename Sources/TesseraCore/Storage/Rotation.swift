public import JOSE

/// What a store needs to take a refresh token.
public struct Rotation: Sendable {
    /// The presented token.
    public let token: RefreshToken
    /// What the request presents of its client.
    public let proof: ClientProof
    /// The scopes asked for; nil means all that was granted.
    public let requestedScope: Scope?
    /// The resources asked for; empty means all that was granted.
    public let requestedAudiences: [String]
    /// The time of the request.
    public let now: Timestamp
    /// How long a replaced token still gives its successor.
    public let gracePeriod: Duration
    /// How long the new token may lie unused.
    public let refreshTokenLifetime: Duration
    /// How long access tokens live, for the revocation that a reuse writes.
    public let accessTokenLifetime: Duration
    /// Makes the successor.
    public let derivation: SuccessorDerivation

    /// Makes a request for a rotation.
    public init(
        token: RefreshToken,
        proof: ClientProof,
        requestedScope: Scope?,
        requestedAudiences: [String],
        now: Timestamp,
        settings: Settings,
        derivation: SuccessorDerivation
    ) {
        self.token = token
        self.proof = proof
        self.requestedScope = requestedScope
        self.requestedAudiences = requestedAudiences
        self.now = now
        self.gracePeriod = settings.refreshGracePeriod
        self.refreshTokenLifetime = settings.refreshTokenLifetime
        self.accessTokenLifetime = settings.accessTokenLifetime
        self.derivation = derivation
    }

    /// Decides what to answer, and what a store must write for it, from the rows that its transaction has read.
    public func decide(session: Session, account: Account?, client: Client?) -> RotationPlan {
        guard session.clientID.utf8.elementsEqual(proof.clientID.utf8) else { return .answer(.wrongClient) }
        guard proof.proves(client) else { return .answer(.unproved) }
        let decision = RefreshDecision(token, in: session.refresh, at: now, gracePeriod: gracePeriod)
        switch decision {
        case .mismatch: return .answer(.unknown)
        case .superseded: return .answer(.superseded)
        case .reuse: return session.endedAt == nil ? .endSession : .answer(.refused(.sessionEnded))
        case .rotate, .repeatSuccessor: break
        }
        if let refusal = mayIssue(account: account, client: client, session: session, grant: .refreshToken, at: now) {
            return .answer(.refused(refusal))
        }
        guard let account else { return .answer(.refused(.accountRemoved)) }
        if let requestedScope, !requestedScope.isSubset(of: session.scope) { return .answer(.invalidScope) }
        if !requestedAudiences.allSatisfy(session.audiences.containsBytes) { return .answer(.invalidTarget) }
        guard let successor = derivation.successor(of: token, salt: session.refresh.salt) else {
            return .answer(.refused(.sessionExpired))
        }
        let grant = RefreshedGrant(session: session, account: account, refreshToken: successor)
        if decision == .repeatSuccessor {
            return .answer(successor.matches(session.refresh.currentDigest) ? .repeated(grant) : .superseded)
        }
        return .store(
            session.refresh.rotated(to: successor, at: now),
            idleExpiresAt: min(now.adding(refreshTokenLifetime), session.expiresAt),
            answer: .rotated(grant)
        )
    }
}

/// What a store must do for a presented refresh token.
public enum RotationPlan: Sendable {
    /// Write nothing, answer this.
    case answer(RotationOutcome)
    /// Replace the refresh state in place, then answer.
    case store(RefreshState, idleExpiresAt: Timestamp, answer: RotationOutcome)
    /// End the session with its revocation and an audit row, then answer `reused`.
    case endSession
}

/// What a presented refresh token came to.
public enum RotationOutcome: Sendable {
    /// A successor was stored.
    case rotated(RefreshedGrant)
    /// The token had just been replaced: the same successor again, nothing was written.
    case repeated(RefreshedGrant)
    /// A straggler from before the last rotation: refused, nothing ended.
    case superseded
    /// The token was used after its grace: its session has been ended with these revocations.
    case reused(sessionID: String, accountID: String, [Revocation])
    /// No token of a known session.
    case unknown
    /// Another client's token; its owner is unharmed.
    case wrongClient
    /// The client is gone, or did not prove itself; nothing was looked at.
    case unproved
    /// The gate refused.
    case refused(IssuingRefusal)
    /// A scope that was not granted.
    case invalidScope
    /// A resource that was not granted.
    case invalidTarget
}

extension RotationOutcome {
    /// A stable word for logs and metrics.
    public var name: String {
        switch self {
        case .rotated: "rotated"
        case .repeated: "repeated"
        case .superseded: "superseded"
        case .reused: "reused"
        case .unknown: "unknown"
        case .wrongClient: "wrong_client"
        case .unproved: "client_not_proved"
        case .refused(let refusal): refusal.rawValue
        case .invalidScope: "invalid_scope"
        case .invalidTarget: "invalid_target"
        }
    }
}

/// What a refresh issues from.
public struct RefreshedGrant: Sendable {
    /// The session as it was read.
    public let session: Session
    /// The account as it was read.
    public let account: Account
    /// The token to hand out.
    public let refreshToken: RefreshToken
}

extension Sequence<String> {
    /// The elements, each once, in their order; compared byte for byte.
    func uniqued() -> [String] {
        reduce(into: []) { unique, text in
            if !unique.containsBytes(text) { unique.append(text) }
        }
    }

    /// Whether an element has exactly these UTF-8 bytes; `String` equality would take a look-alike.
    func containsBytes(_ text: String) -> Bool {
        contains { $0.utf8.elementsEqual(text.utf8) }
    }
}
