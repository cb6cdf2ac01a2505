/// Why tokens may not be issued although the credentials were right.
public enum IssuingRefusal: String, Sendable, Hashable {
    /// The account is gone.
    case accountRemoved = "account_removed"
    /// The account is disabled.
    case accountDisabled = "account_disabled"
    /// Something ended all that the account had been issued before.
    case accountGenerationPassed = "account_generation_passed"
    /// The client is gone.
    case clientRemoved = "client_removed"
    /// Something ended all that the client had been issued before.
    case clientGenerationPassed = "client_generation_passed"
    /// The client may not use the grant.
    case grantNotAllowed = "grant_not_allowed"
    /// The session was ended.
    case sessionEnded = "session_ended"
    /// The session's time is over.
    case sessionExpired = "session_expired"
}

/// The one gate: every grant passes it inside the transaction that issues, at redemption and not only at the start.
///
/// - Parameters:
///   - account: The account as the transaction reads it; nil where it is gone.
///   - client: The client as the transaction reads it; nil where it is gone.
///   - session: The session as the transaction reads or is about to write it.
///   - grant: The grant that asks.
///   - now: The time of the request.
/// - Returns: Why not, or nil where tokens may be issued.
public func mayIssue(
    account: Account?,
    client: Client?,
    session: Session,
    grant: GrantType,
    at now: Timestamp
) -> IssuingRefusal? {
    guard let account else { return .accountRemoved }
    guard let client else { return .clientRemoved }
    if account.isDisabled { return .accountDisabled }
    if account.generation != session.accountGeneration { return .accountGenerationPassed }
    if client.generation != session.clientGeneration { return .clientGenerationPassed }
    if !client.grants.contains(grant) { return .grantNotAllowed }
    if session.endedAt != nil { return .sessionEnded }
    // A token that would expire within the second it is issued in is of no use.
    if !session.isLive(at: now) || session.expiresAt.seconds <= now.seconds { return .sessionExpired }
    return nil
}
