public import TesseraCore

extension SQLStorage: AuditStore {
    /// See `AuditStore.record`.
    public func record(_ event: AuditEvent) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in try connection.record(event) }
    }

    /// See `AuditStore.observeAudit`.
    public func observeAudit(_ observer: @escaping @Sendable () -> Void) {
        auditObservers.add(observer)
    }

    /// See `AuditStore.auditKeys`.
    public func auditKeys(orStore first: StoredAuditKey) async throws(StorageError) -> [StoredAuditKey] {
        try await write { connection throws(SQLFailure) in
            let stored = try connection.auditKeys()
            guard stored.isEmpty else { return stored }
            try connection.execute(
                "INSERT INTO audit_keys (version, sealed_key) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING",
                [.integer(first.version), .bytes(first.sealed)]
            )
            return try connection.auditKeys()
        }
    }

    /// See `AuditStore.sealAudit`.
    public func sealAudit(_ chain: AuditChain, limit: Int) async throws(StorageError) -> AuditSealing {
        try await write { connection throws(SQLFailure) in
            // Of several nodes one at a time, instead of all but one in vain.
            try connection.lock("tessera/audit")
            let previous = try connection.auditHead()
            let rows = try connection.query(
                """
                SELECT sequence, at, event, account_id, client_id, session_id, detail FROM audit
                WHERE number IS NULL ORDER BY sequence LIMIT $1
                """,
                [.integer(Int64(limit))]
            )
            var head = previous
            for row in rows {
                let (number, isBeyond) = (head?.number ?? 0).addingReportingOverflow(1)
                guard !isBeyond else { throw SQLFailure(.corrupt, "an audit row has a number that no row can follow") }
                let link = chain.link(try AuditRow(row, number: number), after: head)
                let changed = try connection.execute(
                    """
                    UPDATE audit SET number = $1, hash = $2, key_version = $3
                    WHERE sequence = $4 AND number IS NULL
                    """,
                    [
                        .integer(link.row.number), .bytes(link.hash), .integer(link.keyVersion),
                        .integer(try row.integer(0)),
                    ]
                )
                guard changed == 1 else { throw SQLFailure(.notUnique, "another node sealed the row") }
                head = link.head
            }
            return AuditSealing(previous: previous, head: head, count: rows.count)
        }
    }

    /// See `AuditStore.auditLinks`.
    public func auditLinks(_ query: AuditQuery) async throws(StorageError) -> [AuditLink] {
        try await read { connection throws(SQLFailure) in
            var first: Int64 = 0
            var conditions = ["a.number > $1"]
            var arguments: [SQLValue] = [.integer(0), .integer(Int64(query.limit))]
            func require(_ condition: String, _ value: SQLValue) {
                arguments.append(value)
                conditions.append("\(condition) $\(arguments.count)")
            }
            if let accountID = query.accountID { require("a.account_id =", .text(accountID)) }
            if let event = query.event { require("a.event =", .text(event)) }
            if let since = query.since {
                require("a.at >=", .integer(since.milliseconds))
                first = try connection.auditNumber(before: since)
            }
            if let after = query.after { first = max(first, after) }
            arguments[0] = .integer(first)
            let rows = try connection.query(
                """
                SELECT a.sequence, a.at, a.event, a.account_id, a.client_id, a.session_id, a.detail, a.number, a.hash,
                    a.key_version, u.username
                FROM audit a LEFT JOIN accounts u ON u.id = a.account_id
                WHERE \(conditions.joined(separator: " AND "))
                ORDER BY a.number \(query.after == nil ? "DESC" : "ASC") LIMIT $2
                """,
                arguments
            )
            let links = try rows.map { row throws(SQLFailure) in try AuditLink(row) }
            return query.after == nil ? links.reversed() : links
        }
    }

    /// See `AuditStore.unsealedAuditCount`.
    public func unsealedAuditCount() async throws(StorageError) -> Int {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query("SELECT COUNT(*) FROM audit WHERE number IS NULL", [])
            return Int(try rows.first?.integer(0) ?? 0)
        }
    }
}

extension SQLConnection {
    func auditKeys() throws(SQLFailure) -> [StoredAuditKey] {
        let rows = try query("SELECT version, sealed_key FROM audit_keys ORDER BY version", [])
        return try rows.map { row throws(SQLFailure) in
            StoredAuditKey(version: try row.integer(0), sealed: try row.bytes(1))
        }
    }

    /// The end of the chain.
    func auditHead() throws(SQLFailure) -> AuditHead? {
        let rows = try query("SELECT number, hash FROM audit WHERE number = (SELECT MAX(number) FROM audit)", [])
        guard let row = rows.first else { return nil }
        return AuditHead(number: try row.integer(0), hash: try row.bytes(1))
    }

    /// A number that lies before all rows of a time and later, found from the end: a row may stand some seconds behind
    /// where its time would put it.
    fileprivate func auditNumber(before time: Timestamp) throws(SQLFailure) -> Int64 {
        let rows = try query(
            "SELECT number FROM audit WHERE number > 0 AND at < $1 ORDER BY number DESC LIMIT 1",
            [.integer(time.adding(.seconds(-60)).milliseconds)]
        )
        return try rows.first?.integer(0) ?? 0
    }
}

extension AuditRow {
    /// Reads `sequence, at, event, account_id, client_id, session_id, detail`.
    fileprivate init(_ row: SQLRow, number: Int64) throws(SQLFailure) {
        self.init(
            number: number,
            at: Timestamp(milliseconds: try row.integer(1)),
            event: try row.text(2),
            accountID: try row.optionalText(3),
            clientID: try row.optionalText(4),
            sessionID: try row.optionalText(5),
            detail: try row.optionalText(6)
        )
    }
}

extension AuditLink {
    fileprivate init(_ row: SQLRow) throws(SQLFailure) {
        self.init(
            row: try AuditRow(row, number: try row.integer(7)),
            // A row whose hash was taken away is a fault of the chain, not of the reader.
            keyVersion: try row.optionalInteger(9) ?? 0,
            hash: try row.optionalBytes(8) ?? [],
            username: try row.optionalText(10)
        )
    }
}
