import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct RefreshGrantTests {
    @Test func `a log-in gives an access token of RFC 9068 and a refresh token`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        let token = try test.verified(response.accessToken)
        for claim in [
            "iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "sid", "auth_time", "roles", "username",
        ] {
            #expect(token[claim] != nil, "\(claim)")
        }
        #expect(token.header.type == "at+jwt")
        #expect(token["username"]?.stringValue == "alice")
        #expect(token.subject != "alice")
        #expect(token.scopes == ["articles:read", "articles:write"])
        #expect(response.expiresIn == 1800)
        #expect(response.refreshToken?.revealed.hasPrefix("tsr_") == true)
    }

    @Test func `a refresh gives a new pair and the old token the same successor again`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        let second = try await test.refresh(first.refreshToken)
        let repeated = try await test.refresh(first.refreshToken)
        #expect(second.refreshToken?.revealed == repeated.refreshToken?.revealed)
        #expect(second.refreshToken?.revealed != first.refreshToken?.revealed)
        #expect(try test.verified(second.accessToken).sessionID == test.verified(first.accessToken).sessionID)
    }

    @Test func `a reuse after the grace refuses the session's access tokens at once`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        let second = try await test.refresh(first.refreshToken)
        test.clock.advance(by: .seconds(31))
        _ = await refused(.invalidGrant) { _ = try await test.refresh(first.refreshToken) }
        #expect(test.domain.revocations.isRevoked(try test.verified(second.accessToken)))
        _ = await refused(.invalidGrant) { _ = try await test.refresh(second.refreshToken) }
    }

    @Test func `a thief who rotates every second is found out by the owner's next refresh`() async throws {
        let test = try await TestDomain()
        let owners = try await test.logIn().refreshToken
        var thiefs = owners
        for _ in 0..<5 {
            test.clock.advance(by: .seconds(1))
            thiefs = try await test.refresh(thiefs).refreshToken
        }
        _ = await refused(.invalidGrant) { _ = try await test.refresh(owners) }
        let error = await refused(.invalidGrant) { _ = try await test.refresh(thiefs) }
        #expect(error?.reason == "session_ended")
    }

    @Test func `a refresh token of another client, a forged one and rubbish are refused alike`() async throws {
        let test = try await TestDomain()
        let other = try await test.addClient("other", grants: ["refresh_token"])
        let mine = try await test.logIn().refreshToken
        var answers: Set<String> = []
        let forged = RefreshToken(
            handle: [UInt8](repeating: 1, count: 12),
            counter: 0,
            secret: [UInt8](repeating: 1, count: 16)
        )
        for (token, client) in [
            (mine, other), (forged.text, PresentedClient()), (Secret("rubbish"), PresentedClient()),
        ] {
            let error = await refused(.invalidGrant) { _ = try await test.refresh(token, client: client) }
            answers.insert(error?.description ?? "")
        }
        #expect(answers.count == 1)
        _ = try await test.refresh(mine)
    }

    @Test func `a role taken away in the configuration takes its scopes along at the next refresh`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        var settings = test.domain.settings
        settings.roles = RoleTable(["editor": ["articles:read"]])
        let masterKey = try #require(MasterKey(TestDomain.masterKeyBytes))
        let restarted = Domain(
            settings: settings,
            storage: test.domain.storage,
            masterKey: masterKey,
            passwords: test.domain.passwords,
            clock: test.clock,
            logger: test.domain.logger
        )
        try await restarted.load()
        let second = try await AuthorizationServer(restarted).issueTokens(
            for: .refreshToken(try #require(first.refreshToken), scope: nil, resources: []),
            client: PresentedClient(),
            address: .unix
        )
        #expect(second.scope == ["articles:read"])
    }

    @Test func `an access token never outlives its session`() async throws {
        let test = try await TestDomain { $0.sessionLifetime = .seconds(60) }
        let response = try await test.logIn()
        #expect(response.expiresIn == 60)
        let token = try test.verified(response.accessToken)
        #expect(token.expiresAt == test.clock.now().seconds + 60)
    }
}
