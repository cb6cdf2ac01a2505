public import TesseraCore

extension SQLStorage {
    /// See `SigningKeyStore.reseal`.
    public func reseal(_ rotation: MasterKeyRotation) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            let changed = try connection.execute(
                "UPDATE metadata SET value = $1 WHERE name = 'master_key_check' AND value = $2",
                [.bytes(rotation.checkValues.new), .bytes(rotation.checkValues.old)]
            )
            guard changed == 1 else { throw SQLFailure(.notUnique, "the database has another master key") }
            for key in try connection.signingKeys() {
                try connection.execute(
                    "UPDATE signing_keys SET sealed_private_key = $1 WHERE id = $2",
                    [.bytes(try opened { () throws(MasterKeyError) in try rotation.resealed(key) }), .text(key.id)]
                )
            }
            let auditKeys = try connection.auditKeys()
            for key in try opened({ () throws(MasterKeyError) in try rotation.resealed(auditKeys) }) {
                try connection.execute(
                    """
                    INSERT INTO audit_keys (version, sealed_key) VALUES ($1, $2)
                    ON CONFLICT (version) DO UPDATE SET sealed_key = $2
                    """,
                    [.integer(key.version), .bytes(key.sealed)]
                )
            }
            try connection.record(rotation.event)
        }
    }
}

extension SQLStorage {
    /// See `SigningKeyStore.replaceMasterKey`.
    public func replaceMasterKey(_ replacement: MasterKeyReplacement) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            guard try connection.masterKeyCheck() != replacement.checkValue else {
                throw SQLFailure(.notUnique, "this is the database's own master key")
            }
            try connection.execute(
                """
                INSERT INTO metadata (name, value) VALUES ('master_key_check', $1)
                ON CONFLICT (name) DO UPDATE SET value = $1
                """,
                [.bytes(replacement.checkValue)]
            )
            try connection.execute("DELETE FROM signing_keys", [])
            let next = (try connection.auditKeys().map(\.version).max() ?? 0) + 1
            let key = try opened { () throws(MasterKeyError) in try replacement.auditKey(version: next) }
            try connection.execute("DELETE FROM audit_keys", [])
            try connection.execute(
                "INSERT INTO audit_keys (version, sealed_key) VALUES ($1, $2)",
                [.integer(key.version), .bytes(key.sealed)]
            )
            try connection.record(replacement.event)
        }
    }
}

/// Turns what a master key could not open into a failure that takes the transaction back.
private func opened<T>(_ body: () throws(MasterKeyError) -> T) throws(SQLFailure) -> T {
    do {
        return try body()
    } catch {
        throw SQLFailure(.corrupt, "what is sealed under the master key cannot be opened: \(error)")
    }
}

extension SQLConnection {
    /// The value that proves the master key.
    func masterKeyCheck() throws(SQLFailure) -> [UInt8]? {
        try query("SELECT value FROM metadata WHERE name = 'master_key_check'", []).first?.bytes(0)
    }

    func signingKeys() throws(SQLFailure) -> [StoredSigningKey] {
        let rows = try query(
            """
            SELECT id, algorithm, state, sealed_private_key, created_at, active_from, published_until
            FROM signing_keys ORDER BY created_at, id
            """,
            []
        )
        return try rows.map { row throws(SQLFailure) in try StoredSigningKey(row) }
    }
}
