import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct RevocationFeedTests {
    private func revoke(_ test: TestDomain, _ token: Secret?) async throws {
        try await AuthorizationServer(test.domain).revoke(
            token ?? Secret(""),
            client: PresentedClient(),
            address: .unix
        )
    }

    @Test func `a snapshot has every live entry under its digest, and nothing that names anybody`() async throws {
        let test = try await TestDomain()
        let until = test.clock.now().adding(.seconds(100))
        test.domain.revocations.add([
            Revocation(.session("Zm9yIGV4YW1wbGUgb25seQ"), keepUntil: until),
            Revocation(.token("j"), keepUntil: until),
            Revocation(.account("zTr0f4m1sK0bXJqQ0hQ9wA", issuedUpTo: 1_799_999_990), keepUntil: until),
            Revocation(.client("orders-api", issuedUpTo: 1_799_999_991), keepUntil: until),
        ])
        let answer = try RevocationFeed(test.domain).answer(after: nil)
        let verified = try JWS.verify(answer.text, keys: test.domain.keyRing.current ?? [])
        #expect(verified.header["typ"]?.stringValue == "revocations+jwt")
        let claims = try JSONObject(parsing: verified.payload)
        #expect(claims["iss"]?.stringValue == "https://id.example")
        #expect(claims["iat"]?.int64Value == 1_800_000_000)
        #expect(claims["exp"]?.int64Value == 1_800_000_060)
        #expect(claims["keep_until"]?.int64Value == 1_800_000_100)
        #expect(claims["complete"]?.boolValue == true)
        #expect(claims["after"] == nil)
        // The digests of the manual.
        #expect(claims["sids"] == ["L3Hf3lt6MCgdkzfSE6B3kQ"])
        #expect(claims["jtis"]?.arrayValue?.count == 1)
        #expect(claims["subs"] == [["4WRBWo8TzHGr_fxmzTdMlA", 1_799_999_990]])
        #expect(claims["clients"] == [["EX0WSAvFULGxTvjTGnCRvg", 1_799_999_991]])
        #expect(!claims.text.contains("orders"))
    }

    @Test func `a difference has what came after its cursor and names the cursor it begins at`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        let second = try await test.logIn()
        try await revoke(test, first.refreshToken)
        var follower = try test.followed()
        #expect(follower.count == 1)
        let cursor = follower.cursor
        try await revoke(test, second.refreshToken)
        try test.follow(&follower)
        #expect(follower.latest["complete"]?.boolValue == false)
        #expect(follower.latest["after"]?.stringValue == cursor)
        #expect(follower.latest["sids"]?.arrayValue?.count == 1)
        for token in [first, second] { #expect(follower.refuses(try test.verified(token.accessToken))) }
        try test.follow(&follower)
        #expect(follower.latest["sids"] == [])
    }

    @Test func `only cursors that this process handed out are known`() async throws {
        let test = try await TestDomain()
        let other = try await TestDomain()
        try await revoke(test, try await test.logIn().refreshToken)
        let feed = RevocationFeed(test.domain)
        let cursor = try #require(try test.followed().cursor)
        #expect(feed.sequence(of: cursor) == 1)
        #expect(feed.sequence(of: try #require(try other.followed().cursor)) == nil)
        var bytes = try #require(Base64URL.decode(cursor))
        bytes[7] = 0
        for text in ["", "1", "latest", String(cursor.dropLast(4)), cursor + "AAAA", Base64URL.encode(bytes)] {
            #expect(feed.sequence(of: text) == nil)
        }
    }

    @Test func `after a restart a follower gets a snapshot with all that is refused`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        try await revoke(test, response.refreshToken)
        let follower = try test.followed()
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
        let feed = RevocationFeed(restarted)
        #expect(feed.sequence(of: try #require(follower.cursor)) == nil)
        var again = follower
        let keys = restarted.keyRing.current ?? []
        try again.read(try feed.answer(after: nil).text, keys: keys, issuer: "https://id.example", at: 1_800_000_000)
        #expect(again.latest["complete"]?.boolValue == true)
        #expect(again.refuses(try test.verified(response.accessToken)))
    }

    @Test(arguments: [1, 299])
    func `an entry is there after its token has expired, by the largest leeway`(_ late: Int) async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        let token = try test.verified(response.accessToken)
        try await revoke(test, late == 1 ? response.accessToken : response.refreshToken)
        test.clock.advance(by: .seconds(1800 + late))
        await test.domain.tick()
        let follower = try test.followed()
        #expect(follower.refuses(token))
        #expect(try #require(follower.latest["keep_until"]?.int64Value) >= (token.expiresAt ?? 0) + 300)
        test.clock.advance(by: .seconds(303 - late))
        await test.domain.tick()
        #expect(try test.followed().count == 0)
    }

    @Test func `the active key signs, and the feed goes on over a rotation`() async throws {
        let test = try await TestDomain()
        var follower = try test.followed()
        _ = try await LocalAdministration(test.domain)
            .perform(RotateSigningKey(algorithm: "Ed25519", immediately: true))
        let response = try await test.logIn()
        try await revoke(test, response.refreshToken)
        try test.follow(&follower)
        #expect(follower.latest["complete"]?.boolValue == false)
        #expect(follower.refuses(try test.verified(response.accessToken)))
        let text = try RevocationFeed(test.domain).answer(after: nil).text
        #expect(try UnverifiedToken(text).header["alg"]?.stringValue == test.domain.keyRing.signer?.algorithm.name)
    }

    @Test func `a shared secret signs the feed as it signs tokens`() async throws {
        let test = try await TestDomain {
            $0.signingAlgorithm = .hs256
            $0.signingSecret = Secret(String(repeating: "s", count: 32))
        }
        let response = try await test.logIn()
        try await revoke(test, response.refreshToken)
        let follower = try test.followed()
        #expect(follower.refuses(try test.verified(response.accessToken)))
    }

    @Test func `an access token is no feed, and the feed is no access token`() async throws {
        let test = try await TestDomain()
        let token = try await test.logIn().accessToken
        var follower = FollowedFeed()
        let keys = test.domain.keyRing.current ?? []
        #expect(throws: JWTError.self) {
            try follower.read(token.revealed, keys: keys, issuer: "https://id.example", at: 1_800_000_000)
        }
        let feed = try RevocationFeed(test.domain).answer(after: nil).text
        #expect(throws: JWTError.self) { try test.verified(Secret(feed)) }
    }

    @Test func `a token that is revoked again and again is one entry and one row`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        for _ in 0..<5 { try await revoke(test, response.accessToken) }
        #expect(test.domain.revocations.log.sequence == 1)
        #expect(try await test.domain.storage.revocations(at: test.clock.now()).count == 1)
    }
}
