import Foundation
import JOSE
import TestSupport
import Testing

/// Clients and libraries that know nothing of this project.
struct ForeignClientTests {
    static let scripts = Command.packageRoot + "/Tests/EndToEnd/Clients/"

    private func python(_ script: String, _ arguments: String...) async throws -> Command {
        try await Command.run(
            Command.python,
            [Self.scripts + script] + arguments,
            in: NSTemporaryDirectory(),
            environment: ["PYTHONDONTWRITEBYTECODE": "1"]
        )
    }

    @Test func `joserfc and PyJWT verify our tokens and we verify theirs, all algorithms`() async throws {
        let done = try await python("algorithms.py", Command.tessera)
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        // Five checks for an HMAC, seven for the others; PyJWT does not know the new name of Ed25519.
        let checks = done.output.split(separator: "\n").count { $0.hasPrefix("ok ") }
        #expect(checks == 3 * 5 + 9 * 7 + 6)
    }

    @Test func `joserfc, PyJWT and jwcrypto judge random tokens as we do, or a rule says why not`() async throws {
        // Its seed is in the output: a failure is repeated with --seed.
        let done = try await python("differential.py", Command.tessera, "--tokens", "1500", "--signed", "26")
        #expect(done.status == 0, "\(done.output)\(done.errors)")
    }

    @Test func `joserfc and jwcrypto decrypt as we do, or a rule says why not`() async throws {
        let done = try await python("differential_jwe.py", Command.tessera, "--tokens", "600", "--encrypted", "60")
        #expect(done.status == 0, "\(done.output)\(done.errors)")
    }

    @Test func `Authlib's OAuth2Session logs in, refreshes and revokes unpatched`() async throws {
        let (server, _) = try await LifecycleTests.withUser()
        let done = try await python("authlib_session.py", server.url, "alice", LifecycleTests.password)
        #expect(done.output == "ok\n", "\(done.errors)")
    }

    @Test(arguments: ["ES256", "Ed25519", "ES384", "ES512", "PS256", "RS256"])
    func `a published key verifies an access token in joserfc and PyJWT`(_ algorithm: String) async throws {
        let (server, caller) = try await LifecycleTests.withUser(
            LifecycleTests.roles + "\nsigning_algorithm: \(algorithm)"
        )
        let token = try await caller.logIn("alice", LifecycleTests.password)["access_token"]
        let done = try await python("verify_access_token.py", server.url, token, algorithm)
        #expect(done.output == "ok\n", "\(done.errors)")
    }

    @Test func `hashes of passlib, bcrypt and Django are imported, log in and are replaced`() async throws {
        let server = try await ServerProcess()
        let caller = Caller(server)
        let password = "as it was before"
        let file = server.directory + "/users.csv"
        try await python("foreign_hashes.py", password).output.write(toFile: file, atomically: true, encoding: .utf8)
        let imported = try await server.tessera("user", "import", file)
        #expect(imported.status == 1)
        #expect((imported.output + imported.errors).contains("9"), "the rejected line is named by its number")
        for name in ["bcrypt", "bcrypt-2a", "bcrypt-2y", "pbkdf2-sha256", "pbkdf2-sha512", "scrypt", "django"] {
            #expect(try await caller.logIn(name, "wrong").status == 400, "\(name)")
            // The second time it is our own hash that verifies.
            #expect(try await caller.logIn(name, password).status == 200, "\(name)")
            #expect(try await caller.logIn(name, password).status == 200, "\(name) after its hash was replaced")
        }
        #expect(try await caller.logIn("rejected", password).status == 400)
    }

    @Test(.timeLimit(.minutes(2)))
    func `the FastAPI tutorial's app takes Tessera's tokens, and refuses what was revoked`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let port = try FreePort.find()
        let app = try LoggedProcess(
            Command.python,
            ["-m", "uvicorn", "main:app", "--port", "\(port)"],
            in: Command.packageRoot + "/Examples/fastapi",
            environment: ["TESSERA_ISSUER": server.url, "PYTHONDONTWRITEBYTECODE": "1"]
        )
        #expect(await app.waitForLog("running on"), "\(app.log)")
        let api = Caller(base: "http://127.0.0.1:\(port)")
        #expect(try await api.send("GET", "/users/me").status == 401)
        #expect(try await api.send("GET", "/users/me", bearer: "rubbish").status == 401)
        let tokens = try await caller.logIn("alice", LifecycleTests.password)
        let token = tokens["access_token"]
        // 503 until the app has read the revocations for the first time.
        var me = try await api.send("GET", "/users/me", bearer: token)
        while me.status == 503 { me = try await api.send("GET", "/users/me", bearer: token) }
        #expect(me.status == 200, "\(me.text)")
        #expect(me["username"] == "alice")
        #expect(try await api.send("GET", "/articles", bearer: token).status == 200)
        let narrow = try await caller.logIn("alice", LifecycleTests.password, scope: "articles:write")["access_token"]
        #expect(try await api.send("GET", "/articles", bearer: narrow).status == 403)
        // What is revoked reaches the app by the feed, and the others live on.
        #expect(try await caller.form("/revoke", ["token": tokens["refresh_token"]]).status == 200)
        while me.status == 200 { me = try await api.send("GET", "/users/me", bearer: token) }
        #expect(me.status == 401, "\(me.text)")
        #expect(try await api.send("GET", "/users/me", bearer: narrow).status == 200)
        let disabled = try await server.tessera("user", "disable", "alice")
        #expect(disabled.status == 0, "\(disabled.errors)")
        while try await api.send("GET", "/users/me", bearer: narrow).status == 200 {}
        #expect(try await api.send("GET", "/users/me", bearer: narrow).status == 401)
        #expect(try await api.send("GET", "/openapi.json").text.contains("\(server.url)/token"))
    }
}
