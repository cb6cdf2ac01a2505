public import JOSE

/// One log-in: what a refresh token continues and a revocation ends.
public struct Session: Sendable {
    /// `sid` of the session's access tokens.
    public let id: String
    /// The account that logged in.
    public let accountID: String
    /// The client it logged in with.
    public let clientID: String
    /// The scopes granted at log-in; a refresh may only narrow its access token.
    public let scope: Scope
    /// The audiences granted at log-in.
    public let audiences: [String]
    /// The account's generation at log-in.
    public let accountGeneration: Int64
    /// The client's generation at log-in.
    public let clientGeneration: Int64
    /// When the password was checked: `auth_time`.
    public let authenticatedAt: Timestamp
    /// When it ends however often it is refreshed.
    public let expiresAt: Timestamp
    /// When it ends unless it is refreshed.
    public let idleExpiresAt: Timestamp
    /// When it was ended, if it was.
    public let endedAt: Timestamp?
    /// The state of its refresh token.
    public let refresh: RefreshState

    /// Makes a session value.
    public init(
        id: String,
        accountID: String,
        clientID: String,
        scope: Scope,
        audiences: [String],
        accountGeneration: Int64,
        clientGeneration: Int64,
        authenticatedAt: Timestamp,
        expiresAt: Timestamp,
        idleExpiresAt: Timestamp,
        endedAt: Timestamp?,
        refresh: RefreshState
    ) {
        self.id = id
        self.accountID = accountID
        self.clientID = clientID
        self.scope = scope
        self.audiences = audiences
        self.accountGeneration = accountGeneration
        self.clientGeneration = clientGeneration
        self.authenticatedAt = authenticatedAt
        self.expiresAt = expiresAt
        self.idleExpiresAt = idleExpiresAt
        self.endedAt = endedAt
        self.refresh = refresh
    }

    /// Whether it could still be refreshed at a time, as far as the session itself decides.
    public func isLive(at now: Timestamp) -> Bool {
        endedAt == nil && now < expiresAt && now < idleExpiresAt
    }
}
