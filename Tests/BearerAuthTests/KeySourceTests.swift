import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Testing

@Suite struct KeySourceTests {
    private func fields(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

    @Test func `without keys the answer is 503 with Retry-After, and no challenge`() async throws {
        let issuer = try TestIssuer.orders()
        let keys = ChangingKeys(nil)
        let auth = BearerAuth(
            profile: issuer.profile,
            keys: keys,
            options: .init(retryAfterSeconds: 7),
            clock: issuer.clock
        )
        let token = try issuer.order()
        let error = #expect(throws: BearerFailure.self) {
            try auth.authenticate(fields(token), method: .get, target: "/")
        }
        #expect(error?.code == .keysUnavailable)
        #expect(error?.status == .serviceUnavailable)
        #expect(error?.fields[.retryAfter] == "7")
        #expect(error?.challenge == nil)
        // Who brings no token is told to, keys or not.
        #expect(try auth.authenticate([:], method: .get, target: "/") == nil)
        await #expect(throws: BearerFailure.self) {
            try await auth.authenticate(fields(token), method: .get, url: "/")
        }
        keys.set([issuer.key.verifyingKey])
        #expect(try auth.authenticate(fields(token), method: .get, target: "/")?.subject == "u1")
    }

    @Test func `a token of a new key has the keys fetched once, and passes`() async throws {
        let old = try TestIssuer.orders(keyID: "old")
        let new = try TestIssuer.orders(keyID: "new")
        let keys = ChangingKeys([old.key.verifyingKey], next: [old.key.verifyingKey, new.key.verifyingKey])
        let auth = BearerAuth(profile: old.profile, keys: keys, clock: old.clock)
        let first = try old.order()
        let second = try new.order()
        #expect(try await auth.authenticate(fields(first), method: .get, url: "/") != nil)
        #expect(keys.refreshes.isEmpty)
        #expect(try await auth.authenticate(fields(second), method: .get, url: "/") != nil)
        #expect(keys.refreshes == ["new"])
    }

    @Test func `a token that is bad for another reason does not have keys fetched`() async throws {
        let issuer = try TestIssuer.orders()
        let keys = ChangingKeys([issuer.key.verifyingKey])
        let auth = BearerAuth(profile: issuer.profile, keys: keys, clock: issuer.clock)
        let bad = try issuer.order(type: "JWT")
        await #expect(throws: BearerFailure.self) {
            try await auth.authenticate(fields(bad), method: .get, url: "/")
        }
        #expect(keys.refreshes.isEmpty)
    }
}
