/// Keeps log-ins and their refresh tokens.
public protocol SessionStore: Sendable {
    /// Begins a session, if the gate lets it pass in the same transaction.
    func begin(_ session: Session, grant: GrantType, event: AuditEvent) async throws(StorageError) -> SessionStart

    /// Takes a refresh token and answers what it means: one atomic step, which writes only for a rotation or a reuse.
    func rotate(_ rotation: Rotation) async throws(StorageError) -> RotationOutcome

    /// The session whose refresh token has this handle, ended or not.
    func session(handle: [UInt8]) async throws(StorageError) -> Session?

    /// A session and its account, in one read; nil where either is gone.
    func sessionWithAccount(id: String) async throws(StorageError) -> (session: Session, account: Account)?

    /// Live sessions, the newest first, of one account or of all.
    func sessions(accountID: String?, at now: Timestamp, limit: Int) async throws(StorageError) -> [Session]

    /// Ends a session; answers an empty list where it is unknown, belongs to another account than the one named, or
    /// had ended before.
    func end(
        sessionID: String,
        accountID: String?,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation]

    /// Ends all sessions of an account and counts its generation up, so that nothing in flight survives.
    func endSessions(
        accountID: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation]

    /// Deletes rows of sessions that ended or expired before a time. Only cleaning up: nothing relies on it.
    func sweepSessions(before: Timestamp) async throws(StorageError)
}

/// What came of beginning a session.
public enum SessionStart: Sendable {
    /// It is stored; the account and the client are as the transaction read them.
    case begun
    /// The gate refused.
    case refused(IssuingRefusal)
}
