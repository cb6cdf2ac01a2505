public import BearerAuth
public import JOSE
internal import Synchronization

/// An issuer for a service's own tests: real keys, real signatures, real verification, and no network.
///
/// ```swift
/// let issuer = try TestIssuer()
/// let app = Application(router: makeRouter(auth: issuer.auth))
/// try await app.test(.router) { client in
///     let token = try issuer.token(subject: "alice", scope: "articles:write")
///     try await client.execute(uri: "/articles", method: .post, headers: [.authorization: "Bearer \(token)"]) {
///         #expect($0.status == .created)
///     }
/// }
/// ```
///
/// Its clock stands still until it is turned, so that a test of expiry need not wait.
public final class TestIssuer: Sendable {
    private struct State {
        var key: SigningKey
        var published: [VerifyingKey]
        var seconds: Int64 = 1_800_000_000
        var revoked: [Revocation] = []
    }

    /// What a test has revoked.
    enum Revocation: Sendable, Hashable {
        case session(String)
        case token(String)
        case subject(String, issuedUpTo: Int64)
        case client(String, issuedUpTo: Int64)
    }

    /// The issuer's name, `iss` of its tokens.
    public let issuer: String
    /// Whom its tokens are for, unless a test says otherwise.
    public let audience: Audience
    private let usesSystemClock: Bool
    /// Guards the keys, the clock and what has been revoked.
    private let state: Mutex<State>

    /// Makes an issuer with a new key.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm of its keys.
    ///   - keyID: The key's name; one of 128 random bits where none is given.
    ///   - issuer: Its name.
    ///   - audience: Whom its tokens are for.
    /// - Throws: `KeyError` where no key can be made.
    public convenience init(
        _ algorithm: SignatureAlgorithm = .es256,
        keyID: String? = nil,
        issuer: String = "https://id.example",
        audience: Audience = "api"
    ) throws {
        try self.init(algorithm, keyID: keyID, issuer: issuer, audience: audience, usesSystemClock: false)
    }

    init(
        _ algorithm: SignatureAlgorithm,
        keyID: String?,
        issuer: String,
        audience: Audience,
        usesSystemClock: Bool
    ) throws {
        self.issuer = issuer
        self.audience = audience
        self.usesSystemClock = usesSystemClock
        let key = try SigningKey.generate(algorithm, keyID: keyID ?? Self.randomName())
        state = Mutex(State(key: key, published: [key.verifyingKey]))
    }

    static func randomName() -> String {
        Base64URL.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })
    }

    // MARK: - Keys and time

    /// The key that signs now.
    public var key: SigningKey { state.withLock { $0.key } }

    /// The keys that verify its tokens.
    public var keys: KeySet { state.withLock { KeySet($0.published) } }

    /// Signs with a new key from now on.
    ///
    /// - Parameter keepsOld: Whether the old keys still verify; else their tokens are worth nothing.
    /// - Throws: `KeyError` where no key can be made.
    public func rotateKey(keepsOld: Bool = true) throws {
        let key = try SigningKey.generate(key.algorithm, keyID: Self.randomName())
        state.withLock { state in
            state.key = key
            state.published = (keepsOld ? state.published : []) + [key.verifyingKey]
        }
    }

    /// The issuer's clock, which ``auth`` reads too.
    public var clock: EpochClock {
        usesSystemClock ? .system : EpochClock { self.state.withLock { $0.seconds } }
    }

    /// Turns the clock on.
    public func advance(by seconds: Int64) {
        state.withLock { $0.seconds += seconds }
    }

    // MARK: - Checking

    /// What checks its tokens: the same as in production, with keys at hand.
    public var auth: BearerAuth { auth() }

    /// What checks its tokens, with a realm and other options of the app's own.
    public func auth(options: BearerAuth.Options = .init()) -> BearerAuth {
        BearerAuth(profile: profile, keys: IssuerKeys(issuer: self), revocation: self, options: options, clock: clock)
    }

    /// The rules that its tokens meet.
    public var profile: TokenProfile { .accessToken(issuer: issuer, audience: audience) }

    /// A verifier with the keys of now.
    public var verifier: TokenVerifier { TokenVerifier(profile, keys: keys, clock: clock) }
}

extension TestIssuer: RevocationCheck {
    /// Takes a session back: all its tokens are refused.
    public func revoke(session id: String) { revoke(.session(id)) }

    /// Takes one token back.
    ///
    /// - Parameter token: The token, or its `jti`.
    public func revoke(token: String) {
        let id = (try? UnverifiedToken(token))?.claims["jti"]?.stringValue
        revoke(.token(id ?? token))
    }

    /// Takes back all tokens of a subject that were issued up to now.
    public func revoke(subject: String) { revoke(.subject(subject, issuedUpTo: clock.now)) }

    /// Takes back all tokens of a client that were issued up to now.
    public func revoke(client id: String) { revoke(.client(id, issuedUpTo: clock.now)) }

    /// What has been revoked, in order.
    var revocations: [Revocation] { state.withLock { $0.revoked } }

    private func revoke(_ revocation: Revocation) {
        state.withLock { $0.revoked.append(revocation) }
    }

    /// Whether the token, its session, its subject or its client has been revoked.
    public func isRevoked(_ token: VerifiedToken) -> Bool {
        let issuedAt = token.issuedAt ?? 0
        return revocations.contains { revocation in
            switch revocation {
            case .session(let id): Self.isSame(token.sessionID, id)
            case .token(let id): Self.isSame(token.id, id)
            case .subject(let name, let last): Self.isSame(token.subject, name) && issuedAt <= last
            case .client(let id, let last): Self.isSame(token.clientID, id) && issuedAt <= last
            }
        }
    }

    private static func isSame(_ claim: String?, _ text: String) -> Bool {
        claim?.utf8.elementsEqual(text.utf8) ?? false
    }
}

/// The keys of an issuer in process, as they are at each moment.
private struct IssuerKeys: KeySource {
    let issuer: TestIssuer

    var current: KeySet? { issuer.keys }

    func refreshed(for keyID: String?) async -> KeySet? { issuer.keys }
}
