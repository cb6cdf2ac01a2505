/// A row of the audit trail, written in the transaction it tells of.
///
/// A plain refresh writes none.
public struct AuditEvent: Sendable {
    /// What happened.
    public enum Kind: String, Sendable, CaseIterable {
        /// A log-in succeeded.
        case sessionBegun = "session_begun"
        /// A session was ended: log-out, revocation, an administrator.
        case sessionEnded = "session_ended"
        /// A refresh token was presented after its grace: the session was ended.
        case refreshTokenReused = "refresh_token_reused"
        /// An account was made.
        case accountAdded = "account_added"
        /// An account was removed.
        case accountRemoved = "account_removed"
        /// An account was disabled.
        case accountDisabled = "account_disabled"
        /// An account was enabled.
        case accountEnabled = "account_enabled"
        /// An e-mail address was changed by its owner.
        case emailChanged = "email_changed"
        /// A password was changed by its owner.
        case passwordChanged = "password_changed"
        /// A password was set by an administrator.
        case passwordSet = "password_set"
        /// A client was registered.
        case clientAdded = "client_added"
        /// A client was removed.
        case clientRemoved = "client_removed"
        /// A client got a new secret.
        case clientSecretRotated = "client_secret_rotated"
        /// A single access token was revoked.
        case tokenRevoked = "token_revoked"
        /// A signing key was made.
        case signingKeyAdded = "signing_key_added"
        /// A signing key took over.
        case signingKeyActivated = "signing_key_activated"
        /// A signing key was taken out at once.
        case signingKeyRevoked = "signing_key_revoked"
        /// The right password was given for a disabled account; told once an hour.
        case loginRefused = "login_refused"
        /// Guesses at an account's password began to be delayed; told once an hour.
        case loginThrottled = "login_throttled"
        /// The master key was replaced, and all that it sealed was sealed anew.
        case masterKeyRotated = "master_key_rotated"
        /// The database was copied.
        case backupMade = "backup_made"
        /// An older database was put in place: all that had been issued before was ended.
        case restored
        /// The audit trail was read.
        case auditRead = "audit_read"
    }

    /// What happened.
    public let kind: Kind
    /// When.
    public let at: Timestamp
    /// The account it concerns.
    public let accountID: String?
    /// The client it concerns.
    public let clientID: String?
    /// The session it concerns.
    public let sessionID: String?
    /// Why, or what else an operator should know; never a secret.
    public let detail: String?

    /// Makes a row.
    public init(
        _ kind: Kind,
        at: Timestamp,
        accountID: String? = nil,
        clientID: String? = nil,
        sessionID: String? = nil,
        detail: String? = nil
    ) {
        self.kind = kind
        self.at = at
        self.accountID = accountID
        self.clientID = clientID
        self.sessionID = sessionID
        self.detail = detail
    }
}
