import BearerAuth
import Foundation
import HTTPTypes
import JOSE
import TestSupport
import Testing

/// Services of their own, in processes of their own, that take this server's tokens, or another's.
@Suite(.timeLimit(.minutes(2))) struct ProtectedServiceTests {
    private static let roles = """
        roles:
          editor: ["articles:read", "articles:write"]
          reader: ["articles:read"]
        """

    /// Starts the example and waits until it listens.
    func example(_ issuer: String) async throws -> (LoggedProcess, Caller) {
        let port = try FreePort.find()
        let process = try LoggedProcess(
            Command.protectedAPI,
            [],
            in: NSTemporaryDirectory(),
            environment: ["TESSERA_ISSUER": issuer, "PORT": "\(port)"]
        )
        try #require(await process.waitForLog("started and listening"), "\(process.log)")
        return (process, Caller(base: "http://127.0.0.1:\(port)"))
    }

    /// Asks until the answer is this one; the suite's limit ends it otherwise.
    func wait(for status: Int, _ api: Caller, _ path: String, bearer: String? = nil) async throws {
        while try await api.send("GET", path, bearer: bearer).status != status {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test func `in the example a reader, a writer and a stranger each get what they may`() async throws {
        let (server, caller) = try await LifecycleTests.withUser(Self.roles)
        let added = try await server.tessera(
            "user",
            "add",
            "bob",
            "--role",
            "reader",
            "--password-stdin",
            input: LifecycleTests.password + "\n"
        )
        #expect(added.status == 0, "\(added.errors)")
        let (process, api) = try await example(server.url)
        let alice = try await caller.logIn("alice", LifecycleTests.password)["access_token"]
        let bob = try await caller.logIn("bob", LifecycleTests.password)["access_token"]
        try await wait(for: 200, api, "/health")

        let stranger = try await api.send("GET", "/articles")
        #expect(stranger.status == 401)
        #expect(
            stranger.headers["www-authenticate"]
                == #"Bearer realm="articles", resource_metadata="\#(api.base)/.well-known/oauth-protected-resource""#
        )
        let metadata = try await api.send("GET", "/.well-known/oauth-protected-resource")
        #expect(metadata.json["authorization_servers"] == [.string(server.url)])

        #expect(try await api.send("GET", "/articles", bearer: bob).status == 200)
        #expect(try await api.json("POST", "/articles", bearer: alice, ["title": "On doors"]).status == 201)
        let refused = try await api.json("POST", "/articles", bearer: bob, ["title": "Mine"])
        #expect(refused.status == 403)
        #expect(refused.headers["www-authenticate"]?.contains(#"error="insufficient_scope""#) == true)
        #expect(refused.headers["www-authenticate"]?.contains(#"scope="articles:write""#) == true)
        #expect(try await api.send("GET", "/articles", bearer: bob).text.contains("On doors"))

        #expect(try await api.send("GET", "/feed")["greeting"] == "for everybody")
        #expect(try await api.send("GET", "/feed", bearer: bob)["greeting"].hasPrefix("for ") == true)
        #expect(try await api.send("GET", "/feed", bearer: bob + "x").status == 401)
        for token in [alice, bob] { #expect(!process.log.contains(token)) }
        process.send(SIGTERM)
        #expect(await process.end() == 0, "\(process.log)")
    }

    @Test func `what is revoked at the server is refused by the example, also after a restart`() async throws {
        let (server, caller) = try await LifecycleTests.withUser(Self.roles)
        let (process, api) = try await example(server.url)
        defer { process.send(SIGKILL) }
        let first = try await caller.logIn("alice", LifecycleTests.password)
        let second = try await caller.logIn("alice", LifecycleTests.password)
        let third = try await caller.logIn("alice", LifecycleTests.password)
        try await wait(for: 200, api, "/articles", bearer: first["access_token"])

        // One token, then a session, then the whole account, with a restart of the server between them.
        #expect(try await caller.form("/revoke", ["token": first["access_token"]]).status == 200)
        try await wait(for: 401, api, "/articles", bearer: first["access_token"])
        #expect(try await api.send("GET", "/articles", bearer: second["access_token"]).status == 200)
        #expect(await server.stop() == 0)
        #expect(try await api.send("GET", "/articles", bearer: second["access_token"]).status == 200)
        try await server.start()
        #expect(try await caller.form("/revoke", ["token": second["refresh_token"]]).status == 200)
        try await wait(for: 401, api, "/articles", bearer: second["access_token"])
        #expect(try await api.send("GET", "/articles", bearer: first["access_token"]).status == 401)
        #expect(try await api.send("GET", "/articles", bearer: third["access_token"]).status == 200)
        #expect(try await server.tessera("user", "disable", "alice").status == 0)
        try await wait(for: 401, api, "/articles", bearer: third["access_token"])
    }

    @Test func `the example starts before its server, says 503, and heals by itself`() async throws {
        let (server, caller) = try await LifecycleTests.withUser(Self.roles)
        let token = try await caller.logIn("alice", LifecycleTests.password)["access_token"]
        #expect(await server.stop() == 0)
        let (process, api) = try await example(server.url)
        defer { process.send(SIGKILL) }
        let answer = try await api.send("GET", "/articles", bearer: token)
        #expect(answer.status == 503)
        #expect(answer.headers["retry-after"] == "5")
        #expect(answer.headers["www-authenticate"] == nil)
        #expect(try await api.send("GET", "/health").status == 503)
        #expect(try await api.send("GET", "/feed").status == 200)
        try await server.start()
        try await wait(for: 200, api, "/articles", bearer: token)
    }

    @Test func `a signing key that rotates is known to the example at once`() async throws {
        let (server, caller) = try await LifecycleTests.withUser(Self.roles)
        let (process, api) = try await example(server.url)
        defer { process.send(SIGKILL) }
        let old = try await caller.logIn("alice", LifecycleTests.password)["access_token"]
        try await wait(for: 200, api, "/articles", bearer: old)
        #expect(try await server.tessera("signing-key", "rotate", "--now").status == 0)
        let new = try await caller.logIn("alice", LifecycleTests.password)
        #expect(try await api.send("GET", "/articles", bearer: new["access_token"]).status == 200)
        #expect(try await api.send("GET", "/articles", bearer: old).status == 200)
        // And the feed, which the new key signs now.
        #expect(try await caller.form("/revoke", ["token": new["access_token"]]).status == 200)
        try await wait(for: 401, api, "/articles", bearer: new["access_token"])
    }

    @Test(arguments: ["RS256", "ES256"])
    func `a foreign provider's tokens are taken by an unmodified BearerAuth`(algorithm: String) async throws {
        let provider = try LoggedProcess(
            Command.python,
            [ForeignClientTests.scripts + "foreign_provider.py", algorithm, "orders"],
            in: NSTemporaryDirectory(),
            environment: ["PYTHONDONTWRITEBYTECODE": "1"]
        )
        try #require(await provider.waitForLog("listening"), "\(provider.log)")
        let line = try #require(provider.log.split(separator: "\n").first { $0.hasPrefix("provider on ") })
        let issuer = String(line.split(separator: " ")[2])
        let credentials = Data("batch:secret".utf8).base64EncodedString()
        let answer = try await Caller(base: issuer).form(
            "/oauth/token",
            ["grant_type": "client_credentials", "scope": "orders:read"],
            headers: ["Authorization": "Basic \(credentials)"]
        )
        let fields: HTTPFields = [.authorization: "Bearer \(answer["access_token"])"]
        let auth = try BearerAuth(issuer: issuer, audience: "orders")
        let token = try #require(try await auth.authenticate(fields, method: .get, url: "/"), "\(answer.text)")
        #expect(token.subject == "batch")
        #expect(token.scope == ["orders:read"])
        #expect(auth.isReady)
        let elsewhere = try BearerAuth(issuer: issuer, audience: "billing")
        await #expect(throws: BearerFailure.self) {
            try await elsewhere.authenticate(fields, method: .get, url: "/")
        }
    }
}
