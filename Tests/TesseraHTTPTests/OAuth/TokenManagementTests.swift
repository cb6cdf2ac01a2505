import Foundation
import HTTPTypes
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct TokenManagementTests {
    @Test func `revoking the refresh token ends the session and its access tokens`() async throws {
        try await ServerFixture().run { caller in
            let tokens = try await caller.logIn()
            let response = try await caller.form("/revoke", "token=\(tokens.refresh)&token_type_hint=nonsense")
            #expect(response.status == .ok)
            #expect(response.text.isEmpty)
            #expect(try await caller.get("/users/me", token: tokens.access).status == .unauthorized)
            let refresh = try await caller.form("/token", "grant_type=refresh_token&refresh_token=\(tokens.refresh)")
            #expect(refresh.code == "invalid_grant")
        }
    }

    @Test func `an unknown token is no error and a missing one is`() async throws {
        try await ServerFixture().run { caller in
            for token in ["x", "tsr_abc", "a.b.c"] {
                let response = try await caller.form("/revoke", "token=\(token)")
                #expect(response.status == .ok)
            }
            let missing = try await caller.form("/revoke", "")
            #expect(missing.code == "invalid_request")
        }
    }

    @Test func `another client's token lives on`() async throws {
        let fixture = try await ServerFixture()
        let client = try await fixture.test.addClient("worker")
        let secret = client.secret?.revealed ?? ""
        try await fixture.run { caller in
            let tokens = try await caller.logIn()
            let response = try await caller.form(
                "/revoke",
                "token=\(tokens.refresh)&client_id=worker&client_secret=\(secret)"
            )
            #expect(response.status == .badRequest)
            #expect(response.code == "unauthorized_client")
            #expect(try await caller.get("/users/me", token: tokens.access).status == .ok)
        }
    }

    @Test func `introspection tells only a client with the right, and tells others nothing`() async throws {
        let fixture = try await ServerFixture()
        let insider = try await fixture.test.addClient("insider", scopes: ["introspect"])
        let outsider = try await fixture.test.addClient("outsider")
        try await fixture.run { caller in
            let tokens = try await caller.logIn()
            func introspect(_ token: String, _ id: String, _ secret: Secret?) async throws -> TestResponse {
                try await caller.form(
                    "/introspect",
                    "token=\(token)&client_id=\(id)&client_secret=\(secret?.revealed ?? "")"
                )
            }
            let known = try await introspect(tokens.access, "insider", insider.secret)
            #expect(try known.json()["active"]?.boolValue == true)
            #expect(try known.json()["username"]?.stringValue == "alice")
            #expect(known.headers[.cacheControl] == "no-store")
            let foreign = try await introspect(tokens.access, "outsider", outsider.secret)
            #expect(foreign.status == .ok)
            #expect(foreign.text == #"{"active":false}"#)
            #expect(try await introspect("nonsense", "insider", insider.secret).text == #"{"active":false}"#)
            let anonymous = try await caller.form("/introspect", "token=\(tokens.access)")
            #expect(anonymous.status == .unauthorized)
            let get = try await caller.get("/introspect?token=\(tokens.access)")
            #expect(get.status == .methodNotAllowed)
        }
    }
}
