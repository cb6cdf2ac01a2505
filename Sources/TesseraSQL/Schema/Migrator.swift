internal import TesseraCore

/// Brings a database to this binary's schema, or says why it cannot.
struct Migrator: Sendable {
    /// The steps this binary knows.
    let migrations: [Migration]

    init(_ migrations: [Migration] = Migration.all) {
        self.migrations = migrations
    }

    /// Applies the steps that are missing, each in a transaction of its own.
    /// - Throws: `SQLFailure` with `corrupt` where the database is newer than this binary or a step differs.
    func run(on database: any SQLDatabase, at now: Timestamp) async throws(SQLFailure) {
        try await database.write { connection throws(SQLFailure) in
            try connection.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    number BIGINT NOT NULL PRIMARY KEY,
                    name TEXT NOT NULL,
                    checksum TEXT NOT NULL,
                    applied_at BIGINT NOT NULL
                )
                """,
                []
            )
        }
        for migration in migrations {
            let dialect = database.dialect
            try await database.write { connection throws(SQLFailure) in
                try apply(migration, connection, dialect, now)
            }
        }
        try await database.write { connection throws(SQLFailure) in try refuseNewer(connection) }
    }

    private func apply(
        _ migration: Migration,
        _ connection: any SQLConnection,
        _ dialect: SQLDialect,
        _ now: Timestamp
    ) throws(SQLFailure) {
        let found = try connection.query(
            "SELECT checksum FROM schema_migrations WHERE number = $1",
            [.integer(migration.number)]
        )
        if let row = found.first {
            guard try row.text(0) == migration.checksum else {
                throw SQLFailure(
                    .corrupt,
                    "schema step \(migration.number) (\(migration.name)) is not the one this binary knows"
                )
            }
            return
        }
        try refuseNewer(connection)
        for statement in migration.statements {
            try connection.execute(statement.replacingPlaceholder("{identity}", with: dialect.identity), [])
        }
        try connection.execute(
            "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
            [
                .integer(migration.number), .text(migration.name), .text(migration.checksum),
                .integer(now.milliseconds),
            ]
        )
    }

    private func refuseNewer(_ connection: any SQLConnection) throws(SQLFailure) {
        let newest = migrations.last?.number ?? 0
        let rows = try connection.query("SELECT MAX(number) FROM schema_migrations", [])
        if let stored = try rows.first?.optionalInteger(0), stored > newest {
            throw SQLFailure(
                .corrupt,
                "the database has schema version \(stored), this binary knows \(newest): use a newer tessera"
            )
        }
    }
}

extension String {
    fileprivate func replacingPlaceholder(_ placeholder: String, with text: String) -> String {
        var result = ""
        var rest = self[...]
        while let range = rest.firstRange(of: placeholder) {
            result += rest[..<range.lowerBound] + text
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
