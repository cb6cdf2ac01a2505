import Foundation
import JOSE
import TestSupport
import Testing

/// Secrets are planted in every field that takes one; none may be found anywhere afterwards.
struct CanaryTests {
    /// Asks a server, and keeps what it answered in refusal.
    private actor Asker {
        let caller: Caller
        private(set) var refusals = ""

        init(_ caller: Caller) { self.caller = caller }

        @discardableResult
        func form(_ path: String, _ fields: [String: String], headers: [String: String] = [:]) async throws
            -> Caller.Answer
        {
            keep(try await caller.form(path, fields, headers: headers))
        }

        @discardableResult
        func json(_ method: String, _ path: String, bearer: String? = nil, _ body: JSONValue) async throws
            -> Caller.Answer
        {
            keep(try await caller.json(method, path, bearer: bearer, body))
        }

        @discardableResult
        func send(
            _ method: String,
            _ path: String,
            bearer: String? = nil,
            headers: [String: String] = [:],
            body: String? = nil
        ) async throws -> Caller.Answer {
            keep(try await caller.send(method, path, bearer: bearer, headers: headers, body: body))
        }

        private func keep(_ answer: Caller.Answer) -> Caller.Answer {
            if answer.status >= 400 { refusals += "\(answer.headers) \(answer.text)\n" }
            return answer
        }
    }

    @Test func `no planted secret is found in a log, a metric, a trace, an answer, a back-up or a file`() async throws {
        let canaries = Canaries()
        let masterKey = Base64URL.encode((0..<32).map { _ in UInt8.random(in: .min ... .max) })
        canaries.add("master-key", masterKey)
        let collector = try TraceCollector()
        let server = try await ServerProcess(
            configuration: LifecycleTests.roles + """

                log_level: trace
                registration: open
                master_key: \(masterKey)
                otlp_endpoint: \(collector.endpoint)
                """
        )
        let asker = Asker(Caller(server))
        let first = try String(contentsOfFile: server.dataDirectory + "/initial-admin-password", encoding: .utf8)
        let (access, refresh) = try await plantInAccount(canaries, asker)
        try await plantInForms(canaries, asker, access: access, refresh: refresh)
        try await plantInRequests(canaries, asker)
        try await plantAsAdministrator(canaries, asker, password: first.trimmingCharacters(in: .newlines))
        let output = try await plantOnCommandLine(canaries, server)
        let metrics = try await asker.send("GET", "/metrics").text
        #expect(canaries.count >= 40, "\(canaries.count) fields")

        // Whatever ends the process, its last words hold nothing: a kill between two steps, a trap.
        try server.arm("commitStarting")
        _ = try? await asker.json(
            "POST",
            "/users",
            ["username": "late", "password": .string(canaries.plant("password-at-a-kill"))]
        )
        #expect(await server.end() == -SIGKILL)
        server.disarm()
        try await server.start(environment: ["SWIFT_BACKTRACE": "enable=yes,symbolicate=off,images=none"])
        _ = try await asker.form("/token", ["username": "alice", "password": canaries.plant("password-at-a-trap")])
        // The runtime writes what it knows of a trap, registers and what they point to; a signal that came from outside
        // does not end the process after that.
        server.process?.send(SIGILL)
        #expect(await server.process?.waitForLog("Backtrace took") == true)
        #expect(await server.stop(SIGKILL) == -SIGKILL)
        try await server.start()
        let backup = try await self.backup(server)
        #expect(await server.stop() == 0)

        #expect(canaries.found(in: server.log) == [])
        #expect(canaries.found(in: metrics) == [])
        #expect(collector.texts.contains { $0.contains("POST /token") })
        #expect(canaries.found(in: collector.texts.joined()) == [])
        #expect(canaries.found(in: await asker.refusals) == [])
        #expect(canaries.found(in: output) == [])
        #expect(canaries.found(in: backup) == [])
        // Its file is not written; it is the operator's own.
        #expect(try canaries.found(below: server.dataDirectory) == [])
    }

    // MARK: Where they are planted

