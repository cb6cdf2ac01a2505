import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct ClientGrantTests {
    @Test func `client_credentials gives a token for the client itself and no refresh token`() async throws {
        let test = try await TestDomain()
        let client = try await test.addClient("robot", scopes: ["jobs:run", "jobs:read"])
        let response = try await AuthorizationServer(test.domain).issueTokens(
            for: .clientCredentials(scope: ["jobs:read"], resources: []),
            client: client,
            address: .unix
        )
        let token = try test.verified(response.accessToken)
        #expect(token.subject == "robot")
        #expect(token.sessionID == nil)
        #expect(token.scopes == ["jobs:read"])
        #expect(response.refreshToken == nil)
    }

    @Test func `a wrong, a missing and an unasked-for client secret are refused`() async throws {
        let test = try await TestDomain()
        _ = try await test.addClient("robot")
        for client in [
            PresentedClient(id: "robot", secret: Secret("tcs_wrong")), PresentedClient(id: "robot"),
            PresentedClient(id: "tessera", secret: Secret("tcs_any")),
            PresentedClient(id: "nobody", secret: Secret("x")),
            PresentedClient(id: "no\u{0}body"),
        ] {
            _ = await refused(.invalidClient) {
                _ = try await AuthorizationServer(test.domain).issueTokens(
                    for: .clientCredentials(scope: nil, resources: []),
                    client: client,
                    address: .unix
                )
            }
        }
    }

    @Test func `client secret compared by time: an unknown client costs the same read as a known one`() async throws {
        let test = try await TestDomain()
        _ = try await test.addClient("robot")
        for id in ["robot", "nobody", "tessera"] {
            let before = test.database.counts
            _ = await refused(.invalidClient, "\(id)") {
                _ = try await AuthorizationServer(test.domain).issueTokens(
                    for: .clientCredentials(scope: nil, resources: []),
                    client: PresentedClient(id: id, secret: Secret("tcs_wrong")),
                    address: .unix
                )
            }
            #expect(zip(test.database.counts, before).map { $0 - $1 } == [1, 0], "\(id)")
        }
    }

    @Test func `a right client secret is never delayed, whatever others guess`() async throws {
        let test = try await TestDomain { $0.loginAttemptsPerAccount = 1 }
        let client = try await test.addClient("robot")
        func ask(_ client: PresentedClient) async throws {
            _ = try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: []),
                client: client,
                address: .unix
            )
        }
        let wrong = PresentedClient(id: "robot", secret: Secret("tcs_wrong"))
        _ = await refused(.invalidClient) { try await ask(wrong) }
        _ = await refused(.tooManyAttempts) { try await ask(wrong) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<500 { group.addTask { try await ask(client) } }
            try await group.waitForAll()
        }
    }

    @Test func `resources are named once and are few`() async throws {
        let test = try await TestDomain()
        let audiences = (0..<9).map { "https://api\($0).example" }
        let client = try await test.addClient("robot", audiences: audiences)
        func ask(_ resources: [String]) async throws -> TokenResponse {
            try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: resources),
                client: client,
                address: .unix
            )
        }
        let token = try test.verified(
            try await ask([audiences[0], audiences[0]]).accessToken,
            audience: audiences[0]
        )
        #expect(token.audiences == [audiences[0]])
        _ = await refused(.invalidTarget) { _ = try await ask(audiences) }
    }

    @Test func `a client gets tokens for its registered audiences alone`() async throws {
        let test = try await TestDomain()
        let client = try await test.addClient("robot", audiences: ["https://api.example"])
        func ask(_ resources: [String]) async throws -> TokenResponse {
            try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: resources),
                client: client,
                address: .unix
            )
        }
        let token = try test.verified(
            try await ask(["https://api.example"]).accessToken,
            audience: "https://api.example"
        )
        #expect(token.audiences == ["https://api.example"])
        _ = await refused(.invalidTarget) { _ = try await ask(["https://other.example"]) }
    }

    @Test func `two secrets of a client overlap during a change`() async throws {
        let test = try await TestDomain()
        let old = try await test.addClient("robot")
        let reply = try await LocalAdministration(test.domain).perform(RotateClientSecret(id: "robot"))
        let new = PresentedClient(id: "robot", secret: reply.secret?.secret)
        for client in [old, new] {
            _ = try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: []),
                client: client,
                address: .unix
            )
        }
    }
}
