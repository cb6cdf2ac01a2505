import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct TokenEndpointTests {
    private let password = "correct+horse+battery+staple"

    @Test func `the tutorial's form logs in`() async throws {
        try await ServerFixture().run { caller in
            // What FastAPI's OAuth2PasswordRequestForm sends, with its empty scope and without any client.
            for body in [
                "grant_type=password&username=alice&password=\(password)&scope=&client_id=&client_secret=",
                "username=alice&password=\(password)",
            ] {
                let response = try await caller.form("/token", body)
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "application/json")
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(response.headers[.pragma] == "no-cache")
                let tokens = try response.json()
                #expect(tokens["token_type"]?.stringValue == "Bearer")
                #expect(tokens["expires_in"]?.int64Value == 1800)
                #expect(tokens["scope"]?.stringValue == "articles:read articles:write")
                #expect(tokens["refresh_token"]?.stringValue?.hasPrefix("tsr_") == true)
                let me = try await caller.get("/users/me", token: tokens["access_token"]?.stringValue)
                #expect(try me.json()["username"]?.stringValue == "alice")
            }
        }
    }

    @Test func `a refresh token gives new tokens, and the same ones again within the grace`() async throws {
        try await ServerFixture().run { caller in
            let first = try await caller.logIn()
            let second = try await caller.form("/token", "grant_type=refresh_token&refresh_token=\(first.refresh)")
            #expect(second.status == .ok)
            let repeated = try await caller.form("/token", "grant_type=refresh_token&refresh_token=\(first.refresh)")
            #expect(try repeated.json()["refresh_token"] == second.json()["refresh_token"])
        }
    }

    @Test func `wrong credentials answer 400 and do not come back`() async throws {
        try await ServerFixture().run { caller in
            let response = try await caller.form("/token", "username=alice&password=canary-canary")
            #expect(response.status == .badRequest)
            #expect(response.code == "invalid_grant")
            #expect(!response.text.contains("canary"))
            #expect(response.headers[.cacheControl] == "no-store")
        }
    }

    @Test(arguments: [
        ("grant_type=password&username=alice", "invalid_request"),
        ("grant_type=refresh_token", "invalid_request"), ("", "invalid_request"),
        ("grant_type=implicit", "unsupported_grant_type"),
        ("username=alice&username=bob&password=x", "invalid_request"),
        ("username=alice&password=x&scope=a%22b", "invalid_scope"),
        ("grant_type=client_credentials", "unauthorized_client"),
        ("username=alice&password=\(TestDomain.password.replacing(" ", with: "+"))&scope=admin", "invalid_scope"),
        ("username=alice&password=\(TestDomain.password.replacing(" ", with: "+"))&resource=x", "invalid_target"),
    ])
    func `a request that is not in order gets its code`(body: String, code: String) async throws {
        try await ServerFixture().run { caller in
            let response = try await caller.form("/token", body)
            #expect(response.status == .badRequest)
            #expect(response.code == code)
        }
    }

    @Test(arguments: [
        ("username=alice", "password"), ("username=alice&password=", "password"), ("password=x", "username"),
        ("grant_type=password", "username and password"), ("scope=a", "grant_type"),
        ("grant_type=refresh_token&refresh_token=", "refresh_token"),
    ])
    func `what a request lacks is named`(body: String, missing: String) async throws {
        try await ServerFixture().run { caller in
            let response = try await caller.form("/token", body)
            let description = try response.json()["error_description"]?.stringValue
            #expect(description?.hasSuffix(": \(missing).") == true, "\(description ?? "-")")
        }
    }

    @Test func `too many wrong passwords answer 429 with Retry-After`() async throws {
        try await ServerFixture(configure: { $0.loginAttemptsPerAccount = 2 }).run { caller in
            var response = try await caller.form("/token", "username=alice&password=wrong")
            for _ in 0..<4 { response = try await caller.form("/token", "username=alice&password=wrong") }
            #expect(response.status == .tooManyRequests)
            #expect(response.headers[.retryAfter].flatMap { Int($0) } ?? 0 > 0)
        }
    }

    @Test func `a client proves itself with Basic or in the form, but not in both`() async throws {
        let fixture = try await ServerFixture()
        let client = try await fixture.test.addClient("worker", scopes: ["jobs"])
        let secret = client.secret?.revealed ?? ""
        let basic = "Basic " + Data("worker:\(secret)".utf8).base64EncodedString()
        try await fixture.run { caller in
            let grant = "grant_type=client_credentials"
            let header = try await caller.form("/token", grant, headers: [.authorization: basic])
            #expect(header.status == .ok)
            #expect(try header.json()["refresh_token"] == nil)
            let form = try await caller.form("/token", "\(grant)&client_id=worker&client_secret=\(secret)")
            #expect(form.status == .ok)
            let both = try await caller.form(
                "/token",
                "\(grant)&client_id=worker&client_secret=\(secret)",
                headers: [.authorization: basic]
            )
            #expect(both.status == .badRequest)
            #expect(both.code == "invalid_request")
            let other = try await caller.form(
                "/token",
                "\(grant)&client_id=other",
                headers: [.authorization: basic]
            )
            #expect(other.code == "invalid_request")
            let wrong = try await caller.form(
                "/token",
                grant,
                headers: [.authorization: "Basic " + Data("worker:wrong".utf8).base64EncodedString()]
            )
            #expect(wrong.status == .unauthorized)
            #expect(wrong.code == "invalid_client")
            #expect(wrong.headers[.wwwAuthenticate]?.hasPrefix("Basic ") == true)
            let plain = try await caller.form("/token", "\(grant)&client_id=worker&client_secret=wrong")
            #expect(plain.status == .unauthorized)
            #expect(plain.headers[.wwwAuthenticate] == nil)
        }
    }

    @Test(arguments: [
        "Basic", "Basic ", "Basic !!!!", "Basic d29ya2Vy", "Basic d29ya2VyOng", "Basic d29ya2VyOiV6eg==",
        "Basic d29ya2VyOv8=", "Basic OnNlY3JldA==", "Basic d29ya2VyOng=x", "Bearer abc", "Digest username=x",
    ])
    func `Basic credentials that cannot be read answer 401`(header: String) async throws {
        try await ServerFixture().run { caller in
            let response = try await caller.form(
                "/token",
                "grant_type=client_credentials",
                headers: [.authorization: header]
            )
            #expect(response.status == .unauthorized)
            #expect(response.code == "invalid_client")
            #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Basic ") == true)
        }
    }

    @Test func `Basic credentials are split at the first colon and decoded as a form`() throws {
        let header = "basic " + Data("my%20app+x:s%3Ae:c%2B%C3%A9+".utf8).base64EncodedString()
        let request = HTTPRequest(
            method: .post,
            scheme: nil,
            authority: nil,
            path: "/token",
            headerFields: [.authorization: header]
        )
        let client = try PresentedClient(Request(head: request, body: RequestBody(buffer: ByteBuffer())), Form())
        #expect(client.id == "my app x")
        #expect(client.secret?.revealed == "s:e:c+é ")
        #expect(client.usedBasic)
    }

    @Test func `only a client's own origins may read its answers`() async throws {
        var fixture = try await ServerFixture()
        fixture.settings.allowedOrigins = ["https://own.example"]
        _ = try await LocalAdministration(fixture.test.domain).perform(
            AddClient(
                id: "spa",
                displayName: nil,
                confidential: false,
                grants: ["refresh_token"],
                scopes: [],
                audiences: [],
                origins: ["https://spa.example"],
                redirectURIs: []
            )
        )
        try await fixture.run { caller in
            for (origin, client, allowed) in [
                ("https://own.example", "", true), ("https://spa.example", "spa", true),
                ("https://spa.example", "", false), ("https://own.example", "spa", false),
                ("https://evil.example", "", false), ("https://own.example", "nobody", false),
            ] {
                let response = try await caller.form(
                    "/token",
                    "username=alice&password=wrong&client_id=\(client)",
                    headers: [.origin: origin]
                )
                #expect((response.headers[.accessControlAllowOrigin] == origin) == allowed, "\(origin) \(client)")
                #expect(response.headers[.vary] == "Origin")
            }
            let preflight = try await caller.send(
                .options,
                "/token",
                headers: [.origin: "https://spa.example", .accessControlRequestMethod: "POST"]
            )
            #expect(preflight.headers[.accessControlAllowOrigin] == "https://spa.example")
        }
    }
}
