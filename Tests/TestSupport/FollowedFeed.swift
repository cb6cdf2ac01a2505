internal import Crypto
public import JOSE
internal import TesseraCore

/// What a follower knows after it has read answers of the feed, by the rules of `docs/revocation.md` alone.
public struct FollowedFeed: Sendable {
    /// The cursor for the next question.
    public private(set) var cursor: String?
    /// The claims of the last answer.
    public private(set) var latest: JSONObject = [:]
    private var sessions: Set<String> = []
    private var tokens: Set<String> = []
    private var subjects: [String: Int64] = [:]
    private var clients: [String: Int64] = [:]

    private struct NotGood: Error {}

    /// Knows nothing yet.
    public init() {}

    /// How many entries are known.
    public var count: Int { sessions.count + tokens.count + subjects.count + clients.count }

    /// Reads one answer, checking it as a follower must.
    ///
    /// - Parameters:
    ///   - text: The answer.
    ///   - keys: The issuer's keys.
    ///   - issuer: The issuer.
    ///   - now: The time, in seconds since 1970.
    /// - Throws: Where the answer is not good; nothing has changed then.
    public mutating func read(_ text: String, keys: KeySet, issuer: String, at now: Int64) throws {
        let required = [
            "iss", "iat", "exp", "cursor", "complete", "keep_until", "sids", "jtis", "subs", "clients",
        ]
        let profile = TokenProfile(type: "revocations+jwt", issuer: .exact(issuer), requiredClaims: required)
        _ = try TokenVerifier(profile, keys: keys, clock: EpochClock { now }).verify(text)
        let claims = try JSONObject(parsing: try JWS.verify(text, keys: keys).payload)
        guard let cursor = claims["cursor"]?.stringValue, let isComplete = claims["complete"]?.boolValue,
            let sids = claims["sids"]?.stringsValue, let jtis = claims["jtis"]?.stringsValue
        else { throw NotGood() }
        guard isComplete ? claims["after"] == nil : claims["after"]?.stringValue == self.cursor else { throw NotGood() }
        if isComplete { (sessions, tokens, subjects, clients) = ([], [], [:], [:]) }
        sessions.formUnion(sids)
        tokens.formUnion(jtis)
        try Self.add(claims["subs"], to: &subjects)
        try Self.add(claims["clients"], to: &clients)
        self.cursor = cursor
        latest = claims
    }

    /// Whether a token is refused.
    public func refuses(_ token: VerifiedToken) -> Bool {
        let issuedAt = token.issuedAt ?? 0
        return token.sessionID.map { sessions.contains(Self.entry($0)) } == true
            || token.id.map { tokens.contains(Self.entry($0)) } == true
            || token.subject.flatMap { subjects[Self.entry($0)] }.map { issuedAt <= $0 } == true
            || token.clientID.flatMap { clients[Self.entry($0)] }.map { issuedAt <= $0 } == true
    }

    /// What stands for an identifier in the feed.
    public static func entry(_ identifier: String) -> String {
        Base64URL.encode(Array(SHA256.hash(data: Array(identifier.utf8)).prefix(16)))
    }

    private static func add(_ pairs: JSONValue?, to table: inout [String: Int64]) throws {
        for pair in pairs?.arrayValue ?? [] {
            guard let pair = pair.arrayValue, pair.count == 2, let entry = pair[0].stringValue,
                let time = pair[1].int64Value
            else { throw NotGood() }
            table[entry] = max(time, table[entry] ?? time)
        }
    }
}

extension TestDomain {
    /// A follower that has read the snapshot of now.
    public func followed() throws -> FollowedFeed {
        var follower = FollowedFeed()
        try follow(&follower)
        return follower
    }

    /// Has a follower read what has come since its cursor.
    public func follow(_ follower: inout FollowedFeed) throws {
        let feed = RevocationFeed(domain)
        let answer = try feed.answer(after: follower.cursor.flatMap { feed.sequence(of: $0) })
        let keys = domain.keyRing.current ?? []
        try follower.read(answer.text, keys: keys, issuer: domain.settings.issuer, at: clock.now().seconds)
    }
}
