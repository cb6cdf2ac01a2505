internal import Synchronization
public import TesseraCore

/// A PostgreSQL server (15 or later), spoken to over libpq.
///
/// Several processes may use one database. What they rely on holds at READ COMMITTED; a transaction that the server takes
/// back is run again, and one whose commit has an unknown outcome is reported as `unavailable`, never guessed.
public final class PostgreSQLDatabase: SQLDatabase {
    /// The most connections that a process holds, unless told otherwise; one more asks whether the server is there.
    public static let standardConnectionLimit = 12
    /// The oldest server that is supported.
    static let oldestVersion = 150_000

    private let pool: PostgreSQLPool
    private let readiness: PostgreSQLPool

    /// Makes a database whose schema may not be there yet; nothing is connected before it is used.
    init(_ address: PostgreSQLAddress, connectionLimit: Int = standardConnectionLimit) {
        pool = PostgreSQLPool(address, limit: max(1, connectionLimit), metrics: PostgreSQLPoolMetrics())
        readiness = PostgreSQLPool(address, limit: 1)
    }

    /// See `SQLDatabase.dialect`.
    public var dialect: SQLDialect { .postgreSQL }

    /// See `SQLDatabase.forReadiness`.
    public var forReadiness: any SQLDatabase { PostgreSQLReadiness(pool: readiness, requests: pool) }

    /// See `SQLDatabase.read`.
    public func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        try await pool.run(.reading, .request, body)
    }

    /// See `SQLDatabase.write`.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        try await pool.run(.writing, .request, body)
    }

    /// See `SQLDatabase.writeAtLength`.
    @discardableResult
    public func writeAtLength<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        try await pool.run(.writing, .length, body)
    }

    /// See `SQLDatabase.diagnosis`.
    public func diagnosis(checksIntegrity: Bool) async throws(SQLFailure) -> StorageDiagnosis {
        let names = ["synchronous_commit", "fsync", "full_page_writes", "synchronous_standby_names"]
        let list = (["server_version"] + names).map { "current_setting('\($0)')" }.joined(separator: ", ")
        let values = try await read { connection throws(SQLFailure) -> [String] in
            guard let row = try connection.query("SELECT \(list)", []).first else { return [] }
            var values: [String] = []
            for index in 0...names.count { values.append(try row.text(index)) }
            return values
        }
        // Its files are its own concern: they are checked where they are, with pg_amcheck.
        return StorageDiagnosis(
            engine: "postgresql",
            version: values.first ?? "unknown",
            settings: Dictionary(zip(names, values.dropFirst())) { $1 },
            damages: nil
        )
    }

    /// Finishes what is under way and closes all connections.
    public func close() async {
        await readiness.close()
        await pool.close()
    }
}

/// The lane for questions whether the database is there: a connection of its own, and a second at most.
private struct PostgreSQLReadiness: SQLDatabase {
    let pool: PostgreSQLPool
    /// The connections that requests use.
    let requests: PostgreSQLPool
    var dialect: SQLDialect { .postgreSQL }

    func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        try await pool.run(.reading, .readiness, body)
    }

    @discardableResult
    func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        let value = try await pool.run(.writing, .readiness, body)
        // Who is told that the database is there must not be refused because it was not a moment ago.
        requests.trust()
        return value
    }

    func close() async { await pool.close() }
}

extension PostgreSQLPool {
    /// Runs a closure in a transaction on one of the threads.
    func run<T: Sendable>(
        _ mode: PostgreSQLTransaction.Mode,
        _ limits: PostgreSQLLimits,
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        let now = ContinuousClock.now
        let outcome: Result<T, SQLFailure> = await withCheckedContinuation { continuation in
            let box = Box<T>()
            submit(
                Job(
                    mode: mode,
                    limits: limits,
                    waitsUntil: now + limits.waiting,
                    end: now + limits.transaction,
                    run: { connection in
                        let value = try body(connection)
                        box.value.withLock { $0 = value }
                    },
                    finish: { failure in
                        if let failure { return continuation.resume(returning: .failure(failure)) }
                        guard let value = box.value.withLock({ $0 }) else {
                            return continuation.resume(returning: .failure(SQLFailure(.unavailable, "not run")))
                        }
                        continuation.resume(returning: .success(value))
                    }
                )
            )
        }
        return try outcome.get()
    }
}

/// Holds a result between a job's two closures.
private final class Box<T: Sendable>: Sendable {
    let value = Mutex<T?>(nil)
}
