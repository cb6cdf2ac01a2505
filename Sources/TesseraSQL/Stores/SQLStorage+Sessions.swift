public import TesseraCore

extension SQLStorage: SessionStore {
    /// See `SessionStore.begin`.
    public func begin(
        _ session: Session,
        grant: GrantType,
        event: AuditEvent
    ) async throws(StorageError) -> SessionStart {
        try await audited { connection throws(SQLFailure) in
            // Locked until the session stands: who ends all of an account's or a client's sessions changes its row first,
            // and so either finds this session or is seen here.
            let lock = connection.dialect.lockForShare
            let account = try connection.account(id: session.accountID, lock: lock)
            let client = try connection.client(id: session.clientID, lock: lock)
            let now = session.authenticatedAt
            if let refusal = mayIssue(account: account, client: client, session: session, grant: grant, at: now) {
                return .refused(refusal)
            }
            try connection.insert(session)
            try connection.record(event)
            return .begun
        }
    }

    /// See `SessionStore.rotate`.
    public func rotate(_ rotation: Rotation) async throws(StorageError) -> RotationOutcome {
        let outcome = try await rotateQuietly(rotation)
        // A plain refresh writes no audit row.
        if case .reused = outcome { auditObservers.notify() }
        return outcome
    }

    private func rotateQuietly(_ rotation: Rotation) async throws(StorageError) -> RotationOutcome {
        try await write { connection throws(SQLFailure) in
            // The row is locked before anything else is read: of requests with one token the later ones see what the
            // first has written, and whoever ends the session waits, or is seen here.
            let rows = try connection.query(
                "SELECT \(Session.columns) FROM sessions s WHERE s.handle = $1 \(connection.dialect.lockForUpdate)",
                [.bytes(rotation.token.handle)]
            )
            guard let row = rows.first else { return .unknown }
            let session = try Session(row)
            let (account, client) = try connection.owners(of: session)
            let plan = rotation.decide(session: session, account: account, client: client)
            FaultPoint.rotateDecided.reach()
            switch plan {
            case .answer(let outcome):
                return outcome
            case .store(let state, let idleExpiresAt, let outcome):
                try connection.update(state, idleExpiresAt: idleExpiresAt, sessionID: session.id)
                FaultPoint.rotateWritten.reach()
                return outcome
            case .endSession:
                return try connection.endForReuse(session, rotation)
            }
        }
    }

    /// See `SessionStore.session`.
    public func session(handle: [UInt8]) async throws(StorageError) -> Session? {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT \(Session.columns) FROM sessions s WHERE s.handle = $1",
                [.bytes(handle)]
            )
            guard let row = rows.first else { return nil }
            return try Session(row)
        }
    }

    /// See `SessionStore.sessionWithAccount`.
    public func sessionWithAccount(
        id: String
    ) async throws(StorageError) -> (session: Session, account: Account)? {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                """
                SELECT \(Session.columns), \(Account.joinedColumns) FROM sessions s
                JOIN accounts a ON a.id = s.account_id WHERE s.id = $1
                """,
                [.text(id)]
            )
            guard let row = rows.first else { return nil }
            return (try Session(row), try Account(row, from: Session.columnCount))
        }
    }

    /// See `SessionStore.sessions`.
    public func sessions(
        accountID: String?,
        at now: Timestamp,
        limit: Int
    ) async throws(StorageError) -> [Session] {
        try await read { connection throws(SQLFailure) in
            let owner = accountID == nil ? "" : "AND s.account_id = $3"
            let rows = try connection.query(
                """
                SELECT \(Session.columns) FROM sessions s
                WHERE s.ended_at IS NULL AND s.expires_at > $1 AND s.idle_expires_at > $1 \(owner)
                ORDER BY s.authenticated_at DESC, s.id LIMIT $2
                """,
                [.integer(now.milliseconds), .integer(Int64(limit))] + (accountID.map { [.text($0)] } ?? [])
            )
            return try rows.map { row throws(SQLFailure) in try Session(row) }
        }
    }

    /// See `SessionStore.end`.
    public func end(
        sessionID: String,
        accountID: String?,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation] {
        try await audited { connection throws(SQLFailure) in
            if let accountID {
                let rows = try connection.query("SELECT account_id FROM sessions WHERE id = $1", [.text(sessionID)])
                guard let row = rows.first, try row.text(0) == accountID else { return [] }
            }
            let ended = try connection.endSession(
                id: sessionID,
                at: event.at,
                accessTokenLifetime: accessTokenLifetime
            )
            guard let ended else { return [] }
            try connection.record(event)
            return [ended]
        }
    }

    /// See `SessionStore.endSessions`.
    public func endSessions(
        accountID: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation] {
        try await audited { connection throws(SQLFailure) in
            try connection.execute("UPDATE accounts SET generation = generation + 1 WHERE id = $1", [.text(accountID)])
            try connection.record(event)
            return try connection.endSessions(
                of: .account(accountID),
                at: event.at,
                accessTokenLifetime: accessTokenLifetime
            )
        }
    }

    /// See `SessionStore.sweepSessions`.
    public func sweepSessions(before: Timestamp) async throws(StorageError) {
        for column in ["expires_at", "ended_at"] {
            try await sweep("sessions", key: "id", where: "\(column) < $1", before)
        }
    }
}

extension SQLConnection {
    /// The account and the client of a session, as they are now; nil for one that is gone.
    fileprivate func owners(of session: Session) throws(SQLFailure) -> (account: Account?, client: Client?) {
        let rows = try query(
            """
            SELECT \(Account.joinedColumns), \(Client.joinedColumns) FROM (SELECT 1 AS one) x
            LEFT JOIN accounts a ON a.id = $1 LEFT JOIN clients c ON c.id = $2
            """,
            [.text(session.accountID), .text(session.clientID)]
        )
        guard let row = rows.first else { return (nil, nil) }
        let clientStart = Account.columnCount
        return (
            row.isNull(0) ? nil : try Account(row), row.isNull(clientStart) ? nil : try Client(row, from: clientStart)
        )
    }

    fileprivate func endForReuse(_ session: Session, _ rotation: Rotation) throws(SQLFailure) -> RotationOutcome {
        let ended = try endSession(
            id: session.id,
            at: rotation.now,
            accessTokenLifetime: rotation.accessTokenLifetime
        )
        try record(
            AuditEvent(
                .refreshTokenReused,
                at: rotation.now,
                accountID: session.accountID,
                clientID: session.clientID,
                sessionID: session.id,
                detail: "counter \(rotation.token.counter) presented, \(session.refresh.counter) is current"
            )
        )
        return .reused(sessionID: session.id, accountID: session.accountID, ended.map { [$0] } ?? [])
    }
}
