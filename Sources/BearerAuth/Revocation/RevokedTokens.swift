internal import JOSE

/// Which tokens are refused before their time, looked up in a time that does not depend on how many there are.
struct RevokedTokens: Sendable {
    private(set) var sessions: Set<Fingerprint> = []
    private(set) var tokens: Set<Fingerprint> = []
    /// With the last second whose tokens are refused.
    private(set) var subjects: [Fingerprint: Int64] = [:]
    private(set) var clients: [Fingerprint: Int64] = [:]

    /// How many entries there are.
    var count: Int { sessions.count + tokens.count + subjects.count + clients.count }

    /// Whether a token is among them.
    ///
    /// An identifier is hashed only where there is something to compare with: on a quiet day none is.
    func contains(_ token: VerifiedToken) -> Bool {
        if isAmong(sessions, token, .sessionID) || isAmong(tokens, token, .id) { return true }
        // A token that does not say when it was issued is as old as can be.
        let issuedAt = token.issuedAt ?? 0
        return isAmong(subjects, token, .subject, issuedAt) || isAmong(clients, token, .clientID, issuedAt)
    }

    private func isAmong(_ set: Set<Fingerprint>, _ token: VerifiedToken, _ claim: IdentifyingClaim) -> Bool {
        if set.isEmpty { return false }
        guard let fingerprint = token.withBytes(of: claim, Fingerprint.init(of:)) else { return false }
        return set.contains(fingerprint)
    }

    private func isAmong(
        _ table: [Fingerprint: Int64],
        _ token: VerifiedToken,
        _ claim: IdentifyingClaim,
        _ issuedAt: Int64
    ) -> Bool {
        if table.isEmpty { return false }
        guard let last = token.withBytes(of: claim, Fingerprint.init(of:)).flatMap({ table[$0] }) else { return false }
        return issuedAt <= last
    }

    /// Adds what a feed's answer says; of two times for one entry the later counts.
    mutating func add(_ other: RevokedTokens) {
        sessions.formUnion(other.sessions)
        tokens.formUnion(other.tokens)
        subjects.merge(other.subjects, uniquingKeysWith: max)
        clients.merge(other.clients, uniquingKeysWith: max)
    }

    init() {}

    /// Reads the entries of a feed's answer; nil where one is not of its form.
    init?(_ claims: JSONObject) {
        guard let sessions = Self.set(claims["sids"]), let tokens = Self.set(claims["jtis"]),
            let subjects = Self.table(claims["subs"]), let clients = Self.table(claims["clients"])
        else { return nil }
        self.sessions = sessions
        self.tokens = tokens
        self.subjects = subjects
        self.clients = clients
    }

    private static func set(_ value: JSONValue?) -> Set<Fingerprint>? {
        guard case .array(let elements) = value else { return nil }
        var set = Set<Fingerprint>(minimumCapacity: elements.count)
        for element in elements {
            guard case .string(let text) = element, let entry = Fingerprint(entry: text) else { return nil }
            set.insert(entry)
        }
        return set
    }

    private static func table(_ value: JSONValue?) -> [Fingerprint: Int64]? {
        guard case .array(let elements) = value else { return nil }
        var table: [Fingerprint: Int64] = [:]
        for element in elements {
            guard case .array(let pair) = element, pair.count == 2, let entry = pair[0].stringValue,
                let fingerprint = Fingerprint(entry: entry), let last = pair[1].int64Value
            else { return nil }
            table[fingerprint] = max(table[fingerprint] ?? last, last)
        }
        return table
    }
}