    /// In what people do with their own accounts; answers tokens that are good.
    private func plantInAccount(_ canaries: Canaries, _ asker: Asker) async throws -> (access: String, refresh: String)
    {
        let password = canaries.plant("password")
        let next = canaries.plant("next-password")
        let account: JSONValue = ["username": "alice", "password": .string(password)]
        #expect(try await asker.json("POST", "/users", account).status == 201)
        #expect(try await asker.json("POST", "/users", account).status == 409)
        _ = try await asker.json(
            "POST",
            "/users",
            ["username": "x\u{1}", "password": .string(canaries.plant("password-of-a-refused-name"))]
        )
        _ = try await asker.json(
            "POST",
            "/users",
            ["username": "alice2", "password": .string(String(repeating: canaries.plant("long-password"), count: 30))]
        )
        let login = try await asker.form("/token", ["username": "alice", "password": password])
        let refreshed = try await asker.form(
            "/token",
            ["grant_type": "refresh_token", "refresh_token": login["refresh_token"]]
        )
        for (name, answer) in [("first", login), ("second", refreshed)] {
            canaries.add("\(name)-access-token", answer["access_token"])
            canaries.add("\(name)-refresh-token", answer["refresh_token"])
        }
        let access = refreshed["access_token"]
        for (old, new) in [(canaries.plant("wrong-current"), next), (password, "short"), (password, next)] {
            _ = try await asker.json(
                "PUT",
                "/users/me/password",
                bearer: access,
                ["current_password": .string(old), "new_password": .string(new)]
            )
        }
        _ = try await asker.json("PATCH", "/users/me", bearer: access, ["password": .string(canaries.plant("patched"))])
        for body in [
            #"{"new_password": "\#(canaries.plant("broken-json"))", }"#, canaries.plant("no-json"),
            #"{"current_password": ["\#(canaries.plant("password-in-a-list"))"]}"#,
        ] {
            let headers = ["Content-Type": "application/json"]
            try await asker.send("PUT", "/users/me/password", bearer: access, headers: headers, body: body)
        }
        return (access, refreshed["refresh_token"])
    }

