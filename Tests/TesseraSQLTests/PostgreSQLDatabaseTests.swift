import Dispatch
import PostgreSQLTesting
import Synchronization
import TesseraCore
import Testing

@testable import TesseraSQL

/// What only PostgreSQL can do to a node, on a real server.
@Suite(
    .enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"),
    .timeLimit(.minutes(3))
)
struct PostgreSQLDatabaseTests {
    @Test func `text sorts and compares as bytes although the database sorts as people do`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let sorted = try await store.row("SELECT string_agg(x, '' ORDER BY x) FROM (VALUES ('a'), ('B'), ('c')) t (x)")
        #expect(sorted?[0] == .text("aBc"))
        for name in ["a", "B", "c"] {
            let account = Sample.account(name)
            try await store.storage.add(account, canonicalUsername: name, event: Sample.event())
        }
        #expect(try await store.storage.accounts(after: nil, limit: 10).map(\.username) == ["B", "a", "c"])
        #expect(try await store.storage.accounts(after: "B", limit: 10).map(\.username) == ["a", "c"])
    }

    @Test func `a transaction has the limits, whatever the connection was used for before`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let settings = "SELECT current_setting('statement_timeout'), current_setting('lock_timeout'), "
        let rest = "current_setting('idle_in_transaction_session_timeout'), current_setting('transaction_isolation')"
        let reading = try await store.row(settings + rest)
        #expect(reading == SQLRow([.text("3s"), .text("1s"), .text("5s"), .text("repeatable read")]))
        let writing = try await store.database.write { connection throws(SQLFailure) in
            try connection.query(settings + rest, []).first
        }
        #expect(writing == SQLRow([.text("3s"), .text("1s"), .text("5s"), .text("read committed")]))
    }

    @Test func `a statement that takes too long is ended, and its connection goes on`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let error = await #expect(throws: SQLFailure.self) { try await store.row("SELECT 1 FROM pg_sleep(30)") }
        #expect(error?.kind == .unavailable)
        #expect(error?.reason.contains("57014") == true)
        #expect(try await store.row("SELECT 1")?[0] == .integer(1))
    }

    @Test func `a row that somebody keeps is waited for a second, not for ever`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let account = try await store.add("alice")
        let other = PostgreSQLDatabase(try #require(store.address))
        let (held, source) = AsyncStream<Void>.makeStream()
        let release = DispatchSemaphore(value: 0)
        let holding = Task {
            try await other.writeAtLength { connection throws(SQLFailure) in
                _ = try connection.query("SELECT id FROM accounts FOR UPDATE", [])
                source.yield()
                _ = release.wait(timeout: .now() + 20)
            }
        }
        for await _ in held { break }
        let error = await #expect(throws: StorageError.self) {
            try await store.storage.setDisabled(
                true,
                accountID: account.id,
                accessTokenLifetime: Sample.lifetime,
                event: Sample.event()
            )
        }
        #expect(error?.code == .unavailable)
        #expect(error?.reason.contains("55P03") == true)
        release.signal()
        try await holding.value
        await other.close()
    }

    @Test func `two transactions that lock each other are run again, and both succeed`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        for name in ["a", "b"] { _ = try await store.add(name) }
        let attempts = Attempts()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for order in [["id-of-a", "id-of-b"], ["id-of-b", "id-of-a"]] {
                group.addTask {
                    try await store.database.write { connection throws(SQLFailure) in
                        attempts.add()
                        for id in order {
                            try connection.execute(
                                "UPDATE accounts SET generation = generation + 1 WHERE id = $1",
                                [.text(id)]
                            )
                            // Long enough for the other one to have its first row too, at the first attempt.
                            if attempts.count <= 2 {
                                _ = try connection.query("SELECT 1 FROM pg_sleep(0.3)", [])
                            }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(
            try await store.row("SELECT MIN(generation), MAX(generation) FROM accounts")
                == SQLRow([.integer(2), .integer(2)])
        )
    }

    @Test func `a closure that goes on after a failed statement commits nothing and is told so`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let error = await #expect(throws: SQLFailure.self) {
            try await store.database.write { connection throws(SQLFailure) in
                try connection.execute("INSERT INTO metadata (name, value) VALUES ('x', $1)", [.bytes([1])])
                _ = try? connection.query("SELECT 1 / 0", [])
            }
        }
        #expect(error?.reason.contains("22012") == true)
        #expect(try await store.row("SELECT COUNT(*) FROM metadata WHERE name = 'x'")?[0] == .integer(0))
    }

    @Test func `an error quotes no value`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        _ = try await store.add("canary-name")
        let twice = await #expect(throws: StorageError.self) { _ = try await store.add("canary-name") }
        let cast = await #expect(throws: SQLFailure.self) {
            try await store.database.read { connection throws(SQLFailure) in
                try connection.query("SELECT CAST($1 AS BIGINT) FROM metadata", [.text("canary-value")])
            }
        }
        #expect(twice?.reason.contains("canary") == false)
        #expect(cast?.reason.contains("canary") == false)
    }

    @Test func `connections that broke while nobody used them are made again unnoticed`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        _ = try await store.add("alice")
        let name = try #require(store.databaseName)
        for _ in 0..<3 {
            try PostgreSQLCluster.shared.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'"
            )
            #expect(try await store.storage.accounts(after: nil, limit: 10).count == 1)
        }
    }

    @Test func `a server that is gone fails at once and is found again by itself`() async throws {
        let cluster = try PostgreSQLCluster()
        let address = try PostgreSQLAddress(cluster.url(try cluster.makeDatabase()))
        let database = try await PostgreSQLDatabase.open(address, at: Sample.now)
        let storage = SQLStorage(database)
        #expect(await storage.isReady())
        try cluster.kill()
        for _ in 0..<20 {
            let error = await #expect(throws: StorageError.self) { try await storage.accounts(after: nil, limit: 10) }
            #expect(error?.code == .unavailable)
        }
        #expect(await !storage.isReady())
        try cluster.start()
        try await eventually { (try? await storage.accounts(after: nil, limit: 10))?.isEmpty == true }
        try await eventually { await storage.isReady() }
        await database.close()
    }

    @Test func `who hears that the server is ready again is not refused because it was gone a moment ago`() async throws
    {
        let cluster = try PostgreSQLCluster()
        let address = try PostgreSQLAddress(cluster.url(try cluster.makeDatabase()))
        let database = try await PostgreSQLDatabase.open(address, at: Sample.now)
        let storage = SQLStorage(database)
        for _ in 0..<5 {
            try cluster.kill()
            await #expect(throws: StorageError.self) { try await storage.accounts(after: nil, limit: 10) }
            try cluster.start()
            try await eventually { await storage.isReady() }
            #expect(try await storage.accounts(after: nil, limit: 10).isEmpty)
        }
        await database.close()
    }

    @Test func `a commit whose outcome is unknown is unavailable, and not tried again`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let name = try #require(store.databaseName)
        // A deferred trigger runs within COMMIT, and ends its own connection there.
        try PostgreSQLCluster.shared.run(
            """
            CREATE FUNCTION die() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS
            'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER die AFTER INSERT ON metadata DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.name = 'die') EXECUTE FUNCTION die()
            """,
            database: name
        )
        let attempts = Attempts()
        let error = await #expect(throws: SQLFailure.self) {
            try await store.database.write { connection throws(SQLFailure) in
                attempts.add()
                try connection.execute("INSERT INTO metadata (name, value) VALUES ('die', $1)", [.bytes([1])])
            }
        }
        #expect(error?.kind == .unavailable)
        #expect(error?.reason.contains("unknown") == true)
        #expect(attempts.count == 1)
    }

    @Test func `more transactions than connections wait their turn, and too many are refused`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let address = try #require(store.address)
        let database = PostgreSQLDatabase(address, connectionLimit: 2)
        let outcomes = await withTaskGroup(of: SQLFailure?.self) { group in
            for _ in 0..<60 {
                group.addTask {
                    do throws(SQLFailure) {
                        _ = try await database.read { connection throws(SQLFailure) in
                            try connection.query("SELECT 1 FROM pg_sleep(0.3)", [])
                        }
                        return nil
                    } catch {
                        return error
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        // Two at a time, 0.3 s each: those that waited for longer than the bound were told so.
        #expect(outcomes.contains(nil))
        let refused = outcomes.compactMap(\.self)
        #expect(!refused.isEmpty)
        #expect(refused.allSatisfy { $0.kind == .unavailable && $0.reason.contains("became free") })
        await database.close()
    }

    @Test func `a sessions table that an operator has partitioned by handle works as before`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        try PostgreSQLCluster.shared.run(
            """
            SET ROLE \(PostgreSQLCluster.role);
            ALTER TABLE sessions RENAME TO whole;
            CREATE TABLE sessions (LIKE whole INCLUDING DEFAULTS, PRIMARY KEY (handle)) PARTITION BY HASH (handle);
            CREATE TABLE sessions_0 PARTITION OF sessions FOR VALUES WITH (MODULUS 2, REMAINDER 0);
            CREATE TABLE sessions_1 PARTITION OF sessions FOR VALUES WITH (MODULUS 2, REMAINDER 1);
            CREATE INDEX ON sessions (id);
            DROP TABLE whole
            """,
            database: try #require(store.databaseName)
        )
        let account = try await store.add("alice")
        for number in UInt8(1)...8 {
            let token = Sample.token(number)
            _ = try await store.storage.begin(
                Sample.session("s\(number)", account: account, token: token),
                grant: .password,
                event: Sample.event(.sessionBegun)
            )
            let outcome = try await store.storage.rotate(
                Rotation(
                    token: token,
                    proof: ClientProof(PresentedClient(id: Client.builtInID)),
                    requestedScope: nil,
                    requestedAudiences: [],
                    now: Sample.now,
                    settings: Settings(issuer: "https://id.example"),
                    derivation: try #require(Sample.masterKey).successorDerivation
                )
            )
            #expect(outcome.name == "rotated")
        }
        let ended = try await store.storage.endSessions(
            accountID: account.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.sessionEnded)
        )
        #expect(ended.count == 8)
    }

    @Test func `a server that can only be read is not the right one`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        _ = try await store.add("alice")
        let name = try #require(store.databaseName)
        try PostgreSQLCluster.shared.run("ALTER DATABASE \(name) SET default_transaction_read_only = on")
        try PostgreSQLCluster.shared.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'"
        )
        let error = await #expect(throws: StorageError.self) { _ = try await store.add("bob") }
        #expect(error?.code == .unavailable)
        #expect(error?.reason.contains("read-only") == true)
        try PostgreSQLCluster.shared.run("ALTER DATABASE \(name) RESET default_transaction_read_only")
        try await eventually { (try? await store.add("bob")) != nil }
    }
}

/// Counts how often a closure was run.
private final class Attempts: Sendable {
    private let value = Atomic(0)

    var count: Int { value.load(ordering: .relaxed) }
    func add() { value.add(1, ordering: .relaxed) }
}

extension StoreFixture {
    /// The database's name on its server.
    var databaseName: String? { address?.parameters.first { $0.keyword == "dbname" }?.value }

    /// The first row of a query.
    func row(_ sql: String) async throws(SQLFailure) -> SQLRow? {
        try await database.read { connection throws(SQLFailure) in try connection.query(sql, []).first }
    }
}
