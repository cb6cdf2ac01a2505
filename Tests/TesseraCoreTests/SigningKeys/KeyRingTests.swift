import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct KeyRingTests {
    private func states(_ test: TestDomain) async throws -> [StoredSigningKey.State] {
        try await test.domain.keyRing.list().map(\.state)
    }

    private func restarted(
        _ test: TestDomain,
        masterKey: [UInt8] = TestDomain.masterKeyBytes,
        _ change: (inout Settings) -> Void = { _ in }
    ) async throws -> Domain {
        var settings = test.domain.settings
        change(&settings)
        let domain = Domain(
            settings: settings,
            storage: test.domain.storage,
            masterKey: try #require(MasterKey(masterKey)),
            passwords: test.domain.passwords,
            clock: test.clock,
            logger: test.domain.logger
        )
        try await domain.load()
        return domain
    }

    @Test func `the first start makes one active key and a second start finds it`() async throws {
        let test = try await TestDomain()
        #expect(try await states(test) == [.active])
        let again = try await restarted(test)
        #expect(again.keyRing.signer?.keyID == test.domain.keyRing.signer?.keyID)
    }

    @Test func `a wrong master key stops the start and makes no new key`() async throws {
        let test = try await TestDomain()
        let error = await #expect(throws: MasterKeyError.self) {
            try await restarted(test, masterKey: [UInt8](repeating: 9, count: 32))
        }
        #expect(error == .wrongKey)
        #expect(try await states(test) == [.active])
    }

    @Test func `a sealed key moved to another kid does not open`() throws {
        let masterKey = try #require(MasterKey(TestDomain.masterKeyBytes))
        let sealed = try masterKey.seal([1, 2, 3], boundTo: "a")
        #expect(try masterKey.open(sealed, boundTo: "a") == [1, 2, 3])
        #expect(throws: (any Error).self) { try masterKey.open(sealed, boundTo: "b") }
    }

    @Test func `a new key is published before it signs, and the old one until its last token has expired`() async throws
    {
        let test = try await TestDomain()
        let old = try #require(test.domain.keyRing.signer?.keyID)
        let token = try await test.logIn().accessToken
        test.clock.advance(by: .seconds(90 * 86_400))
        await test.domain.tick()
        #expect(try await states(test) == [.active, .upcoming])
        #expect(test.domain.keyRing.signer?.keyID == old)
        #expect(test.domain.keyRing.current?.keys.count == 2)
        // Twice the JWKS max-age and the largest leeway.
        test.clock.advance(by: .seconds(2 * 300 + 299))
        await test.domain.tick()
        #expect(test.domain.keyRing.signer?.keyID == old)
        test.clock.advance(by: .seconds(1))
        await test.domain.tick()
        #expect(try await states(test) == [.retired, .active])
        #expect(test.domain.keyRing.signer?.keyID != old)
        #expect(test.domain.keyRing.current?.keys.count == 2)
        test.clock.advance(by: .seconds(1800 + 300))
        await test.domain.tick()
        #expect(try await states(test) == [.active])
        #expect(throws: JWTError.self) { try test.verified(token) }
    }

    @Test func `rotate waits, rotate now does not`() async throws {
        let test = try await TestDomain()
        let old = test.domain.keyRing.signer?.keyID
        let waiting = try await LocalAdministration(test.domain).perform(
            RotateSigningKey(algorithm: nil, immediately: false)
        )
        #expect(waiting.state == .upcoming)
        #expect(test.domain.keyRing.signer?.keyID == old)
        let again = try await LocalAdministration(test.domain).perform(
            RotateSigningKey(algorithm: nil, immediately: false)
        )
        #expect(again.id == waiting.id)
        let now = try await LocalAdministration(test.domain).perform(
            RotateSigningKey(algorithm: nil, immediately: true)
        )
        #expect(now.id == waiting.id)
        #expect(now.state == .active)
        #expect(test.domain.keyRing.signer?.keyID == now.id)
    }

    @Test func `a token of a retired key still verifies, one of a revoked key does not`() async throws {
        let test = try await TestDomain()
        let token = try await test.logIn().accessToken
        let old = try #require(test.domain.keyRing.signer?.keyID)
        _ = try await test.domain.keyRing.rotate(immediately: true)
        _ = try test.verified(token)
        _ = try await LocalAdministration(test.domain).perform(RevokeSigningKey(id: old))
        #expect(throws: JWTError.self) { try test.verified(token) }
    }

    @Test func `revoking the active key leaves another one that signs`() async throws {
        let test = try await TestDomain()
        let old = try #require(test.domain.keyRing.signer?.keyID)
        _ = try await LocalAdministration(test.domain).perform(RevokeSigningKey(id: old))
        #expect(try await states(test) == [.active])
        #expect(test.domain.keyRing.signer?.keyID != old)
        _ = try test.verified(try await test.logIn().accessToken)
    }

    @Test func `a changed algorithm takes over by rotation`() async throws {
        let test = try await TestDomain()
        let changed = try await restarted(test) { $0.signingAlgorithm = .ed25519 }
        #expect(changed.keyRing.signer?.algorithm == .es256)
        test.clock.advance(by: .seconds(900))
        await changed.tick()
        #expect(changed.keyRing.signer?.algorithm == .ed25519)
    }

    @Test func `an HMAC secret is never published and is nothing to rotate`() async throws {
        let test = try await TestDomain {
            $0.signingAlgorithm = .hs256
            $0.signingSecret = Secret("0123456789abcdef0123456789abcdef")
        }
        #expect(test.domain.keyRing.published.json == #"{"keys":[]}"#)
        let token = try test.verified(try await test.logIn().accessToken)
        #expect(token.header.algorithm == .hs256)
        await #expect(throws: AdministrationError.self) {
            try await LocalAdministration(test.domain).perform(RotateSigningKey(algorithm: nil, immediately: true))
        }
    }

    @Test func `the published set holds public halves and its tag changes with it`() async throws {
        let test = try await TestDomain()
        let before = test.domain.keyRing.published
        #expect(!before.json.contains("\"d\""))
        #expect(before.json.contains(test.domain.keyRing.signer?.keyID ?? "none"))
        _ = try await test.domain.keyRing.rotate(immediately: true)
        #expect(test.domain.keyRing.published.entityTag != before.entityTag)
    }
}
