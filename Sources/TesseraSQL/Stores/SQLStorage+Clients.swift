public import TesseraCore

extension SQLStorage: ClientStore {
    /// See `ClientStore.add`.
    public func add(_ client: Client, event: AuditEvent) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            // A client's `sub` is its id: it must never be somebody's account.
            guard try connection.client(id: client.id) == nil, try connection.account(id: client.id) == nil else {
                throw SQLFailure(.notUnique, "the client id is in use")
            }
            try connection.insert(client)
            try connection.record(event)
        }
    }

    /// See `ClientStore.client`.
    public func client(id: String) async throws(StorageError) -> Client? {
        try await read { connection throws(SQLFailure) in try connection.client(id: id) }
    }

    /// See `ClientStore.clients`.
    public func clients() async throws(StorageError) -> [Client] {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query("SELECT \(Client.columns) FROM clients ORDER BY id", [])
            return try rows.map { row throws(SQLFailure) in try Client(row) }
        }
    }

    /// See `ClientStore.addSecret`.
    public func addSecret(
        digest: [UInt8],
        clientID: String,
        event: AuditEvent
    ) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            let changed = try connection.execute(
                "UPDATE clients SET previous_secret_digest = secret_digest, secret_digest = $1 WHERE id = $2",
                [.bytes(digest), .text(clientID)]
            )
            guard changed == 1 else { throw SQLFailure(.notFound, "no such client") }
            try connection.record(event)
        }
    }

    /// See `ClientStore.removeClient`.
    public func removeClient(
        id: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation] {
        try await auditedAtLength { connection throws(SQLFailure) in
            let changed = try connection.execute("DELETE FROM clients WHERE id = $1", [.text(id)])
            guard changed == 1 else { throw SQLFailure(.notFound, "no such client") }
            try connection.record(event)
            return try connection.endAll(of: .client(id), at: event.at, accessTokenLifetime: accessTokenLifetime)
        }
    }
}
