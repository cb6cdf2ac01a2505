import HTTPTypes
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct AdminEndpointTests {
    @Test func `without the scope an administrator is refused and told which is missing`() async throws {
        try await ServerFixture().run { caller in
            let tokens = try await caller.logIn("admin")
            let response = try await caller.get("/admin/users", token: tokens.access)
            #expect(response.status == .forbidden)
            #expect(response.headers[.wwwAuthenticate]?.contains("error=\"insufficient_scope\"") == true)
            #expect(response.headers[.wwwAuthenticate]?.contains("scope=\"admin\"") == true)
            #expect(try await caller.get("/admin/users").status == .unauthorized)
        }
    }

    @Test func `a scope that was written into a token by hand opens nothing`() async throws {
        let secret = String(repeating: "s", count: 32)
        let fixture = try await ServerFixture {
            $0.signingAlgorithm = .hs256
            $0.signingSecret = Secret(secret)
        }
        try await fixture.run { caller in
            let tokens = try await caller.logIn()
            var claims = try UnverifiedToken(tokens.access).claims
            claims["scope"] = "admin"
            claims["roles"] = ["admin"]
            let signer = TokenSigner(
                try SigningKey(secret: Array(secret.utf8), algorithm: .hs256),
                issuer: "https://id.example",
                audience: "https://id.example",
                lifetime: .seconds(60)
            )
            let forged = try signer.sign(claims)
            #expect(try await caller.get("/users/me", token: forged).status == .ok, "the signature holds")
            #expect(try await caller.get("/admin/users", token: forged).status == .forbidden)
            // An administrator's session in another's name is nobody's: the trail would name the other.
            let administrator = try await caller.logIn("admin", scope: "admin").access
            var borrowed = try UnverifiedToken(administrator).claims
            #expect(try await caller.get("/admin/users", token: try signer.sign(borrowed)).status == .ok)
            borrowed["sub"] = claims["sub"]
            #expect(try await caller.get("/admin/users", token: try signer.sign(borrowed)).status == .unauthorized)
        }
    }

    @Test func `nothing of a request's body is done for who is no administrator`() async throws {
        try await ServerFixture().run { caller in
            let tokens = try await caller.logIn()
            let body: JSONValue = ["username": "bob", "password": "a quite long passphrase"]
            #expect(
                try await caller.send(.post, "/admin/users", token: tokens.access, json: body).status == .forbidden
            )
            #expect(try await caller.form("/token", "username=bob&password=a+quite+long+passphrase").status != .ok)
        }
    }

    @Test func `accounts are added, shown, listed, disabled, enabled and removed`() async throws {
        try await ServerFixture().run { caller in
            let token = try await caller.logIn("admin", scope: "admin").access
            let body: JSONValue = [
                "username": "b/ö b", "password": "a quite long passphrase", "roles": ["reader"],
                "email": "bob@example.org",
            ]
            let mistaken: JSONValue = ["username": "eve", "password": "a quite long passphrase", "role": ["admin"]]
            let refused = try await caller.send(.post, "/admin/users", token: token, json: mistaken)
            #expect(refused.status == .unprocessableContent)
            #expect(refused.code == "member_unknown")
            let added = try await caller.send(.post, "/admin/users", token: token, json: body)
            #expect(added.status == .created)
            #expect(try await caller.send(.post, "/admin/users", token: token, json: body).status == .conflict)
            let path = "/admin/users/b%2F%C3%B6%20b"
            let shown = try await caller.get(path, token: token).json()
            #expect(shown["email"]?.stringValue == "bob@example.org")
            #expect(shown["roles"]?.stringsValue == ["reader"])
            #expect(try await caller.get("/admin/users?limit=0", token: token).status == .unprocessableContent)
            #expect(try await caller.send(.post, "\(path)/disable", token: token).status == .noContent)
            #expect(try await caller.get(path, token: token).json()["disabled"]?.boolValue == true)
            #expect(try await caller.send(.post, "\(path)/enable", token: token).status == .noContent)
            let password: JSONValue = ["password": "another long passphrase"]
            #expect(
                try await caller.send(.put, "\(path)/password", token: token, json: password).status == .noContent
            )
            #expect(try await caller.send(.delete, "\(path)/sessions", token: token).status == .noContent)
            #expect(try await caller.send(.delete, path, token: token).status == .noContent)
            #expect(try await caller.get(path, token: token).status == .notFound)
        }
    }

    @Test func `SQL injection by page token or sort: only what a page before said goes on`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            let token = try await caller.logIn("admin", scope: "admin").access
            func page(_ query: String) async throws -> JSONObject {
                try await caller.get("/admin/users?limit=1\(query)", token: token).json()
            }
            let first = try await page("")
            #expect(first["users"]?.arrayValue?.first?["username"]?.stringValue == "admin")
            let next = try #require(first["next"]?.stringValue)
            let second = try await page("&after=\(next)")
            #expect(second["users"]?.arrayValue?.first?["username"]?.stringValue == "alice")
            let last = try await page("&after=\(try #require(second["next"]?.stringValue))")
            #expect(last["users"]?.arrayValue == [] && last["next"] == nil)
            var changed = Array(next.utf8)
            changed[0] = changed[0] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            for forged in [
                "admin", "%27%20OR%201%3D1--", "QUFBQUFBQUFBQUFBQUFBQWFkbWlu", String(decoding: changed, as: UTF8.self),
                fixture.test.domain.pages.token(after: "admin", in: "another list"), next + "AA",
            ] {
                let refused = try await caller.get("/admin/users?limit=1&after=\(forged)", token: token)
                #expect(refused.status == .unprocessableContent, "\(forged)")
                #expect(refused.code == "after_invalid")
            }
        }
    }

    @Test func `an import tells of each row by itself`() async throws {
        try await ServerFixture().run { caller in
            let token = try await caller.logIn("admin", scope: "admin").access
            let hash = "$2b$04$abcdefghijklmnopqrstuuG9Z9FhEHBYtDkTQYWPCLeUgOIG5cZ1S"
            let response = try await caller.send(
                .post,
                "/admin/user-imports",
                token: token,
                json: [
                    "users": [
                        ["username": "carl", "password_hash": .string(hash)],
                        ["username": "dora", "password_hash": "nonsense"],
                    ]
                ]
            )
            let errors = try response.json()["errors"]?.arrayValue ?? []
            #expect(errors.count == 2)
            #expect(errors.last?.stringValue?.isEmpty == false)
        }
    }

    @Test func `clients are added, shown, given a new secret and removed`() async throws {
        try await ServerFixture().run { caller in
            let token = try await caller.logIn("admin", scope: "admin").access
            let added = try await caller.send(
                .post,
                "/admin/clients",
                token: token,
                json: ["id": "worker", "confidential": true, "grants": ["client_credentials"], "scopes": ["jobs"]]
            )
            #expect(added.status == .created)
            #expect(added.headers[.cacheControl] == "no-store")
            let secret = try #require(added.json()["client_secret"]?.stringValue)
            let grant = "grant_type=client_credentials&client_id=worker&client_secret="
            #expect(try await caller.form("/token", grant + secret).status == .ok)
            let shown = try await caller.get("/admin/clients/worker", token: token)
            #expect(!shown.text.contains("secret"))
            let rotated = try await caller.send(.post, "/admin/clients/worker/secret", token: token)
            let newer = try #require(rotated.json()["client_secret"]?.stringValue)
            #expect(try await caller.form("/token", grant + newer).status == .ok)
            #expect(try await caller.get("/admin/clients", token: token).text.contains("worker"))
            #expect(try await caller.send(.delete, "/admin/clients/worker", token: token).status == .noContent)
            #expect(try await caller.form("/token", grant + newer).status == .unauthorized)
            #expect(
                try await caller.send(.delete, "/admin/clients/tessera", token: token).status == .unprocessableContent
            )
        }
    }

    @Test func `a log-in is listed and ended by an administrator`() async throws {
        try await ServerFixture().run { caller in
            let alice = try await caller.logIn()
            let token = try await caller.logIn("admin", scope: "admin").access
            let list = try await caller.get("/admin/sessions?user=alice", token: token).json()
            let session = try #require(list["sessions"]?.arrayValue?.first?["id"]?.stringValue)
            #expect(try await caller.send(.delete, "/admin/sessions/\(session)", token: token).status == .noContent)
            #expect(try await caller.get("/users/me", token: alice.access).status == .unauthorized)
            #expect(try await caller.send(.delete, "/admin/sessions/\(session)", token: token).status == .notFound)
        }
    }

    @Test func `the audit trail is read by an administrator, page by page, and the reading is told of once`()
        async throws
    {
        try await ServerFixture().run { caller in
            _ = try await caller.logIn()
            let token = try await caller.logIn("admin", scope: "admin").access
            let newest = try await caller.get("/admin/audit?user=alice", token: token)
            #expect(newest.headers[.cacheControl] == "no-store")
            let rows = try newest.json()["events"]?.arrayValue ?? []
            #expect(rows.map { $0["event"] } == ["account_added", "session_begun"])
            #expect(rows.allSatisfy { $0["username"] == "alice" })
            var numbers: [Int64] = []
            while true {
                let after = numbers.last ?? 0
                let page = try await caller.get("/admin/audit?after=\(after)&limit=2", token: token).json()
                let found = (page["events"]?.arrayValue ?? []).compactMap { $0["number"]?.int64Value }
                if found.isEmpty { break }
                numbers += found
            }
            #expect(numbers == Array(1...Int64(numbers.count)))
            let readings = try await caller.get("/admin/audit?after=0&event=audit_read", token: token).json()
            #expect(readings["events"]?.arrayValue?.count == 1)
            let reading = readings["events"]?.arrayValue?.first
            let reader = try #require(try UnverifiedToken(token).claims["sub"]?.stringValue)
            #expect(reading?["account_id"]?.stringValue == reader)
            #expect(reading?["detail"]?.stringValue?.hasSuffix("by administrator \(reader)") == true)
            for (query, status) in [
                ("event=nothing", HTTPResponse.Status.unprocessableContent), ("since=soon", .unprocessableContent),
                ("after=x", .unprocessableContent), ("limit=0", .unprocessableContent), ("user=nobody", .notFound),
            ] {
                #expect(try await caller.get("/admin/audit?\(query)", token: token).status == status, "\(query)")
            }
            let alice = try await caller.logIn().access
            #expect(try await caller.get("/admin/audit", token: alice).status == .forbidden)
        }
    }

    @Test func `a signing key is rotated and revoked, and its tokens with it`() async throws {
        try await ServerFixture().run { caller in
            let old = try await caller.logIn("admin", scope: "admin").access
            let listed = try await caller.get("/admin/signing-keys", token: old).json()
            let kid = try #require(listed["signing_keys"]?.arrayValue?.first?["id"]?.stringValue)
            let rotated = try await caller.send(.post, "/admin/signing-keys", token: old, json: ["now": true])
            #expect(rotated.status == .created)
            #expect(try rotated.json()["state"]?.stringValue == "active")
            #expect(try await caller.get("/users/me", token: old).status == .ok)
            let token = try await caller.logIn("admin", scope: "admin").access
            #expect(try await caller.send(.delete, "/admin/signing-keys/\(kid)", token: token).status == .noContent)
            #expect(try await caller.get("/users/me", token: old).status == .unauthorized)
            let unknown = try await caller.send(
                .post,
                "/admin/signing-keys",
                token: token,
                json: ["algorithm": "none"]
            )
            #expect(unknown.status == .unprocessableContent)
        }
    }
}
