import Foundation
import JOSE
import Testing

/// The audit trail of the built binary.
struct AuditTests {
    /// Changes the database of a stopped server behind its back.
    static func tamper(_ server: ServerProcess, _ sql: String) async throws {
        let change = """
            import sqlite3, sys
            database = sqlite3.connect("tessera-data/tessera.sqlite")
            assert database.execute(sys.argv[1]).rowcount > 0
            database.commit()
            """
        let done = try await Command.run(Command.python, ["-c", change, sql], in: server.directory)
        #expect(done.status == 0, "\(done.errors)")
    }

    @Test func `an altered row is named, with exit status 1`() async throws {
        let server = try await ServerProcess()
        await server.stop()
        try await Self.tamper(server, "UPDATE audit SET detail = 'nothing' WHERE number = 2")
        let result = try await server.tessera("audit", "verify")
        #expect(result.status == 1)
        #expect(result.errors.contains("Row 2"), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test func `what a request did stands in the trail, and an administrator reads it over HTTP`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let token = try await caller.logIn("alice", LifecycleTests.password)
        _ = try await caller.form("/revoke", ["token": token["refresh_token"]])
        let listed = try await server.tessera("audit", "--user", "alice", "--json")
        let events = try listed.output.split(separator: "\n").map { try JSONValue(parsing: String($0))["event"] }
        #expect(events == ["account_added", "session_begun", "session_ended"])
        #expect(try await caller.send("GET", "/admin/audit", bearer: token["access_token"]).status == 401)
    }

    @Test func `following prints what happens beside it, and is told of once`() async throws {
        let (server, _) = try await LifecycleTests.withUser()
        let follower = try LoggedProcess(
            Command.tessera,
            ["audit", "--follow", "--json", "--event", "account_added"],
            in: server.directory
        )
        #expect(await follower.waitForLog("\"username\":\"alice\""))
        for name in ["bob", "carol"] {
            let input = LifecycleTests.password
            #expect(try await server.tessera("user", "add", name, "--password-stdin", input: input).status == 0)
            #expect(await follower.waitForLog("\"username\":\"\(name)\""))
        }
        follower.send(SIGTERM)
        _ = await follower.end()
        let readings = try await server.tessera("audit", "--event", "audit_read")
        // A heading, the follower's reading, and this one.
        #expect(readings.output.split(separator: "\n").count == 3, "\(readings.output)")
    }

    @Test func `rows that a killed server left unsealed are sealed by the next`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        for _ in 0..<20 { _ = try await caller.logIn("alice", LifecycleTests.password) }
        await server.stop(SIGKILL)
        try await server.start()
        let verified = try await server.tessera("audit", "verify", "--json")
        #expect(verified.status == 0, "\(verified.errors)")
        let result = try JSONValue(parsing: verified.output)
        #expect(result["unsealed"]?.int64Value == 0)
        let logins = try await server.tessera("audit", "--event", "session_begun", "--json")
        #expect(logins.output.split(separator: "\n").count == 20)
    }
}