    /// In every parameter of the OAuth endpoints.
    private func plantInForms(_ canaries: Canaries, _ asker: Asker, access: String, refresh: String) async throws {
        for (name, fields) in [
            ("wrong-password", ["username": "alice"]), ("unknown-user", ["username": "nobody"]),
            ("stray-password", ["grant_type": "nothing"]), ("password-without-a-name", ["grant_type": "password"]),
        ] {
            try await asker.form("/token", fields.merging(["password": canaries.plant(name)]) { $1 })
        }
        for (field, grant) in [
            ("refresh_token", "refresh_token"), ("code", "authorization_code"), ("code_verifier", "authorization_code"),
            ("client_secret", "client_credentials"), ("client_assertion", "client_credentials"),
            ("assertion", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            ("subject_token", "urn:ietf:params:oauth:grant-type:token-exchange"),
            ("device_code", "urn:ietf:params:oauth:grant-type:device_code"), ("password[x]", "password"),
        ] {
            try await asker.form(
                "/token",
                ["grant_type": grant, "client_id": "app", field: canaries.plant("form-\(field)")]
            )
        }
        // People type their password where the name goes, and programs a secret for a scope.
        try await asker.form("/token", ["username": canaries.plant("name"), "password": "x"])
        try await asker.form("/token", ["grant_type": canaries.plant("grant-type")])
        try await asker.form(
            "/token",
            ["grant_type": "refresh_token", "refresh_token": refresh, "resource": canaries.plant("resource")]
        )
        for path in ["/revoke", "/introspect"] {
            let secret = Data("app:\(canaries.plant("basic-secret-at-\(path.dropFirst())"))".utf8).base64EncodedString()
            canaries.add("basic-credentials-at-\(path.dropFirst())", secret)
            let headers = ["Authorization": "Basic " + secret]
            try await asker.form(path, ["token": canaries.plant("token-at-\(path.dropFirst())")], headers: headers)
            try await asker.form(path, ["token": access + canaries.plant("tampered-at-\(path.dropFirst())")])
        }
    }

    /// In addresses, fields and bodies of requests of any kind.
    private func plantInRequests(_ canaries: Canaries, _ asker: Asker) async throws {
        for (name, value) in [
            ("Authorization", "Bearer "), ("Authorization", "Basic "), ("Authorization", "Digest "),
            ("Authorization", ""),
            ("Authorization", "DPoP "), ("Cookie", "session="), ("X-Api-Key", ""), ("DPoP", ""),
            ("Proxy-Authorization", "Basic "),
        ] {
            let secret = value + canaries.plant("field-\(name)-\(value)")
            try await asker.send("GET", "/users/me", headers: [name: secret])
            try await asker.send("GET", "/verify", headers: [name: secret])
        }
        for path in [
            "/users/me?access_token=", "/token?password=", "/nowhere?secret=", "/revocations?after=",
            "/admin/users?after=",
        ] {
            try await asker.send("GET", path + canaries.plant("query-of-\(path)"))
        }
        let flood = String(repeating: "x", count: 9000)
        try await asker.send("GET", "/health/live?\(canaries.plant("address-too-long"))\(flood)")
        try await asker.send(
            "GET",
            "/users/me",
            headers: ["X-Flood": canaries.plant("field-too-long") + flood + flood + flood + flood]
        )
        try await asker.form(
            "/token",
            ["password": canaries.plant("body-too-long") + String(repeating: "x", count: 70_000)]
        )
        let text = ["Content-Type": "text/plain"]
        try await asker.send("POST", "/token", headers: text, body: "password=" + canaries.plant("other-media-type"))
        try await asker.send("POST", "/users", headers: text, body: canaries.plant("other-media-type-of-json"))
    }

    /// In the administrator's requests.
    private func plantAsAdministrator(_ canaries: Canaries, _ asker: Asker, password: String) async throws {
        let fields = ["username": "admin", "password": password, "scope": "admin"]
        let token = try await asker.form("/token", fields)["access_token"]
        canaries.add("administrator-token", token)
        let added = try await asker.json(
            "POST",
            "/admin/users",
            bearer: token,
            ["username": "carol", "password": .string(canaries.plant("added-by-administrator"))]
        )
        #expect(added.status == 201, "\(added.text)")
        for name in ["carol", "nobody"] {
            try await asker.json(
                "PUT",
                "/admin/users/\(name)/password",
                bearer: token,
                ["password": .string(canaries.plant("set-by-administrator-for-\(name)"))]
            )
        }
        try await asker.json(
            "POST",
            "/admin/user-imports",
            bearer: token,
            ["users": [["username": "dave", "password_hash": .string("$6$" + canaries.plant("imported-hash"))]]]
        )
        let client = try await asker.json(
            "POST",
            "/admin/clients",
            bearer: token,
            ["id": "robot", "confidential": true]
        )
        canaries.add("client-secret", client["client_secret"])
        let renewed = try await asker.send("POST", "/admin/clients/robot/secret", bearer: token)
        canaries.add("renewed-client-secret", renewed["client_secret"])
        #expect(client["client_secret"].hasPrefix("tcs_") && renewed["client_secret"].hasPrefix("tcs_"))
    }

    /// In what commands read; answers all that they said.
    private func plantOnCommandLine(_ canaries: Canaries, _ server: ServerProcess) async throws -> String {
        var said = ""
        func run(_ arguments: [String], input: String? = nil) async throws {
            let done = try await Command.run(Command.tessera, arguments, in: server.directory, input: input)
            said += done.output + done.errors
        }
        try await run(["user", "add", "bob", "--password-stdin"], input: canaries.plant("command-line"))
        try await run(["user", "add", "bob", "--password-stdin"], input: canaries.plant("command-line-again"))
        try await run(["user", "set-password", "bob", "--password-stdin"], input: canaries.plant("command-line-next"))
        let rows = "username,password_hash\neve,$argon2id$\(canaries.plant("hash-in-a-file"))\n"
        try rows.write(toFile: server.directory + "/users.csv", atomically: true, encoding: .utf8)
        try await run(["user", "import", "users.csv"])
        try canaries.plant("key-file").write(toFile: server.directory + "/key", atomically: true, encoding: .utf8)
        try await run(["jwt", "sign", "--key", "key"], input: "{}")
        try #"{"kty":"oct","k":"\#(canaries.plant("key-member"))"#
            .write(toFile: server.directory + "/key.json", atomically: true, encoding: .utf8)
        try await run(["jwk", "thumbprint", "key.json"])
        try await run(["jwt", "verify", "--keys", "key.json", "a.\(canaries.plant("verified-token")).c"])
        for command in [
            ["config"], ["audit"], ["doctor"], ["user", "list"], ["client", "list"], ["session", "list"],
            ["signing-key", "list"],
        ] {
            try await run(command)
            try await run(command + ["--json"])
        }
        return said
    }

    /// A back-up's bytes; nothing where this binary makes none.
    private func backup(_ server: ServerProcess) async throws -> Data {
        guard try await server.tessera("--help").output.contains("backup") else { return Data() }
        let file = server.directory + "/backup"
        let done = try await server.tessera("backup", file)
        #expect(done.status == 0, "\(done.errors)")
        return try Data(contentsOf: URL(fileURLWithPath: file))
    }
}
