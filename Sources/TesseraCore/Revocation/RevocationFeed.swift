public import JOSE

/// The feed that resource servers follow: what is refused before its time, signed by the key that signs tokens.
///
/// The format is written down in `docs/revocation.md`.
public struct RevocationFeed: Sendable {
    /// How long an answer is worth something.
    public static let lifetime: Duration = .seconds(60)

    /// An answer as it is sent.
    public struct Answer: Sendable {
        /// The compact JWS.
        public let text: String
        /// Where the log stood when it was made.
        public let sequence: UInt64
        /// The `kid` of the key that signed; nil for a shared secret.
        public let keyID: String?
        /// When it was signed.
        public let signedAt: Timestamp
    }

    private let domain: Domain

    /// Makes the feed over the domain.
    public init(_ domain: Domain) {
        self.domain = domain
    }

    /// The log that it tells of.
    public var log: RevocationLog { domain.revocations.log }

    /// The `kid` of the key that would sign now.
    public var signingKeyID: String? { domain.keyRing.signer?.keyID }

    /// The time, as answers are dated.
    public var now: Timestamp { domain.clock.now() }

    /// Whether other nodes may have revoked what is not known here.
    public var isOutOfDate: Bool { domain.contact.isLost }

    /// The place that a cursor stands for; nil where it is none that this process handed out.
    public func sequence(of cursor: String) -> UInt64? { log.cursor.sequence(of: cursor) }

    /// Signs a snapshot, or what has come since a place.
    ///
    /// - Parameter start: The place; nil for a snapshot.
    /// - Returns: The answer.
    /// - Throws: `JWTError` where there is no signing key yet or it fails.
    public func answer(after start: UInt64?) throws(JWTError) -> Answer {
        guard let key = domain.keyRing.signer else { throw JWTError(.keysUnavailable) }
        let now = domain.clock.now()
        let (entries, sequence) = log.entries(after: start, at: now)
        let keepUntil = entries.map(\.keepUntil).max() ?? now
        var claims: JSONObject = [
            "iss": .string(domain.settings.issuer),
            "iat": .number(JSONNumber(now.seconds)),
            "exp": .number(JSONNumber(now.adding(Self.lifetime).seconds)),
            "cursor": .string(log.cursor.text(for: sequence)),
            "complete": .bool(start == nil),
            "keep_until": .number(JSONNumber(keepUntil.adding(.milliseconds(999)).seconds)),
            "sids": .array(entries.of(.session).map { .string($0.digest.text) }),
            "jtis": .array(entries.of(.token).map { .string($0.digest.text) }),
            "subs": .array(entries.of(.account).map(\.pair)),
            "clients": .array(entries.of(.client).map(\.pair)),
        ]
        if let start { claims["after"] = .string(log.cursor.text(for: start)) }
        let text = try JWS.sign(payload: claims.serialized(), header: ["typ": "revocations+jwt"], key: key)
        return Answer(text: text, sequence: sequence, keyID: key.keyID, signedAt: now)
    }
}

extension [RevocationLog.Entry] {
    fileprivate func of(_ claim: RevocationLog.Entry.Claim) -> some Sequence<RevocationLog.Entry> {
        lazy.filter { $0.claim == claim }
    }
}

extension RevocationLog.Entry {
    fileprivate var pair: JSONValue { [.string(digest.text), .number(JSONNumber(issuedUpTo))] }
}
