public import JOSE
internal import Synchronization

/// The live revocations in memory, consulted for every bearer.
public final class RevocationList: Sendable {
    /// What is refused up to a second, and until when that must be known; a later value of either widens it.
    private struct Bound {
        var issuedUpTo: Int64 = .min
        var keepUntil: Timestamp

        /// Widens it; false where that says nothing new.
        mutating func widen(_ issuedUpTo: Int64, _ keepUntil: Timestamp) -> Bool {
            guard issuedUpTo > self.issuedUpTo || keepUntil > self.keepUntil else { return false }
            self.issuedUpTo = max(self.issuedUpTo, issuedUpTo)
            self.keepUntil = max(self.keepUntil, keepUntil)
            return true
        }
    }

    private struct Entries {
        var sessions: [String: Timestamp] = [:]
        var tokens: [String: Timestamp] = [:]
        var accounts: [String: Bound] = [:]
        var clients: [String: Bound] = [:]

        var isEmpty: Bool { sessions.isEmpty && tokens.isEmpty && accounts.isEmpty && clients.isEmpty }
        var count: Int { sessions.count + tokens.count + accounts.count + clients.count }

        /// Adds an entry; false where nothing is refused by it that was not before.
        mutating func add(_ revocation: Revocation) -> Bool {
            let keepUntil = revocation.keepUntil
            let lowest = Timestamp(milliseconds: .min)
            switch revocation.subject {
            case .session(let id): return Self.prolong(&sessions[id, default: lowest], to: keepUntil)
            case .token(let id): return Self.prolong(&tokens[id, default: lowest], to: keepUntil)
            case .account(let id, let issuedUpTo):
                return accounts[id, default: Bound(keepUntil: lowest)].widen(issuedUpTo, keepUntil)
            case .client(let id, let issuedUpTo):
                return clients[id, default: Bound(keepUntil: lowest)].widen(issuedUpTo, keepUntil)
            }
        }

        private static func prolong(_ time: inout Timestamp, to keepUntil: Timestamp) -> Bool {
            guard keepUntil > time else { return false }
            time = keepUntil
            return true
        }
    }

    /// Guards the four tables.
    private let entries = Mutex(Entries())
    /// The same entries in the order they came, for followers.
    public let log = RevocationLog()

    /// Makes an empty list.
    public init() {}

    /// How many revocations are live.
    public var count: Int { entries.withLock { $0.count } }

    /// Adds entries; a later or wider one replaces its predecessor.
    ///
    /// All that end a token come by here, and so it is here that followers are told.
    public func add(_ revocations: some Sequence<Revocation>) {
        let news = entries.withLock { entries in revocations.filter { entries.add($0) } }
        log.append(news)
    }

    /// Forgets the entries whose tokens have all expired.
    public func prune(at now: Timestamp) {
        entries.withLock { entries in
            entries.sessions = entries.sessions.filter { $0.value > now }
            entries.tokens = entries.tokens.filter { $0.value > now }
            entries.accounts = entries.accounts.filter { $0.value.keepUntil > now }
            entries.clients = entries.clients.filter { $0.value.keepUntil > now }
        }
        log.prune(at: now)
    }

    /// Whether an access token with these claims is refused.
    ///
    /// A token without `iat` is as old as can be, so that it falls under every entry for its subject or client.
    public func isRevoked(
        tokenID: String?,
        sessionID: String?,
        subject: String?,
        clientID: String?,
        issuedAt: Int64?
    ) -> Bool {
        entries.withLock { entries in
            if entries.isEmpty { return false }
            if let sessionID, entries.sessions[sessionID] != nil { return true }
            if let tokenID, entries.tokens[tokenID] != nil { return true }
            let issuedAt = issuedAt ?? .min
            if let subject, let entry = entries.accounts[subject], issuedAt <= entry.issuedUpTo { return true }
            if let clientID, let entry = entries.clients[clientID], issuedAt <= entry.issuedUpTo { return true }
            return false
        }
    }

    /// Whether a verified access token is refused.
    public func isRevoked(_ token: VerifiedToken) -> Bool {
        // On a quiet day nothing is revoked and no claim needs to be read.
        if entries.withLock({ $0.isEmpty }) { return false }
        return isRevoked(
            tokenID: token.id,
            sessionID: token.sessionID,
            subject: token.subject,
            clientID: token.clientID,
            issuedAt: token.issuedAt
        )
    }
}
