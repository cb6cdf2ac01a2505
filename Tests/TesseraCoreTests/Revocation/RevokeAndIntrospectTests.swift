import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct RevokeAndIntrospectTests {
    private func introspect(_ test: TestDomain, _ token: Secret?, _ client: PresentedClient) async throws -> JSONObject?
    {
        try await AuthorizationServer(test.domain).introspect(token ?? Secret(""), client: client, address: .unix)
    }

    private func revoke(_ test: TestDomain, _ token: Secret?, _ client: PresentedClient = PresentedClient())
        async throws
    {
        try await AuthorizationServer(test.domain).revoke(token ?? Secret(""), client: client, address: .unix)
    }

    @Test func `a revoked refresh token ends its session and its access tokens`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        try await revoke(test, response.refreshToken)
        #expect(test.domain.revocations.isRevoked(try test.verified(response.accessToken)))
        await #expect(throws: OAuthError.self) { try await test.refresh(response.refreshToken) }
    }

    @Test func `the token before the current one logs out too`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        let second = try await test.refresh(first.refreshToken)
        try await revoke(test, first.refreshToken)
        await #expect(throws: OAuthError.self) { try await test.refresh(second.refreshToken) }
    }

    @Test func `a revoked access token is refused alone`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        try await revoke(test, response.accessToken)
        #expect(test.domain.revocations.isRevoked(try test.verified(response.accessToken)))
        let next = try await test.refresh(response.refreshToken)
        #expect(!test.domain.revocations.isRevoked(try test.verified(next.accessToken)))
    }

    @Test func `an unknown token is no error`() async throws {
        let test = try await TestDomain()
        for text in ["", "rubbish", "a.b.c", PrefixedToken.refreshToken.text(for: [UInt8](repeating: 3, count: 32))] {
            try await revoke(test, Secret(text))
        }
        #expect(test.domain.revocations.count == 0)
    }

    @Test func `another client's token is refused and lives on`() async throws {
        let test = try await TestDomain()
        let other = try await test.addClient("other")
        let response = try await test.logIn()
        for token in [response.refreshToken, response.accessToken] {
            let error = await #expect(throws: OAuthError.self) { try await revoke(test, token, other) }
            #expect(error?.code == .unauthorizedClient)
        }
        _ = try await test.refresh(response.refreshToken)
    }

    @Test func `a restart forgets no revocation`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        try await revoke(test, response.refreshToken)
        let masterKey = try #require(MasterKey(TestDomain.masterKeyBytes))
        let restarted = Domain(
            settings: test.domain.settings,
            storage: test.domain.storage,
            masterKey: masterKey,
            passwords: test.domain.passwords,
            clock: test.clock,
            logger: test.domain.logger
        )
        try await restarted.load()
        #expect(restarted.revocations.isRevoked(try test.verified(response.accessToken)))
    }

    @Test func `introspection tells only those who may know`() async throws {
        let test = try await TestDomain { $0.defaultAudience = "https://api.example" }
        let api = try await test.addClient("api", audiences: ["https://api.example"])
        let stranger = try await test.addClient("stranger", audiences: ["https://other.example"])
        let all = try await test.addClient("all", scopes: ["introspect"])
        let token = try await test.logIn().accessToken
        let answer = try #require(try await introspect(test, token, api))
        #expect(answer["active"] == true)
        #expect(answer["username"]?.stringValue == "alice")
        #expect(answer["client_id"]?.stringValue == "tessera")
        #expect(try await introspect(test, token, all) != nil)
        #expect(try await introspect(test, token, stranger) == nil)
        let error = await #expect(throws: OAuthError.self) { try await introspect(test, token, PresentedClient()) }
        #expect(error?.code == .invalidClient)
    }

    @Test func `introspection reads the session and the account from the database`() async throws {
        let test = try await TestDomain()
        let all = try await test.addClient("all", scopes: ["introspect"])
        let response = try await test.logIn()
        #expect(try await introspect(test, response.accessToken, all) != nil)
        #expect(try await introspect(test, response.refreshToken, all)?["token_type"]?.stringValue == "refresh_token")
        _ = try await LocalAdministration(test.domain).perform(SetAccountDisabled(username: "alice", disabled: true))
        #expect(try await introspect(test, response.accessToken, all) == nil)
        #expect(try await introspect(test, response.refreshToken, all) == nil)
    }

    @Test func `a refresh token that lay too long is not active`() async throws {
        let test = try await TestDomain { $0.refreshTokenLifetime = .seconds(60) }
        let all = try await test.addClient("all", scopes: ["introspect"])
        let token = try await test.logIn().refreshToken
        #expect(try await introspect(test, token, all) != nil)
        test.clock.advance(by: .seconds(60))
        #expect(try await introspect(test, token, all) == nil)
    }

    @Test func `an expired token, a stranger's token and rubbish are not active`() async throws {
        let test = try await TestDomain()
        let all = try await test.addClient("all", scopes: ["introspect"])
        let token = try await test.logIn().accessToken
        let foreign = try TokenSigner(
            try SigningKey.generate(.es256),
            issuer: "https://id.example",
            audience: "x",
            lifetime: .seconds(60)
        )
        .sign(subject: "u")
        for text in ["rubbish", foreign] { #expect(try await introspect(test, Secret(text), all) == nil) }
        test.clock.advance(by: .seconds(1800))
        #expect(try await introspect(test, token, all) == nil)
    }

    @Test(arguments: ["disable", "set-password", "remove", "revoke-user", "revoke", "remove-client"])
    func `every way to end a session refuses its access token at once`(_ way: String) async throws {
        let test = try await TestDomain()
        let administration = LocalAdministration(test.domain)
        let response = try await test.logIn()
        let token = try test.verified(response.accessToken)
        switch way {
        case "disable": _ = try await administration.perform(SetAccountDisabled(username: "alice", disabled: true))
        case "set-password":
            _ = try await administration.perform(
                SetPassword(username: "alice", password: Secret("another long passphrase"))
            )
        case "remove": _ = try await administration.perform(RemoveAccount(username: "alice"))
        case "revoke-user": _ = try await administration.perform(RevokeSessionsOfAccount(username: "alice"))
        case "revoke": _ = try await administration.perform(RevokeSession(id: try #require(token.sessionID)))
        default:
            let client = try await test.addClient("robot")
            let own = try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: []),
                client: client,
                address: .unix
            )
            _ = try await administration.perform(RemoveClient(id: "robot"))
            #expect(test.domain.revocations.isRevoked(try test.verified(own.accessToken)))
            return
        }
        #expect(test.domain.revocations.isRevoked(token))
        await #expect(throws: OAuthError.self) { try await test.refresh(response.refreshToken) }
    }
}
