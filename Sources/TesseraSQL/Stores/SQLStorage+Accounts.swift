public import Passwords
public import TesseraCore

extension SQLStorage: AccountStore {
    /// See `AccountStore.add`.
    public func add(
        _ account: Account,
        canonicalUsername: String,
        passwordHash: PasswordHash,
        emailOrigin: EmailOrigin,
        event: AuditEvent
    ) async throws(StorageError) {
        try await audited { connection throws(SQLFailure) in
            let canonicalEmail = emailOrigin == .assigned ? account.email.map(Username.canonical) : nil
            try connection.lockNames([canonicalUsername, canonicalEmail])
            // A name may not be somebody's address, nor an address somebody's name: either could be typed for the other.
            let clash = try connection.query(
                "SELECT 1 FROM accounts WHERE canonical_email = $1 OR canonical_username = $2",
                [.text(canonicalUsername), SQLValue(canonicalEmail)]
            )
            guard clash.isEmpty else { throw SQLFailure(.notUnique, "a name and an e-mail address are alike") }
            try connection.execute(
                """
                INSERT INTO accounts (id, username, canonical_username, email, canonical_email, password_hash, roles,
                    is_disabled, generation, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """,
                [
                    .text(account.id), .text(account.username), .text(canonicalUsername), SQLValue(account.email),
                    SQLValue(canonicalEmail), .text(passwordHash.encoded), ListColumn.value(account.roles),
                    SQLValue(account.isDisabled), .integer(account.generation),
                    .integer(account.createdAt.milliseconds),
                ]
            )
            try connection.record(event)
        }
    }

    /// See `AccountStore.account`.
    public func account(canonicalUsername: String) async throws(StorageError) -> Account? {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT \(Account.columns) FROM accounts WHERE canonical_username = $1",
                [.text(canonicalUsername)]
            )
            guard let row = rows.first else { return nil }
            return try Account(row)
        }
    }

    /// See `AccountStore.credentials`.
    public func credentials(
        canonicalUsername: String
    ) async throws(StorageError) -> (account: Account, passwordHash: PasswordHash)? {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT \(Account.columns), password_hash FROM accounts WHERE canonical_username = $1",
                [.text(canonicalUsername)]
            )
            guard let row = rows.first else { return nil }
            let text = try row.text(Account.columnCount)
            guard let hash = try? PasswordHash(parsing: text) else {
                throw SQLFailure(.corrupt, "a stored password hash cannot be read")
            }
            return (try Account(row), hash)
        }
    }

    /// See `AccountStore.account`.
    public func account(id: String) async throws(StorageError) -> Account? {
        try await read { connection throws(SQLFailure) in try connection.account(id: id) }
    }

    /// See `AccountStore.accounts`.
    public func accounts(
        after canonicalUsername: String?,
        limit: Int
    ) async throws(StorageError) -> [Account] {
        try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                """
                SELECT \(Account.columns) FROM accounts WHERE canonical_username > $1
                ORDER BY canonical_username LIMIT $2
                """,
                [.text(canonicalUsername ?? ""), .integer(Int64(limit))]
            )
            return try rows.map { row throws(SQLFailure) in try Account(row) }
        }
    }

    /// See `AccountStore.hasAdministrator`.
    public func hasAdministrator() async throws(StorageError) -> Bool {
        try await read { connection throws(SQLFailure) in
            // The roles are a JSON array, in which each stands between quotation marks.
            try !connection.query(
                "SELECT 1 FROM accounts WHERE is_disabled = 0 AND roles LIKE $1 LIMIT 1",
                [.text("%\"\(RoleTable.administrator)\"%")]
            ).isEmpty
        }
    }

    /// See `AccountStore.claimEmail`.
    public func claimEmail(
        _ email: String?,
        accountID: String,
        event: AuditEvent
    ) async throws(StorageError) -> Account {
        try await audited { connection throws(SQLFailure) in
            // What was assigned stays so where the person says the same.
            try connection.execute(
                """
                UPDATE accounts SET email = $1,
                    canonical_email = CASE WHEN canonical_email = $2 THEN canonical_email ELSE NULL END
                WHERE id = $3
                """,
                [SQLValue(email), SQLValue(email.map(Username.canonical)), .text(accountID)]
            )
            guard let account = try connection.account(id: accountID) else {
                throw SQLFailure(.notFound, "no such account")
            }
            try connection.record(event)
            return account
        }
    }

    /// See `AccountStore.rehash`.
    public func rehash(
        accountID: String,
        from old: PasswordHash,
        to new: PasswordHash
    ) async throws(StorageError) {
        try await write { connection throws(SQLFailure) in
            try connection.execute(
                "UPDATE accounts SET password_hash = $1 WHERE id = $2 AND password_hash = $3",
                [.text(new.encoded), .text(accountID), .text(old.encoded)]
            )
        }
    }

    /// See `AccountStore.setPassword`.
    public func setPassword(
        accountID: String,
        to hash: PasswordHash,
        keepingSession: String?,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation] {
        try await audited { connection throws(SQLFailure) in
            let changed = try connection.execute(
                "UPDATE accounts SET password_hash = $1, generation = generation + 1 WHERE id = $2",
                [.text(hash.encoded), .text(accountID)]
            )
            guard changed == 1 else { throw SQLFailure(.notFound, "no such account") }
            if let keepingSession {
                try connection.execute(
                    """
                    UPDATE sessions SET account_generation = (SELECT generation FROM accounts WHERE id = $1)
                    WHERE id = $2 AND account_id = $1
                    """,
                    [.text(accountID), .text(keepingSession)]
                )
            }
            try connection.record(event)
            return try connection.endSessions(
                of: .account(accountID),
                except: keepingSession,
                at: event.at,
                accessTokenLifetime: accessTokenLifetime
            )
        }
    }

    /// See `AccountStore.setDisabled`.
    public func setDisabled(
        _ isDisabled: Bool,
        accountID: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation] {
        try await audited { connection throws(SQLFailure) in
            let changed = try connection.execute(
                "UPDATE accounts SET is_disabled = $1, generation = generation + $1 WHERE id = $2",
                [SQLValue(isDisabled), .text(accountID)]
            )
            guard changed == 1 else { throw SQLFailure(.notFound, "no such account") }
            try connection.record(event)
            guard isDisabled else { return [] }
            return try connection.endAll(
                of: .account(accountID),
                at: event.at,
                accessTokenLifetime: accessTokenLifetime
            )
        }
    }

    /// See `AccountStore.remove`.
    public func remove(
        accountID: String,
        accessTokenLifetime: Duration,
        event: AuditEvent
    ) async throws(StorageError) -> [Revocation] {
        try await audited { connection throws(SQLFailure) in
            let changed = try connection.execute("DELETE FROM accounts WHERE id = $1", [.text(accountID)])
            guard changed == 1 else { throw SQLFailure(.notFound, "no such account") }
            try connection.record(event)
            return try connection.endAll(
                of: .account(accountID),
                at: event.at,
                accessTokenLifetime: accessTokenLifetime
            )
        }
    }
}
