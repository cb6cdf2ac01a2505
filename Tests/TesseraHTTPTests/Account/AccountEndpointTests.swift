import HTTPTypes
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct AccountEndpointTests {
    @Test func `a person sees the own account`() async throws {
        try await ServerFixture().run { caller in
            let tokens = try await caller.logIn(scope: "articles:read")
            let response = try await caller.get("/users/me", token: tokens.access)
            let account = try response.json()
            #expect(account.names == ["id", "username", "email", "roles", "scope", "created_at"])
            #expect(account["roles"]?.stringsValue == ["editor"])
            #expect(account["scope"]?.stringValue == "articles:read")
            #expect(account["created_at"]?.stringValue == "2027-01-15T08:00:00Z")
            #expect(account["email"] == .null)
            #expect(response.headers[.cacheControl] == "no-store")
        }
    }

    @Test func `no credentials get a bare challenge, bad ones invalid_token, two 400`() async throws {
        try await ServerFixture().run { caller in
            let tokens = try await caller.logIn()
            let none = try await caller.get("/users/me")
            #expect(none.status == .unauthorized)
            #expect(none.headers[.wwwAuthenticate]?.contains("error") == false)
            let query = try await caller.get("/users/me?access_token=\(tokens.access)")
            #expect(query.status == .unauthorized)
            for bad in ["x", "a.b.c", String(tokens.access.dropLast(2)), tokens.refresh] {
                let response = try await caller.get("/users/me", token: bad)
                #expect(response.status == .unauthorized)
                #expect(response.headers[.wwwAuthenticate]?.contains("error=\"invalid_token\"") == true)
                #expect(response.headers[.contentType] == "application/problem+json")
                let problem = try response.json()
                #expect(problem["code"]?.stringValue == "invalid_token")
                #expect(problem["request_id"]?.stringValue == response.headers[.xRequestID])
            }
            var two = HTTPFields()
            two.append(HTTPField(name: .authorization, value: "Bearer \(tokens.access)"))
            two.append(HTTPField(name: .authorization, value: "Bearer \(tokens.access)"))
            #expect(try await caller.get("/users/me", headers: two).status == .badRequest)
        }
    }

    @Test func `an expired token is refused`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { [test = fixture.test] caller in
            let tokens = try await caller.logIn()
            test.clock.advance(by: .seconds(1799))
            #expect(try await caller.get("/users/me", token: tokens.access).status == .ok)
            test.clock.advance(by: .seconds(1))
            #expect(try await caller.get("/users/me", token: tokens.access).status == .unauthorized)
        }
    }

    @Test func `registration is closed unless it is opened`() async throws {
        let person: JSONValue = ["username": "bob", "password": "a quite long passphrase"]
        try await ServerFixture().run { caller in
            let response = try await caller.send(.post, "/users", json: person)
            #expect(response.status == .forbidden)
            #expect(response.code == "registration_closed")
        }
        try await ServerFixture(configure: { $0.isRegistrationOpen = true }).run { caller in
            let response = try await caller.send(.post, "/users", json: person)
            #expect(response.status == .created)
            #expect(try response.json()["username"]?.stringValue == "bob")
            #expect(try response.json()["roles"]?.stringsValue == [])
            let again = try await caller.send(
                .post,
                "/users",
                json: ["username": "BOB", "password": "another long one"]
            )
            #expect(again.status == .conflict)
            for (body, code) in [
                (["username": "eve", "password": "short"], nil), (["username": "eve"], "member_missing"),
                (["username": 7, "password": "a quite long passphrase"], "member_invalid"),
                (["username": " eve", "password": "a quite long passphrase"], "username_invalid"),
                (["username": "eve", "password": "a quite long passphrase", "email": "x"], "email_invalid"),
                (["username": "eve", "password": "a quite long passphrase", "roles": ["admin"]], "member_unknown"),
            ] as [(JSONValue, String?)] {
                let refused = try await caller.send(.post, "/users", json: body)
                #expect(refused.status == .unprocessableContent)
                #expect(refused.code != nil)
                if let code { #expect(refused.code == code) }
                #expect(try refused.json()["detail"]?.stringValue?.isEmpty == false)
            }
        }
    }

    @Test func `account revealed by text: an e-mail address in use is answered like any other`() async throws {
        try await ServerFixture(configure: { $0.isRegistrationOpen = true }).run { caller in
            func register(_ name: String, _ email: String) async throws -> (HTTPResponse.Status, JSONObject) {
                let body: JSONValue = [
                    "username": .string(name), "password": "a quite long passphrase", "email": .string(email),
                ]
                let response = try await caller.send(.post, "/users", json: body)
                return (response.status, try response.json())
            }
            _ = try await register("one", "one@example.org")
            let administrator = try await caller.logIn("admin", scope: "admin").access
            let assigned: JSONValue = [
                "username": "bob", "email": "bob@example.org", "password": .string(TestDomain.password),
            ]
            let added = try await caller.send(.post, "/admin/users", token: administrator, json: assigned)
            #expect(added.status == .created)
            // As an address, and as a name: in use by a person, assigned to one, or unknown.
            for (index, email) in ["one@example.org", "BOB@example.org", "new@example.org"].enumerated() {
                let (status, _) = try await register("claims\(index)", email)
                #expect(status == .created, "\(email)")
                let (refused, problem) = try await register(email, "else\(index)@example.org")
                #expect(refused == .unprocessableContent, "\(email)")
                #expect(problem["code"]?.stringValue == "username_invalid")
            }
            for (name, email) in [("two", "ONE@example.org"), ("six", "six@example.org")] {
                let (status, account) = try await register(name, email)
                #expect(status == .created)
                #expect(account["email"]?.stringValue == email)
                #expect(account.members.map(\.name) == ["id", "username", "email", "roles", "created_at"])
            }
        }
    }

    @Test func `a client's own token is told that a person's is needed`() async throws {
        let fixture = try await ServerFixture()
        let secret = try await fixture.test.addClient("worker", scopes: ["jobs"]).secret?.revealed ?? ""
        try await fixture.run { caller in
            let form = "grant_type=client_credentials&client_id=worker&client_secret=\(secret)"
            let token = try await caller.form("/token", form).json()["access_token"]?.stringValue
            let response = try await caller.send(.get, "/users/me", token: token)
            #expect(response.status == .unauthorized)
            #expect(response.code == "invalid_token")
            #expect(try response.json()["detail"]?.stringValue?.contains("a client's own") == true)
        }
    }

    @Test func `a changed password ends all other sessions`() async throws {
        try await ServerFixture().run { caller in
            let other = try await caller.logIn()
            let mine = try await caller.logIn()
            let wrong = try await caller.send(
                .put,
                "/users/me/password",
                token: mine.access,
                json: ["current_password": "wrong", "new_password": "a quite long passphrase"]
            )
            #expect(wrong.status == .forbidden)
            #expect(wrong.code == "wrong_password")
            let weak = try await caller.send(
                .put,
                "/users/me/password",
                token: mine.access,
                json: ["current_password": .string(TestDomain.password), "new_password": "short"]
            )
            #expect(weak.status == .unprocessableContent)
            let changed = try await caller.send(
                .put,
                "/users/me/password",
                token: mine.access,
                json: ["current_password": .string(TestDomain.password), "new_password": "a quite long passphrase"]
            )
            #expect(changed.status == .noContent)
            #expect(try await caller.get("/users/me", token: mine.access).status == .ok)
            #expect(try await caller.get("/users/me", token: other.access).status == .unauthorized)
        }
    }

    @Test func `sessions are listed and ended one by one or all at once`() async throws {
        try await ServerFixture().run { caller in
            let other = try await caller.logIn()
            let mine = try await caller.logIn()
            let response = try await caller.get("/users/me/sessions", token: mine.access)
            let sessions = try JSONValue(parsing: response.text).arrayValue ?? []
            #expect(sessions.count == 2)
            let foreign = try #require(sessions.first { $0["current"]?.boolValue == false }?["id"]?.stringValue)
            #expect(
                try await caller.send(.delete, "/users/me/sessions/\(foreign)", token: mine.access).status == .noContent
            )
            #expect(
                try await caller.send(.delete, "/users/me/sessions/\(foreign)", token: mine.access).status == .notFound
            )
            #expect(
                try await caller.send(.delete, "/users/me/sessions/%00%zz", token: mine.access).status == .badRequest
            )
            #expect(try await caller.get("/users/me", token: other.access).status == .unauthorized)
            #expect(try await caller.get("/users/me", token: mine.access).status == .ok)
            #expect(try await caller.send(.delete, "/users/me/sessions", token: mine.access).status == .noContent)
            #expect(try await caller.get("/users/me", token: mine.access).status == .unauthorized)
        }
    }

    @Test func `nobody ends another person's session`() async throws {
        try await ServerFixture().run { caller in
            let alice = try await caller.logIn()
            let session = try #require(UnverifiedToken(alice.access).claims["sid"]?.stringValue)
            let admin = try await caller.logIn("admin")
            #expect(
                try await caller.send(.delete, "/users/me/sessions/\(session)", token: admin.access).status == .notFound
            )
            #expect(try await caller.get("/users/me", token: alice.access).status == .ok)
        }
    }

    @Test func `a removed account is gone at once`() async throws {
        try await ServerFixture().run { caller in
            let tokens = try await caller.logIn()
            #expect(try await caller.send(.delete, "/users/me", token: tokens.access).status == .noContent)
            #expect(try await caller.get("/users/me", token: tokens.access).status == .unauthorized)
        }
    }
}
