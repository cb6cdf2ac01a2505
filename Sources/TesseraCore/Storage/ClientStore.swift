/// Keeps clients.
public protocol ClientStore: Sendable {
    /// Registers a client.
    /// - Throws: `StorageError` with `taken` where the id is in use, by a client or as an account's identifier.
    func add(_ client: Client, event: AuditEvent) async throws(StorageError)

    /// The client with an id.
    func client(id: String) async throws(StorageError) -> Client?

    /// All clients, sorted by id.
    func clients() async throws(StorageError) -> [Client]

    /// Puts a new secret before the newest one and drops older ones, so that two overlap during a change.
    func addSecret(digest: [UInt8], clientID: String, event: AuditEvent) async throws(StorageError)

    /// Removes a client, its sessions and every token it was issued.
    func removeClient(
        id: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation]
}
