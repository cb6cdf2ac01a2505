internal import JOSE

/// A log-in as an operator sees it.
public struct SessionRecord: Codable, Sendable, Hashable {
    /// `sid`.
    public let id: String
    /// `sub` of its account.
    public let accountID: String
    /// The client it logged in with.
    public let clientID: String
    /// What was granted.
    public let scope: String
    /// When the password was checked.
    public let authenticatedAt: Timestamp
    /// When its refresh token was last used.
    public let refreshedAt: Timestamp
    /// When it ends however often it is refreshed.
    public let expiresAt: Timestamp

    /// What may be seen of a session: nothing of its refresh token.
    public init(_ session: Session) {
        self.id = session.id
        self.accountID = session.accountID
        self.clientID = session.clientID
        self.scope = session.scope.text
        self.authenticatedAt = session.authenticatedAt
        self.refreshedAt = session.refresh.rotatedAt
        self.expiresAt = min(session.expiresAt, session.idleExpiresAt)
    }
}

/// Lists live sessions, the newest first (`session list`).
public struct ListSessions: AdministrationCommand {
    /// What is answered.
    public typealias Reply = [SessionRecord]
    /// The name that the command travels under.
    public static let name = "session.list"
    let username: String?

    /// Asks for the sessions of a user, or of all.
    public init(username: String?) {
        self.username = username
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> [SessionRecord] {
        var accountID: String?
        if let username { accountID = try await domain.account(named: username).id }
        let id = accountID
        return try await administering { () async throws(StorageError) in
            try await domain.storage.sessions(accountID: id, at: domain.clock.now(), limit: 10_000)
                .map(SessionRecord.init)
        }
    }
}

/// Ends one session (`session revoke ID`).
public struct RevokeSession: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Done
    /// The name that the command travels under.
    public static let name = "session.revoke"
    let id: String

    /// Asks to end a session.
    public init(id: String) {
        self.id = id
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Done {
        let event = domain.event(.sessionEnded, sessionID: id)
        let revocations = try await administering { () async throws(StorageError) in
            try await domain.storage.end(
                sessionID: id,
                accountID: nil,
                accessTokenLifetime: domain.settings.accessTokenLifetime,
                event: event
            )
        }
        guard !revocations.isEmpty else { throw AdministrationError(.notFound, "There is no live session “\(id)”.") }
        domain.revocations.add(revocations)
        return Done()
    }
}

/// Ends all sessions of a user (`session revoke --user U`).
public struct RevokeSessionsOfAccount: AdministrationCommand {
    /// What is answered.
    public typealias Reply = Done
    /// The name that the command travels under.
    public static let name = "session.revoke-user"
    let username: String

    /// Asks to end a user's sessions.
    public init(username: String) {
        self.username = username
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> Done {
        let account = try await domain.account(named: username)
        let event = domain.event(.sessionEnded, accountID: account.id, detail: "all")
        let revocations = try await administering { () async throws(StorageError) in
            try await domain.storage.endSessions(
                accountID: account.id,
                accessTokenLifetime: domain.settings.accessTokenLifetime,
                event: event
            )
        }
        domain.revocations.add(revocations)
        return Done()
    }
}
