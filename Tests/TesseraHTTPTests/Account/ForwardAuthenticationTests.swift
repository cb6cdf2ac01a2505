import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct ForwardAuthenticationTests {
    @Test func `a good token gets 200 and says whose it is, GET and HEAD, without a query to the database`()
        async throws
    {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            let tokens = try await caller.logIn()
            let before = fixture.test.database.counts
            for method in [HTTPRequest.Method.get, .head] {
                let response = try await caller.send(method, "/verify", token: tokens.access)
                #expect(response.status == .ok)
                #expect(response.text.isEmpty)
                let token = try fixture.test.verified(.init(tokens.access))
                #expect(response.headers[.xAuthSubject] == token.subject)
                #expect(response.headers[.xAuthUsername] == "alice")
                #expect(response.headers[.xAuthScope] == "articles:read articles:write")
                #expect(response.headers[.cacheControl] == "no-store")
            }
            #expect(fixture.test.database.counts == before)
        }
    }

    @Test func `no token, a bad one and a revoked one get 401 and a challenge`() async throws {
        try await ServerFixture().run { caller in
            let tokens = try await caller.logIn()
            let none = try await caller.get("/verify")
            #expect(none.status == .unauthorized)
            #expect(none.headers[.wwwAuthenticate] == "Bearer realm=\"tessera\"")
            let query = try await caller.get("/verify?access_token=\(tokens.access)")
            #expect(query.status == .unauthorized)
            _ = try await caller.form("/revoke", "token=\(tokens.access)")
            for token in ["rubbish", tokens.access, tokens.refresh] {
                let refused = try await caller.get("/verify", token: token)
                #expect(refused.status == .unauthorized)
                #expect(refused.headers[.wwwAuthenticate]?.contains("error=\"invalid_token\"") == true)
                #expect(refused.headers[.xAuthSubject] == nil)
            }
        }
    }

    @Test func `a scope that is asked for must be there, every one of them`() async throws {
        try await ServerFixture().run { caller in
            let narrow = try await caller.logIn(scope: "articles:read").access
            for (query, status) in [
                ("", 200), ("?scope=", 200), ("?scope=articles:read", 200), ("?scope=articles:write", 403),
                ("?scope=articles:read+articles:write", 403), ("?scope=articles:read%20admin", 403),
                ("?scope=articles:rea", 403), ("?scope=%22", 400), ("?scope=a&scope=b", 400),
            ] {
                let response = try await caller.get("/verify\(query)", token: narrow)
                #expect(response.status.code == status, "\(query)")
                guard status == 403 else { continue }
                let challenge = try #require(response.headers[.wwwAuthenticate])
                #expect(challenge.contains("error=\"insufficient_scope\""))
                #expect(challenge.contains("scope=\""))
            }
        }
    }

    @Test func `a name that no header can carry is percent-encoded, and a client without a user has an empty one`()
        async throws
    {
        let fixture = try await ServerFixture()
        let client = try await fixture.test.addClient("robot")
        _ = try await LocalAdministration(fixture.test.domain)
            .perform(AddAccount(username: "Zoë 100%", email: nil, roles: [], password: Secret(TestDomain.password)))
        let zoe = try await fixture.test.logIn("Zoë 100%").accessToken.revealed
        let robot = try await AuthorizationServer(fixture.test.domain)
            .issueTokens(for: .clientCredentials(scope: nil, resources: []), client: client, address: .unix)
        try await fixture.run { caller in
            let person = try await caller.get("/verify", token: zoe)
            #expect(person.headers[.xAuthUsername] == "Zo%C3%AB%20100%25")
            #expect(person.headers[.xAuthScope] == "")
            let own = try await caller.get("/verify", token: robot.accessToken.revealed)
            #expect(own.status == .ok)
            #expect(own.headers[.xAuthSubject] == "robot")
            #expect(own.headers[.xAuthUsername] == "")
        }
    }

    @Test func `header text is encoded so that it decodes to what it was`() {
        for text in ["", "alice", "a%20b", "Zoë", "\u{202E}x", "a\r\nX: y", "日本", "~!\"#$&'()*+,/:;<=>?@[]^`{|}"] {
            let encoded = HeaderText.encoded(text)
            #expect(encoded.utf8.allSatisfy { (0x21...0x7E).contains($0) })
            #expect(encoded.removingPercentEncoding == text)
        }
    }
}
