public import TesseraCore

extension SQLStorage: RevocationStore {
    /// See `RevocationStore.revocations`.
    public func revocations(at now: Timestamp) async throws(StorageError) -> [Revocation] {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT kind, subject, issued_up_to, keep_until FROM revocations WHERE keep_until > $1 ORDER BY sequence",
                [.integer(now.milliseconds)]
            )
            return try rows.map { row throws(SQLFailure) in try Revocation(row) }
        }
    }

    /// See `RevocationStore.revoke`.
    public func revoke(_ revocations: [Revocation], event: AuditEvent) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            for revocation in revocations { try connection.record(revocation) }
            try connection.record(event)
        }
    }

    /// See `RevocationStore.sweepRevocations`.
    public func sweepRevocations(at now: Timestamp) async throws(StorageError) {
        try await write { connection throws(SQLFailure) in
            try connection.execute("DELETE FROM revocations WHERE keep_until <= $1", [.integer(now.milliseconds)])
        }
    }
}
