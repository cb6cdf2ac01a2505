import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Testing

/// What was verified before saves the signature and nothing else.
@Suite struct RememberedSignatureTests {
    private func fields(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

    private func code(_ auth: BearerAuth, _ token: String) -> JWTError.Code? {
        do throws(BearerFailure) {
            return try auth.authenticate(fields(token), method: .get, target: "/") == nil ? .malformed : nil
        } catch {
            return error.reason?.code
        }
    }

    @Test(arguments: [SignatureAlgorithm.es256, .ed25519, .ps256, .hs256])
    func `a token expires although it was seen before`(algorithm: SignatureAlgorithm) throws {
        let issuer = try TestIssuer.orders(algorithm)
        let auth = BearerAuth(verifier: issuer.verifier)
        let token = try issuer.order()
        for _ in 0..<3 { #expect(code(auth, token) == nil) }
        issuer.advance(by: 1799)
        #expect(code(auth, token) == nil)
        issuer.advance(by: 1)
        #expect(code(auth, token) == .expired)
        issuer.advance(by: -1801)
        #expect(code(auth, token) == .issuedInFuture)
    }

    @Test func `every altered byte of a token that was seen before is refused`() throws {
        let issuer = try TestIssuer.orders()
        let auth = BearerAuth(verifier: issuer.verifier)
        let token = try issuer.order()
        #expect(code(auth, token) == nil)
        let bytes = Array(token.utf8)
        for index in bytes.indices {
            var altered = bytes
            altered[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(code(auth, String(decoding: altered, as: UTF8.self)) != nil)
        }
        #expect(code(auth, token + "A") != nil)
        #expect(code(auth, token) == nil)
    }

    @Test func `a token seen before is refused when its key has gone, and when its key's name is another's`() throws {
        let issuer = try TestIssuer.orders(keyID: "k1")
        let other = try TestIssuer.orders(keyID: "k1")
        let keys = ChangingKeys([issuer.key.verifyingKey])
        let auth = BearerAuth(profile: issuer.profile, keys: keys, clock: issuer.clock)
        let token = try issuer.order()
        #expect(code(auth, token) == nil)
        #expect(code(auth, token) == nil)
        keys.set([other.key.verifyingKey])
        #expect(code(auth, token) == .signatureInvalid)
        keys.set([])
        #expect(code(auth, token) == .keyNotFound)
        keys.set([other.key.verifyingKey, try TestIssuer.orders(keyID: "k2").key.verifyingKey])
        #expect(code(auth, token) == .signatureInvalid)
        keys.set([issuer.key.verifyingKey])
        #expect(code(auth, token) == nil)
    }

    @Test func `thousands of tokens from many tasks are each their own subject's`() async throws {
        let issuer = try TestIssuer.orders(.ed25519)
        let auth = BearerAuth(verifier: issuer.verifier)
        let tokens = try (0..<1500).map { ("u\($0)", try issuer.order(subject: "u\($0)")) }
        let wrong = await withTaskGroup(of: Int.self) { group in
            for task in 0..<4 {
                group.addTask {
                    var wrong = 0
                    for round in 0..<2 {
                        for (subject, token) in tokens[(task * 300)...].prefix(600 - round * 100) {
                            let found = try? auth.authenticate(fields(token), method: .get, target: "/")
                            if found?.subject != subject { wrong += 1 }
                        }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }
}
