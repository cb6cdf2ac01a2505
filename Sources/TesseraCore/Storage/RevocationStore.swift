/// Keeps the live revocations.
public protocol RevocationStore: Sendable {
    /// Every entry that is still needed, for a node that starts.
    func revocations(at now: Timestamp) async throws(StorageError) -> [Revocation]

    /// Writes entries that no other operation writes: a single access token's, say.
    func revoke(_ revocations: [Revocation], event: AuditEvent) async throws(StorageError)

    /// Deletes entries that are no longer needed.
    func sweepRevocations(at now: Timestamp) async throws(StorageError)
}
