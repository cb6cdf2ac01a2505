public import TesseraCore

extension SQLStorage: HistoryStore {
    /// See `HistoryStore.history`.
    public func history(orStore databaseID: String) async throws(StorageError) -> HistoryMark {
        try await write { connection throws(SQLFailure) in
            try connection.execute(
                "INSERT INTO metadata (name, value) VALUES ('database_id', $1) ON CONFLICT (name) DO NOTHING",
                [.bytes(Array(databaseID.utf8))]
            )
            return HistoryMark(
                databaseID: try connection.metadata("database_id") ?? "",
                generation: try connection.metadata("generation").flatMap { Int64($0) } ?? 0,
                audit: try connection.auditHead(),
                latestTime: try connection.time("latest_time")
            )
        }
    }

    /// See `HistoryStore.raiseGeneration`.
    public func raiseGeneration(_ raise: GenerationRaise) async throws(StorageError) -> [Revocation] {
        let now = raise.event.at
        return try await auditedAtLength { connection throws(SQLFailure) in
            try connection.execute(
                "UPDATE sessions SET ended_at = $1 WHERE ended_at IS NULL",
                [.integer(now.milliseconds)]
            )
            try connection.execute("UPDATE accounts SET generation = generation + 1", [])
            try connection.execute("UPDATE clients SET generation = generation + 1", [])
            try connection.execute("DELETE FROM signing_keys", [])
            var clients = Set(raise.otherClients)
            for row in try connection.query("SELECT id FROM clients", []) { clients.insert(try row.text(0)) }
            let revocations = clients.sorted().map { id in
                Revocation(
                    .client(id, issuedUpTo: now.seconds),
                    at: now,
                    accessTokenLifetime: GenerationRaise.longestAccessToken
                )
            }
            for revocation in revocations { try connection.record(revocation) }
            let generation = try connection.metadata("generation").flatMap { Int64($0) } ?? 0
            try connection.setMetadata("generation", String(max(generation + 1, raise.atLeast)))
            try connection.record(raise.event)
            return revocations
        }
    }

    /// See `HistoryStore.backUp`.
    public func backUp(to path: String, replacing: Bool, event: AuditEvent) async throws(StorageError) -> Int64 {
        let bytes: Int64
        do {
            bytes = try await database.backUp(to: path, replacing: replacing, at: event.at)
        } catch {
            throw StorageError(error)
        }
        try await audited { connection throws(SQLFailure) in
            try connection.setMetadata("latest_backup", String(event.at.milliseconds))
            try connection.setMetadata("latest_backup_path", path)
            try connection.record(event)
        }
        return bytes
    }

    /// See `HistoryStore.latestBackupPath`.
    public func latestBackupPath() async throws(StorageError) -> String? {
        try await read { connection throws(SQLFailure) in try connection.metadata("latest_backup_path") }
    }
}

extension SQLConnection {
    /// A text that is kept under a name.
    func metadata(_ name: String) throws(SQLFailure) -> String? {
        let rows = try query("SELECT value FROM metadata WHERE name = $1", [.text(name)])
        return try rows.first.map { row throws(SQLFailure) in String(decoding: try row.bytes(0), as: UTF8.self) }
    }

    /// A time that is kept under a name: decimal milliseconds.
    func time(_ name: String) throws(SQLFailure) -> Timestamp? {
        try metadata(name).flatMap { Int64($0) }.map(Timestamp.init(milliseconds:))
    }

    func setMetadata(_ name: String, _ text: String) throws(SQLFailure) {
        try execute(
            "INSERT INTO metadata (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
            [.text(name), .bytes(Array(text.utf8))]
        )
    }
}
