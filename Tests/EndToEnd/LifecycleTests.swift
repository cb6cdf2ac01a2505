import Foundation
import JOSE
import Testing

/// The built binary over real sockets: from an empty directory to a log-out.
struct LifecycleTests {
    static let roles = """
        roles:
          editor: ["articles:read", "articles:write"]
        """

    @Test func `what a server signs with ML-DSA-65 is verified by itself and by its keys`() async throws {
        let (server, caller) = try await Self.withUser(Self.roles + "\nsigning_algorithm: ML-DSA-65")
        let token = try await caller.logIn("alice", Self.password)["access_token"]
        #expect(try await caller.send("GET", "/users/me", bearer: token).status == 200)
        let keys = server.url + "/.well-known/jwks.json"
        let verified = try await server.tessera("jwt", "verify", "--keys", keys, "--type", "at+jwt", token)
        #expect(verified.status == 0, "\(verified.errors)")
    }

    static func withUser(_ configuration: String = roles) async throws -> (ServerProcess, Caller) {
        let server = try await ServerProcess(configuration: configuration)
        let added = try await server.tessera(
            "user",
            "add",
            "alice",
            "--role",
            "editor",
            "--password-stdin",
            input: "correct horse battery staple\n"
        )
        #expect(added.status == 0, "\(added.errors)")
        return (server, Caller(server))
    }

    static let password = "correct horse battery staple"

    @Test func `a user logs in, calls a protected route, refreshes and is logged out`() async throws {
        let (server, caller) = try await Self.withUser()
        let first = try await caller.logIn("alice", Self.password)
        #expect(first.status == 200, "\(first.text)")
        #expect(first["token_type"].lowercased() == "bearer")
        #expect(first.headers["cache-control"] == "no-store")
        let me = try await caller.send("GET", "/users/me", bearer: first["access_token"])
        #expect(me.status == 200)
        #expect(me["username"] == "alice")
        #expect(me["scope"] == "articles:read articles:write")
        let second = try await caller.refresh(first["refresh_token"])
        #expect(second.status == 200)
        #expect(second["refresh_token"] != first["refresh_token"])
        let revoked = try await caller.form("/revoke", ["token": second["refresh_token"]])
        #expect(revoked.status == 200)
        for token in [first["access_token"], second["access_token"]] {
            let refused = try await caller.send("GET", "/users/me", bearer: token)
            #expect(refused.status == 401)
            #expect(refused.headers["www-authenticate"]?.contains("invalid_token") == true)
        }
        #expect(try await caller.refresh(second["refresh_token"]).status == 400)
        #expect(await server.stop() == 0)
    }

    @Test func `the first start keeps the administrator's password in a file until it is changed`() async throws {
        let server = try await ServerProcess()
        let caller = Caller(server)
        let path = server.dataDirectory + "/initial-admin-password"
        let password = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .newlines)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(await server.process?.waitForLog("initial-admin-password") == true)
        #expect(!server.log.contains(password))
        let token = try await caller.logIn("admin", password)
        #expect(token.status == 200)
        let changed = try await caller.json(
            "PUT",
            "/users/me/password",
            bearer: token["access_token"],
            ["current_password": .string(password), "new_password": "a new and longer passphrase"]
        )
        #expect(changed.status == 204 || changed.status == 200, "\(changed.text)")
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func `everything that was acknowledged is there after a restart`() async throws {
        let (server, caller) = try await Self.withUser()
        let token = try await caller.logIn("alice", Self.password)
        let gone = try await caller.logIn("alice", Self.password)
        _ = try await caller.form("/revoke", ["token": gone["refresh_token"]])
        #expect(await server.stop() == 0)
        try await server.start()
        #expect(try await caller.send("GET", "/users/me", bearer: token["access_token"]).status == 200)
        #expect(try await caller.send("GET", "/users/me", bearer: gone["access_token"]).status == 401)
        #expect(try await caller.refresh(token["refresh_token"]).status == 200)
    }

    @Test func `a command beside a running server takes effect at once`() async throws {
        let (server, caller) = try await Self.withUser()
        let token = try await caller.logIn("alice", Self.password)
        #expect(try await caller.send("GET", "/users/me", bearer: token["access_token"]).status == 200)
        let listed = try await server.tessera("session", "list", "--user", "alice", "--json")
        #expect(listed.status == 0)
        #expect(try JSONValue(parsing: listed.output).arrayValue?.count == 1)
        #expect(try await server.tessera("user", "disable", "alice").status == 0)
        #expect(try await caller.send("GET", "/users/me", bearer: token["access_token"]).status == 401)
        #expect(try await caller.refresh(token["refresh_token"]).status == 400)
        #expect(try await server.tessera("user", "show", "nobody").status == 1)
    }

    @Test func `commands work without a server and are seen by the next one`() async throws {
        let (server, caller) = try await Self.withUser()
        await server.stop()
        let added = try await server.tessera("user", "add", "bob", "--password-stdin", input: Self.password)
        #expect(added.status == 0, "\(added.errors)")
        try await server.start()
        #expect(try await caller.logIn("bob", Self.password).status == 200)
    }

    @Test func `sixteen parallel refreshes of one token get one successor`() async throws {
        let (server, caller) = try await Self.withUser()
        let token = try await caller.logIn("alice", Self.password)["refresh_token"]
        let answers = try await withThrowingTaskGroup(of: Caller.Answer.self) { group in
            for _ in 0..<16 { group.addTask { try await caller.refresh(token) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.map(\.status) == Array(repeating: 200, count: 16))
        #expect(Set(answers.map { $0["refresh_token"] }).count == 1)
        #expect(try await caller.refresh(answers[0]["refresh_token"]).status == 200)
        await server.stop()
    }

    @Test func `a token reused after its grace ends that session and no other`() async throws {
        let (_, caller) = try await Self.withUser(Self.roles + "\nrefresh_grace_period: 0s")
        let stolen = try await caller.logIn("alice", Self.password)
        let other = try await caller.logIn("alice", Self.password)
        let next = try await caller.refresh(stolen["refresh_token"])
        let reused = try await caller.refresh(stolen["refresh_token"])
        #expect(reused.status == 400)
        #expect(reused["error"] == "invalid_grant")
        #expect(try await caller.refresh(next["refresh_token"]).status == 400)
        #expect(try await caller.send("GET", "/users/me", bearer: next["access_token"]).status == 401)
        #expect(try await caller.refresh(other["refresh_token"]).status == 200)
        let metrics = try await caller.send("GET", "/metrics")
        #expect(metrics.text.contains("reused"))
    }
}
