/// Keeps the live revocations.
public protocol RevocationStore: Sendable {
    /// Every entry that is still needed, for a node that starts.
    func revocations(at now: Timestamp) async throws(StorageError) -> [Revocation]

    /// The entries with a number behind `sequence` that are still needed.
    ///
    /// Numbers are given before their transactions are durable, and need not become visible in their order.
    func revocations(after sequence: Int64, at now: Timestamp) async throws(StorageError) -> RevocationPage

    /// Writes entries that no other operation writes: a single access token's, say.
    func revoke(_ revocations: [Revocation], event: AuditEvent) async throws(StorageError)

    /// Deletes entries that are no longer needed.
    func sweepRevocations(at now: Timestamp) async throws(StorageError)
}

/// Entries of the revocation table, in the order of their numbers.
public struct RevocationPage: Sendable {
    /// The entries.
    public let revocations: [Revocation]
    /// The number of the last of them; where there is none, the number that was asked for.
    public let last: Int64

    /// Makes a page.
    public init(revocations: [Revocation], last: Int64) {
        self.revocations = revocations
        self.last = last
    }
}
