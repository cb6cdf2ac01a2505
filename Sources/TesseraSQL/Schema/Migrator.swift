internal import TesseraCore

/// Brings a database to this binary's schema, or says why it cannot.
struct Migrator: Sendable {
    /// The steps this binary knows.
    let migrations: [Migration]

    init(_ migrations: [Migration] = Migration.all) {
        self.migrations = migrations
    }

    /// The newest step that this binary knows.
    private var newest: Int64 { migrations.last?.number ?? 0 }

    /// Applies the steps that are missing, each in a transaction of its own, and answers which they were.
    ///
    /// Several processes may do so at once: the right to change the schema is taken before its version is read.
    /// - Throws: `SQLFailure` with `corrupt` where the database is newer than this binary or a step differs.
    @discardableResult
    func run(on database: any SQLDatabase, at now: Timestamp) async throws(SQLFailure) -> [Migration] {
        // Where nothing is missing nothing is locked, and no right to make tables is needed.
        if (try? await check(database)) == nil { return try await update(database, at: now) }
        try await seed(database, at: now)
        return []
    }

    private func update(_ database: any SQLDatabase, at now: Timestamp) async throws(SQLFailure) -> [Migration] {
        let dialect = database.dialect
        try await database.writeAtLength { connection throws(SQLFailure) in
            try connection.lockSchema()
            let table = """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number BIGINT NOT NULL PRIMARY KEY,
                    name TEXT NOT NULL,
                    checksum TEXT NOT NULL,
                    applied_at BIGINT NOT NULL
                )
                """
            try connection.execute(dialect.spelled(table), [])
            try refuseForeign(connection)
        }
        var applied: [Migration] = []
        for migration in migrations {
            let isNew = try await database.writeAtLength { connection throws(SQLFailure) in
                try connection.lockSchema()
                return try apply(migration, connection, now)
            }
            if isNew { applied.append(migration) }
        }
        try await seed(database, at: now)
        return applied
    }

    /// Adds what every database has from the start.
    private func seed(_ database: any SQLDatabase, at now: Timestamp) async throws(SQLFailure) {
        try await database.write { connection throws(SQLFailure) in
            try connection.insert(Client.builtIn(createdAt: now))
        }
    }

    /// Refuses a schema that is not exactly this binary's, and changes nothing.
    func check(_ database: any SQLDatabase) async throws(SQLFailure) {
        let applied: Int64?
        do throws(SQLFailure) {
            applied = try await database.read { connection throws(SQLFailure) in
                try refuseForeign(connection)
                return try connection.newestMigration()
            }
        } catch {
            // There is no such table.
            guard error.kind == .defect else { throw error }
            throw SQLFailure(
                .unavailable,
                "it holds nothing of Tessera's yet: `tessera serve` or `tessera migrate` makes the tables"
            )
        }
        guard applied == newest else {
            throw SQLFailure(
                .corrupt,
                "the database has schema version \(applied ?? 0), this binary needs \(newest): run `tessera migrate`"
            )
        }
    }

    /// Answers whether the step was missing.
    private func apply(
        _ migration: Migration,
        _ connection: any SQLConnection,
        _ now: Timestamp
    ) throws(SQLFailure) -> Bool {
        try refuseForeign(connection)
        let found = try connection.query(
            "SELECT 1 FROM schema_migrations WHERE number = $1",
            [.integer(migration.number)]
        )
        guard found.isEmpty else { return false }
        for statement in migration.statements {
            try connection.execute(connection.dialect.spelled(statement), [])
            FaultPoint.migrating.reach()
        }
        try connection.execute(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            [
                .integer(migration.number), .text(migration.name), .text(migration.checksum),
                .integer(now.milliseconds),
            ]
        )
        FaultPoint.migrating.reach()
        return true
    }

    /// Refuses steps that this binary does not know, or knows otherwise.
    private func refuseForeign(_ connection: any SQLConnection) throws(SQLFailure) {
        if let stored = try connection.newestMigration(), stored > newest {
            throw SQLFailure(
                .corrupt,
                "the database has schema version \(stored), this binary knows \(newest): use a newer tessera"
            )
        }
        for row in try connection.query("SELECT number, checksum FROM schema_migrations ORDER BY number", []) {
            let number = try row.integer(0)
            let known = migrations.first { $0.number == number }
            guard let known, try row.text(1) == known.checksum else {
                throw SQLFailure(
                    .corrupt,
                    "schema step \(number) (\(known?.name ?? "unknown")) is not the one this binary knows"
                )
            }
        }
    }
}

extension SQLConnection {
    /// Takes the right to change the schema until the transaction ends, waiting for who has it.
    fileprivate func lockSchema() throws(SQLFailure) {
        if let statement = dialect.lockForMigration { try execute(statement, []) }
    }

    /// The number of the newest step that was applied; nil where there is none.
    func newestMigration() throws(SQLFailure) -> Int64? {
        try query("SELECT MAX(number) FROM schema_migrations", []).first?.optionalInteger(0)
    }
}
