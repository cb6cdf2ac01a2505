import Foundation
import PostgreSQLTesting
import Testing

/// `tessera move`, from a real SQLite file to a real server.
@Suite(
    .enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"),
    .timeLimit(.minutes(3))
)
struct MoveTests {
    /// A stopped server with an account that has logged in twice, one of the sessions revoked.
    private struct Source {
        let server: ServerProcess
        let token: Caller.Answer
        let revoked: Caller.Answer

        init() async throws {
            let (server, caller) = try await LifecycleTests.withUser()
            self.server = server
            token = try await caller.logIn("alice", LifecycleTests.password)
            revoked = try await caller.logIn("alice", LifecycleTests.password)
            #expect(try await caller.form("/revoke", ["token": revoked["refresh_token"]]).status == 200)
            #expect(await server.stop() == 0)
        }

        func move(to url: String) async throws -> Command {
            try await Command.run(
                Command.tessera,
                ["move"],
                in: server.directory,
                environment: ["TESSERA_DATABASE": url]
            )
        }

        /// A server on the target, with the master key that the move spoke of.
        func serveTarget(_ url: String) async throws -> ServerProcess {
            let key = try String(contentsOfFile: server.dataDirectory + "/master.key", encoding: .utf8)
            return try await ServerProcess(
                configuration: LifecycleTests.roles,
                issuer: server.url,
                environment: ["TESSERA_DATABASE": url, "TESSERA_MASTER_KEY": key]
            )
        }
    }

    private func target() throws -> (cluster: PostgreSQLCluster, name: String, url: String) {
        let cluster = try PostgreSQLCluster.shared
        let name = try cluster.makeDatabase()
        return (cluster, name, cluster.url(name))
    }

    @Test func `accounts, sessions, keys and revocations go on where they were`() async throws {
        let source = try await Source()
        let target = try target()
        let moved = try await source.move(to: target.url)
        #expect(moved.status == 0, "\(moved.errors)")
        for text in ["2 accounts", "2 sessions", "1 signing_keys", "compared", "master.key", "TESSERA_DATABASE"] {
            #expect(moved.errors.contains(text), "\(text): \(moved.errors)")
        }
        #expect(!moved.errors.contains(PostgreSQLCluster.password))
        let again = try await source.move(to: target.url)
        #expect(again.status == 0)
        #expect(again.errors.contains("is there already"), "\(again.errors)")

        let server = try await source.serveTarget(target.url)
        let caller = Caller(server)
        #expect(try await caller.send("GET", "/users/me", bearer: source.token["access_token"]).status == 200)
        #expect(try await caller.send("GET", "/users/me", bearer: source.revoked["access_token"]).status == 401)
        #expect(try await caller.refresh(source.token["refresh_token"]).status == 200)
        #expect(try await caller.refresh(source.revoked["refresh_token"]).status == 400)
        // Numbers of their own go on behind the copied ones.
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)

        let late = try await source.move(to: target.url)
        #expect(late.status == 1)
        #expect(late.errors.contains("has been used since"), "\(late.errors)")
        #expect(try await caller.send("GET", "/users/me", bearer: source.token["access_token"]).status == 200)
    }

    @Test func `a move that was interrupted is not served, and is made whole by the next`() async throws {
        let source = try await Source()
        let target = try target()
        #expect(try await source.move(to: target.url).status == 0)
        try target.cluster.run(
            "UPDATE metadata SET value = set_byte(value, 0, 0) WHERE name = 'move'; DELETE FROM sessions",
            database: target.name
        )
        let refused = try await Command.run(
            Command.tessera,
            ["serve", "--listen", "127.0.0.1:0"],
            in: source.server.directory,
            environment: ["TESSERA_DATABASE": target.url]
        )
        #expect(refused.status == 3)
        #expect(refused.errors.contains("run `tessera move` again"), "\(refused.errors)")
        let moved = try await source.move(to: target.url)
        #expect(moved.status == 0, "\(moved.errors)")
        #expect(moved.errors.contains("2 sessions"))
    }

    @Test func `a target that belongs to somebody else is left alone`() async throws {
        let source = try await Source()
        let target = try target()
        let other = try await ServerProcess(environment: ["TESSERA_DATABASE": target.url])
        let rows = "SELECT id, username FROM accounts"
        let before = try target.cluster.run(rows, database: target.name)
        let refused = try await source.move(to: target.url)
        #expect(refused.status == 1)
        #expect(refused.errors.contains("not empty"), "\(refused.errors)")
        #expect(try target.cluster.run(rows, database: target.name) == before)
        #expect(try await Caller(other).send("GET", "/health/ready").status == 200)
    }

    @Test func `a copy that differs is found`() async throws {
        let source = try await Source()
        let target = try target()
        let migrated = try await Command.run(
            Command.tessera,
            ["migrate"],
            in: source.server.directory,
            environment: ["TESSERA_DATABASE": target.url]
        )
        #expect(migrated.status == 0, "\(migrated.errors)")
        try target.cluster.run(
            """
            CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
            'BEGIN NEW.username = NEW.username || ''x''; RETURN NEW; END';
            CREATE TRIGGER spoil BEFORE INSERT ON accounts FOR EACH ROW EXECUTE FUNCTION spoil()
            """,
            database: target.name
        )
        let moved = try await source.move(to: target.url)
        #expect(moved.status == 3)
        #expect(moved.errors.contains("copy of accounts differs"), "\(moved.errors)")
        try target.cluster.run("DROP TRIGGER spoil ON accounts", database: target.name)
        #expect(try await source.move(to: target.url).status == 0)
    }

    @Test func `a source that is being served is not moved`() async throws {
        let server = try await ServerProcess()
        let target = try target()
        let refused = try await Command.run(
            Command.tessera,
            ["move"],
            in: server.directory,
            environment: ["TESSERA_DATABASE": target.url]
        )
        #expect(refused.status == 3)
        #expect(refused.errors.contains("already running"), "\(refused.errors)")
        #expect(
            try target.cluster.run("SELECT COUNT(*) FROM pg_tables WHERE schemaname = 'public'", database: target.name)
                == "0"
        )
    }

    @Test func `what is missing or wrong is said with its mend`() async throws {
        let directory = NSTemporaryDirectory()
        let nowhere = try await Command.run(Command.tessera, ["move"], in: directory)
        #expect(nowhere.status == 2)
        #expect(nowhere.errors.contains("TESSERA_DATABASE"), "\(nowhere.errors)")
        let secret = try await Command.run(
            Command.tessera,
            ["move", "--to", "postgresql://a:hunter2@127.0.0.1/x"],
            in: directory
        )
        #expect(secret.status == 2)
        #expect(secret.errors.contains("no flag") && !secret.errors.contains("hunter2"), "\(secret.errors)")
        let missing = try await Command.run(
            Command.tessera,
            ["move", "--from", "sqlite:/nonexistent/x.sqlite", "--to", "postgresql://a@127.0.0.1/x"],
            in: directory
        )
        #expect(missing.status == 3)
        #expect(missing.errors.contains("--from"), "\(missing.errors)")
    }
}
