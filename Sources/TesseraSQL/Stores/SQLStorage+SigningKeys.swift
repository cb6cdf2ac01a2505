public import TesseraCore

extension SQLStorage: SigningKeyStore {
    /// See `SigningKeyStore.isShared`.
    public var isShared: Bool { database.dialect.now != nil }

    /// See `SigningKeyStore.signingKeys`.
    public func signingKeys() async throws(StorageError) -> [StoredSigningKey] {
        try await read { connection throws(SQLFailure) in try connection.signingKeys() }
    }

    /// See `SigningKeyStore.add`.
    public func add(_ key: StoredSigningKey, event: AuditEvent) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            try connection.execute(
                """
                INSERT INTO signing_keys (id, algorithm, state, sealed_private_key, created_at, active_from,
                    published_until)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                """,
                [
                    .text(key.id), .text(key.algorithm), .text(key.state.rawValue), .bytes(key.sealedPrivateKey),
                    .integer(key.createdAt.milliseconds), .integer(key.activeFrom.milliseconds),
                    SQLValue(key.publishedUntil?.milliseconds),
                ]
            )
            connection.announce()
            try connection.record(event)
        }
    }

    /// See `SigningKeyStore.activate`.
    public func activate(
        signingKeyID: String,
        predecessorPublishedUntil: Timestamp,
        event: AuditEvent
    ) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            try connection.execute(
                "UPDATE signing_keys SET state = 'retired', published_until = $1 WHERE state = 'active'",
                [.integer(predecessorPublishedUntil.milliseconds)]
            )
            let changed = try connection.execute(
                "UPDATE signing_keys SET state = 'active', active_from = $1 WHERE id = $2 AND state = 'upcoming'",
                [.integer(event.at.milliseconds), .text(signingKeyID)]
            )
            guard changed == 1 else { throw SQLFailure(.notFound, "the key is not upcoming") }
            connection.announce()
            try connection.record(event)
        }
    }

    /// See `SigningKeyStore.removeSigningKey`.
    public func removeSigningKey(id: String, event: AuditEvent) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            // Another node may have made it the active one meanwhile, and one must be.
            let changed = try connection.execute(
                "DELETE FROM signing_keys WHERE id = $1 AND state <> 'active'",
                [.text(id)]
            )
            guard changed == 1 else { throw SQLFailure(.notFound, "no such key, or it is the active one") }
            connection.announce()
            try connection.record(event)
        }
    }

    /// See `SigningKeyStore.sweepSigningKeys`.
    public func sweepSigningKeys(at now: Timestamp) async throws(StorageError) {
        try await write { connection throws(SQLFailure) in
            try connection.execute(
                "DELETE FROM signing_keys WHERE state = 'retired' AND published_until <= $1",
                [.integer(now.milliseconds)]
            )
        }
    }

    /// See `SigningKeyStore.time`.
    public func time() async throws(StorageError) -> Timestamp? {
        guard let now = database.dialect.now else { return nil }
        return try await read { connection throws(SQLFailure) in
            try connection.query("SELECT \(now)", []).first.map { row throws(SQLFailure) in
                Timestamp(milliseconds: try row.integer(0))
            }
        }
    }

    /// See `SigningKeyStore.storedMasterKeyCheck`.
    public func storedMasterKeyCheck() async throws(StorageError) -> [UInt8]? {
        try await read { connection throws(SQLFailure) in try connection.masterKeyCheck() }
    }

    /// See `SigningKeyStore.masterKeyCheck`.
    public func masterKeyCheck(orStore value: [UInt8]) async throws(StorageError) -> [UInt8] {
        try await write { connection throws(SQLFailure) in
            try connection.execute(
                "INSERT INTO metadata (name, value) VALUES ('master_key_check', $1) ON CONFLICT (name) DO NOTHING",
                [.bytes(value)]
            )
            guard let stored = try connection.masterKeyCheck() else {
                throw SQLFailure(.corrupt, "the master key's check value is gone")
            }
            return stored
        }
    }
}

extension StoredSigningKey {
    init(_ row: SQLRow) throws(SQLFailure) {
        guard let state = State(rawValue: try row.text(2)) else { throw .unexpectedValue(2) }
        self.init(
            id: try row.text(0),
            algorithm: try row.text(1),
            state: state,
            sealedPrivateKey: try row.bytes(3),
            createdAt: Timestamp(milliseconds: try row.integer(4)),
            activeFrom: Timestamp(milliseconds: try row.integer(5)),
            publishedUntil: try row.optionalInteger(6).map(Timestamp.init(milliseconds:))
        )
    }
}
