public import JOSE
internal import Synchronization

/// The live revocations in memory, consulted for every bearer.
public final class RevocationList: Sendable {
    private struct Entries {
        var sessions: [String: Timestamp] = [:]
        var tokens: [String: Timestamp] = [:]
        var accounts: [String: (issuedUpTo: Int64, keepUntil: Timestamp)] = [:]
        var clients: [String: (issuedUpTo: Int64, keepUntil: Timestamp)] = [:]

        var isEmpty: Bool { sessions.isEmpty && tokens.isEmpty && accounts.isEmpty && clients.isEmpty }
        var count: Int { sessions.count + tokens.count + accounts.count + clients.count }
    }

    /// Guards the four tables.
    private let entries = Mutex(Entries())

    /// Makes an empty list.
    public init() {}

    /// How many revocations are live.
    public var count: Int { entries.withLock { $0.count } }

    /// Adds entries; a later or wider one replaces its predecessor.
    public func add(_ revocations: some Sequence<Revocation>) {
        entries.withLock { entries in
            for revocation in revocations {
                let keepUntil = revocation.keepUntil
                switch revocation.subject {
                case .session(let id):
                    entries.sessions[id] = max(keepUntil, entries.sessions[id] ?? keepUntil)
                case .token(let id):
                    entries.tokens[id] = max(keepUntil, entries.tokens[id] ?? keepUntil)
                case .account(let id, let issuedUpTo):
                    Self.widen(&entries.accounts, id, issuedUpTo, keepUntil)
                case .client(let id, let issuedUpTo):
                    Self.widen(&entries.clients, id, issuedUpTo, keepUntil)
                }
            }
        }
    }

    /// Forgets the entries whose tokens have all expired.
    public func prune(at now: Timestamp) {
        entries.withLock { entries in
            entries.sessions = entries.sessions.filter { $0.value > now }
            entries.tokens = entries.tokens.filter { $0.value > now }
            entries.accounts = entries.accounts.filter { $0.value.keepUntil > now }
            entries.clients = entries.clients.filter { $0.value.keepUntil > now }
        }
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

    private static func widen(
        _ table: inout [String: (issuedUpTo: Int64, keepUntil: Timestamp)],
        _ id: String,
        _ issuedUpTo: Int64,
        _ keepUntil: Timestamp
    ) {
        let old = table[id] ?? (issuedUpTo, keepUntil)
        table[id] = (max(old.issuedUpTo, issuedUpTo), max(old.keepUntil, keepUntil))
    }
}
