import JOSE
import Testing

@Suite struct `Attacks by kid` {
    @Test func `an unknown kid is an error, never a fallback to the only key`() throws {
        let key = try Forge.hs256()
        for keyID in [
            "k2", "K1", "k1 ", " k1", "", "k1\\u0000", "\\u0000", "../k1", "k1' OR '1'='1", "%6b1", "k\\u0301",
        ] {
            let token = try Forge.token(#"{"alg":"HS256","kid":"\#(keyID)"}"#, "{}", signedBy: key)
            #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: token)?.code == .keyNotFound, "\(keyID)")
        }
    }

    @Test func `a kid is its bytes: escapes mean the same, look-alikes do not`() throws {
        let key = try Forge.hs256("caf\u{E9}")
        let verifier = Forge.verifier(.any, key.verifyingKey)
        for keyID in ["caf\u{E9}", "caf\\u00e9", "\\u0063af\\u00E9"] {
            let token = try Forge.token(#"{"alg":"HS256","kid":"\#(keyID)"}"#, "{}", signedBy: key)
            #expect(verifier.refusal(of: token) == nil, "\(keyID)")
        }
        for keyID in ["cafe\u{301}", "cafe\\u0301"] {
            let token = try Forge.token(#"{"alg":"HS256","kid":"\#(keyID)"}"#, "{}", signedBy: key)
            #expect(verifier.refusal(of: token)?.code == .keyNotFound)
        }
    }

    @Test func `two keys whose kids look alike are two keys`() throws {
        let composed = try Forge.hs256("caf\u{E9}", fill: 1)
        let decomposed = try Forge.hs256("cafe\u{301}", fill: 2)
        let verifier = Forge.verifier(.any, composed.verifyingKey, decomposed.verifyingKey)
        #expect(verifier.keys.unusable.isEmpty)
        for key in [composed, decomposed] {
            #expect(verifier.refusal(of: try Forge.claims("{}", signedBy: key)) == nil)
        }
    }

    @Test func `no kid: accepted only when exactly one key fits, never a trial of all`() throws {
        let first = try Forge.hs256("a", fill: 1)
        let second = try Forge.hs256("b", fill: 2)
        let other = try SigningKey.generate(.es256, keyID: "c")
        let token = try Forge.token(#"{"alg":"HS256"}"#, "{}", signedBy: first)
        #expect(Forge.verifier(.any, first.verifyingKey, other.verifyingKey).refusal(of: token) == nil)
        let ambiguous = Forge.verifier(.any, first.verifyingKey, second.verifyingKey)
        #expect(ambiguous.refusal(of: token)?.code == .keyNotFound)
        #expect(Forge.verifier(.any, other.verifyingKey).refusal(of: token)?.code == .algorithmNotAllowed)
        #expect(Forge.verifier().refusal(of: token) != nil)
    }

    @Test(arguments: [#"{"alg":"HS256","typ":"at+jwt"}"#, #"{"typ":"at+jwt","alg":"HS256"}"#])
    func `a key without a name is meant by a header without a kid, where no other fits`(_ header: String) throws {
        let named = try Forge.hs256("a", fill: 1)
        let secret = [UInt8](repeating: 9, count: 32)
        let nameless = try VerifyingKey(secret: secret, algorithm: .hs256)
        let token = try Forge.token(header, "{}", signedBy: try SigningKey(secret: secret, algorithm: .hs256))
        let other = try SigningKey.generate(.es256).verifyingKey
        #expect(Forge.verifier(.any, nameless).refusal(of: token) == nil)
        #expect(Forge.verifier(.any, other, nameless).refusal(of: token) == nil)
        #expect(Forge.verifier(.any, nameless, named.verifyingKey).refusal(of: token)?.code == .keyNotFound)
        #expect(Forge.verifier(.any, named.verifyingKey).refusal(of: token)?.code == .signatureInvalid)
    }

    @Test(arguments: ["1", "null", "true", "[]", "{}", "[\"k1\"]"])
    func `a kid that is no string is malformed`(_ keyID: String) throws {
        let key = try Forge.hs256()
        let token = try Forge.token(#"{"alg":"HS256","kid":\#(keyID)}"#, "{}", signedBy: key)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: token)?.code == .malformed)
    }

    @Test func `a kid has a length that is bounded`() throws {
        let key = try Forge.hs256(String(repeating: "k", count: 1024))
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: try Forge.claims("{}", signedBy: key)) == nil)
        let long = String(repeating: "k", count: 1025)
        let token = try Forge.token(#"{"alg":"HS256","kid":"\#(long)"}"#, "{}", signedBy: key)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: token)?.code == .tooLarge)
    }

    @Test func `a rotated key is found by a verifier with the new set alone`() throws {
        let old = try Forge.hs256("old", fill: 1)
        let new = try Forge.hs256("new", fill: 2)
        let token = try Forge.claims("{}", signedBy: new)
        let verifier = Forge.verifier(.any, old.verifyingKey)
        #expect(verifier.refusal(of: token)?.code == .keyNotFound)
        let rotated = verifier.with(keys: [old.verifyingKey, new.verifyingKey])
        #expect(rotated.refusal(of: token) == nil)
        #expect(rotated.with(keys: [new.verifyingKey]).refusal(of: try Forge.claims("{}", signedBy: old)) != nil)
    }
}
