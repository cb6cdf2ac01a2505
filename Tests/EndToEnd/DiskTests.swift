import Foundation
import JOSE
import Testing

/// A disk that refuses to be written, and what a cut-off run left behind.
@Suite(.timeLimit(.minutes(2))) struct DiskTests {
    /// Lets the server write no file beyond a size, as a failing disk would; `unlimited` lets it again.
    private func limit(_ server: ServerProcess, to size: String) async throws {
        let pid = try #require(server.process?.pid)
        let done = try await Command.run(
            "/usr/bin/prlimit",
            ["--pid", "\(pid)", "--fsize=\(size):unlimited"],
            in: server.directory
        )
        #expect(done.status == 0, "\(done.errors)")
    }

    @Test func `a disk that cannot be written stops writes alone, claims nothing, and the server recovers unaided`()
        async throws
    {
        let (server, caller) = try await LifecycleTests.withUser()
        let token = try await caller.logIn("alice", LifecycleTests.password)
        try await limit(server, to: "1")
        for _ in 0..<3 {
            let refused = try await caller.logIn("alice", LifecycleTests.password)
            #expect(refused.status == 503, "\(refused.text)")
            #expect(refused.headers["retry-after"] != nil)
        }
        // Nothing is revoked that could live again after a crash.
        #expect(try await caller.form("/revoke", ["token": token["refresh_token"]]).status == 503)
        #expect(try await caller.send("GET", "/health/ready").status == 503)
        #expect(try await caller.send("GET", "/health/live").status == 200)
        #expect(try await caller.send("GET", "/.well-known/jwks.json").status == 200)
        #expect(try await caller.send("GET", "/verify", bearer: token["access_token"]).status == 200)

        try await limit(server, to: "unlimited")
        while try await caller.send("GET", "/health/ready").status != 200 { try Task.checkCancellation() }
        #expect(try await caller.refresh(token["refresh_token"]).status == 200)
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)
        #expect(await server.stop() == 0)
        try await server.start()
        #expect(try await server.tessera("audit", "verify").status == 0)
    }

    @Test func `after a kill the database is checked once the server is ready, after a stop it is not`() async throws {
        let server = try await ServerProcess()
        await server.stop()
        try await server.start()
        #expect(!server.log.contains("cut off"))
        await server.stop(SIGKILL)
        try await server.start()
        #expect(await server.process?.waitForLog("was checked and is whole") == true)
    }

    @Test func `a database that a cut-off run left damaged is not written any more, and the log names the back-up`()
        async throws
    {
        let (server, caller) = try await LifecycleTests.withUser()
        #expect(try await server.tessera("backup", "copy.sqlite").status == 0)
        for _ in 0..<40 { _ = try await caller.logIn("alice", LifecycleTests.password) }
        await server.stop()
        // In use when it was cut off, and then a page of the sessions is overwritten.
        try await AuditTests.tamper(server, "INSERT INTO metadata (name, value) VALUES ('in_use', x'01')")
        let damage = """
            import sqlite3
            database = sqlite3.connect("tessera-data/tessera.sqlite")
            root, = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sessions_account'").fetchone()
            database.close()
            with open("tessera-data/tessera.sqlite", "r+b") as file:
                file.seek((root - 1) * 4096 + 8)
                file.write(b"\\x5a" * 64)
            """
        #expect(try await Command.run(Command.python, ["-c", damage], in: server.directory).status == 0)
        try await server.start()
        #expect(await server.process?.waitForLog("the database is damaged") == true)
        #expect(server.log.contains("copy.sqlite"))
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 503)
        #expect(try await caller.send("GET", "/health/ready").status == 503)
        #expect(try await caller.send("GET", "/.well-known/jwks.json").status == 200)
        await server.stop()
        let restored = try await server.tessera("restore", "copy.sqlite")
        #expect(restored.status == 0, "\(restored.errors)")
        try await server.start()
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)
    }
}
