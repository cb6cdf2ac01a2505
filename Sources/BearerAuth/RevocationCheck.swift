public import JOSE

/// Knows which tokens have been revoked before they expire.
///
/// It is asked for every bearer, after the signature, and must answer from memory.
public protocol RevocationCheck: Sendable {
    /// Whether the token, its session, its subject or its client has been revoked.
    func isRevoked(_ token: VerifiedToken) -> Bool
}
