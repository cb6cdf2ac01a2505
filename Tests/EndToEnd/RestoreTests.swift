import Foundation
import JOSE
import Testing

/// Back-ups of a running server, and what comes back with them: nothing that was revoked.
struct RestoreTests {
    @Test(arguments: ["ES256", "HS256"])
    func `what was revoked after the back-up stays revoked after the restore`(_ algorithm: String) async throws {
        let secret = algorithm == "HS256" ? "\nsigning_secret: \(String(repeating: "s3cret-", count: 6))" : ""
        let (server, caller) = try await LifecycleTests.withUser(
            LifecycleTests.roles + "\nsigning_algorithm: \(algorithm)\(secret)"
        )
        let gone = try await caller.logIn("alice", LifecycleTests.password)
        let kept = try await caller.logIn("alice", LifecycleTests.password)
        let issuedAt = Int64(Date().timeIntervalSince1970)
        let made = try await server.tessera("backup", "copy.sqlite")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.errors.contains(server.dataDirectory.suffix(30) + "/master.key"), "\(made.errors)")
        _ = try await caller.form("/revoke", ["token": gone["refresh_token"]])
        _ = try await caller.refresh(kept["refresh_token"])

        let refused = try await server.tessera("restore", "copy.sqlite")
        #expect(refused.status == 3)
        #expect(refused.errors.contains("already running"), "\(refused.errors)")
        await server.stop()
        let restored = try await server.tessera("restore", "copy.sqlite")
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(restored.errors.contains(".replaced-"), "\(restored.errors)")
        try await server.start()
        #expect(!server.log.contains("an older database"))

        for token in [gone, kept] {
            #expect(try await caller.send("GET", "/users/me", bearer: token["access_token"]).status == 401)
            #expect(try await caller.send("GET", "/verify", bearer: token["access_token"]).status == 401)
            #expect(try await caller.refresh(token["refresh_token"]).status == 400)
        }
        // Services that know the key, or still remember it, are told by the feed.
        let payload = try await caller.send("GET", "/revocations").text.split(separator: ".")[1]
        let feed = try JSONValue(parsing: try #require(Base64URL.decode(Array(payload.utf8))))
        let client = try #require(feed["clients"]?.arrayValue?.first?.arrayValue)
        #expect(try #require(client.last?.int64Value) >= issuedAt)
        let fresh = try await caller.logIn("alice", LifecycleTests.password)
        #expect(fresh.status == 200, "\(fresh.text)")
        #expect(try await caller.send("GET", "/users/me", bearer: fresh["access_token"]).status == 200)
        #expect(try await caller.refresh(fresh["refresh_token"]).status == 200)
        let trail = try await server.tessera("audit", "--event", "restored", "--json")
        #expect(trail.output.contains("from a back-up of"), "\(trail.output)")
        #expect(try await server.tessera("audit", "verify").status == 0)
        let old = try #require(
            try FileManager.default.contentsOfDirectory(atPath: server.dataDirectory)
                .first { $0.contains(".replaced-") && !$0.hasSuffix(".mark") }
        )
        await server.stop()
        let since = try await server.tessera("audit", "--database", "sqlite:tessera-data/\(old)", "--json")
        #expect(since.status == 0, "\(since.errors)")
        #expect(since.output.contains("session_ended"))
    }

    @Test(.timeLimit(.minutes(2)))
    func `a service that ran all the while refuses what was issued before the restore`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let (process, api) = try await ProtectedServiceTests().example(server.url)
        let old = try await caller.logIn("alice", LifecycleTests.password)["access_token"]
        try await ProtectedServiceTests().wait(for: 200, api, "/articles", bearer: old)
        #expect(try await server.tessera("backup", "copy.sqlite").status == 0)
        await server.stop()
        #expect(try await server.tessera("restore", "copy.sqlite").status == 0)
        try await server.start()
        try await ProtectedServiceTests().wait(for: 401, api, "/articles", bearer: old)
        let fresh = try await caller.logIn("alice", LifecycleTests.password)["access_token"]
        try await ProtectedServiceTests().wait(for: 200, api, "/articles", bearer: fresh)
        #expect(try await api.send("GET", "/articles", bearer: old).status == 401)
        process.send(SIGTERM)
        _ = await process.end()
    }

    @Test func `an older database that was put in place by hand is noticed, and nothing in it lives`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let gone = try await caller.logIn("alice", LifecycleTests.password)
        await server.stop()
        let file = server.dataDirectory + "/tessera.sqlite"
        try FileManager.default.copyItem(atPath: file, toPath: server.directory + "/by-hand.sqlite")
        try await server.start()
        _ = try await caller.form("/revoke", ["token": gone["refresh_token"]])
        await server.stop()
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.copyItem(atPath: server.directory + "/by-hand.sqlite", toPath: file)
        try await server.start()
        #expect(server.log.contains("an older database was put in place"))
        #expect(try await caller.send("GET", "/users/me", bearer: gone["access_token"]).status == 401)
        #expect(try await caller.refresh(gone["refresh_token"]).status == 400)
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)
        #expect(try await server.tessera("audit", "--event", "restored").output.contains("older database"))
    }

    @Test func `a database that comes back by other means is adopted`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let login = try await caller.logIn("alice", LifecycleTests.password)
        await server.stop()
        let adopted = try await server.tessera("restore", "--adopt")
        #expect(adopted.status == 0, "\(adopted.errors)")
        try await server.start()
        #expect(try await caller.send("GET", "/users/me", bearer: login["access_token"]).status == 401)
        #expect(try await caller.refresh(login["refresh_token"]).status == 400)
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)
    }

    @Test func `a back-up is restored on a new machine with the master key, and not with another`() async throws {
        let (server, _) = try await LifecycleTests.withUser()
        #expect(try await server.tessera("backup", "copy.sqlite").status == 0)
        let directory = NSTemporaryDirectory() + "tessera-new-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func run(_ arguments: String...) async throws -> Command {
            try await Command.run(Command.tessera, arguments, in: directory)
        }
        let copy = server.directory + "/copy.sqlite"
        let missing = try await run("restore", copy)
        #expect(missing.status == 2)
        #expect(missing.errors.contains("master.key"), "\(missing.errors)")
        let key = directory + "/tessera-data/master.key"
        try "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE".write(toFile: key, atomically: true, encoding: .utf8)
        let wrong = try await run("restore", copy)
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("the back-up"), "\(wrong.errors)")
        #expect(!FileManager.default.fileExists(atPath: directory + "/tessera-data/tessera.sqlite"))
        try FileManager.default.removeItem(atPath: key)
        try FileManager.default.copyItem(atPath: server.dataDirectory + "/master.key", toPath: key)
        let restored = try await run("restore", copy)
        #expect(restored.status == 0, "\(restored.errors)")
        #expect(try await run("user", "list").output.contains("alice"))
    }

    @Test func `PostgreSQL is pointed to its own tools`() async throws {
        let server = try await ServerProcess()
        for arguments in [["backup", "x.dump"], ["restore", "x.dump"]] {
            let url = "postgresql://127.0.0.1:1/none"
            let done = try await Command.run(Command.tessera, arguments + ["--database", url], in: server.directory)
            #expect(done.status == 2, "\(done.errors)")
            #expect(done.errors.contains("--adopt"), "\(done.errors)")
        }
    }
}
