public import TesseraCore

extension PostgreSQLDatabase {
    /// Opens a database and sees to its schema.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - now: The time that applied migrations are recorded with.
    ///   - schema: What to do where the schema is older.
    ///   - connectionLimit: The most connections for transactions.
    /// - Returns: The open database.
    /// - Throws: `StorageError`: `unavailable` where it cannot be reached or used, `corrupt` where its schema is newer
    ///   than this binary or not ours.
    public static func open(
        _ address: PostgreSQLAddress,
        at now: Timestamp,
        schema: SchemaPolicy = .migrate,
        connectionLimit: Int = standardConnectionLimit
    ) async throws(StorageError) -> PostgreSQLDatabase {
        let database = PostgreSQLDatabase(address, connectionLimit: connectionLimit)
        do throws(SQLFailure) {
            try await database.checkServer()
            try await Schema.apply(schema, database, at: now)
            return database
        } catch {
            await database.close()
            throw StorageError(error)
        }
    }

    /// Refuses a server that is too old, or whose texts are not UTF-8.
    func checkServer() async throws(SQLFailure) {
        let (version, encoding) = try await read { connection throws(SQLFailure) in
            let rows = try connection.query(
                "SELECT CAST(current_setting('server_version_num') AS BIGINT), current_setting('server_encoding')",
                []
            )
            guard let row = rows.first else { throw SQLFailure(.unavailable, "PostgreSQL does not tell its version") }
            return (try row.integer(0), try row.text(1))
        }
        guard version >= Self.oldestVersion else {
            throw SQLFailure(.unavailable, "PostgreSQL \(version / 10_000) is too old: 15 or later is needed")
        }
        guard encoding == "UTF8" else {
            throw SQLFailure(
                .unavailable,
                "the database keeps its texts as \(encoding): make one with CREATE DATABASE … ENCODING 'UTF8' "
                    + "TEMPLATE template0"
            )
        }
    }
}
