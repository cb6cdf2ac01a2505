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

    /// See `RevocationStore.revocations`.
    public func revocations(after sequence: Int64, at now: Timestamp) async throws(StorageError) -> RevocationPage {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                """
                SELECT kind, subject, issued_up_to, keep_until, sequence FROM revocations
                WHERE sequence > $1 AND keep_until > $2 ORDER BY sequence
                """,
                [.integer(sequence), .integer(now.milliseconds)]
            )
            return RevocationPage(
                revocations: try rows.map { row throws(SQLFailure) in try Revocation(row) },
                last: try rows.last?.integer(4) ?? sequence
            )
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
        try await sweep("revocations", key: "sequence", where: "keep_until <= $1", now)
    }
}
