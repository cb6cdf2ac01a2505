import JOSE
import Testing

@Suite struct `The key that a header names` {
    @Test func `an alg in escapes is compared like any other`() throws {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(.any, key.verifyingKey)
        func token(_ alg: String) throws -> String {
            try Forge.token(#"{"alg":"\#(alg)","kid":"k1"}"#, "{}", signedBy: key)
        }
        #expect(verifier.refusal(of: try token(#"\u0048S256"#)) == nil)
        for alg in [#"\u0045S256"#, #"\u0048S384"#, #"\u006eone"#] {
            #expect(verifier.refusal(of: try token(alg))?.code == .algorithmNotAllowed)
        }
    }

    @Test func `an empty kid names no key that has none`() throws {
        let key = try Forge.hs256(nil)
        let verifier = Forge.verifier(.any, key.verifyingKey)
        for header in [#"{"alg":"HS256","kid":""}"#, #"{"alg":"HS256","typ":"at+jwt","kid":""}"#] {
            #expect(verifier.refusal(of: try Forge.token(header, "{}", signedBy: key))?.code == .keyNotFound)
        }
    }

    @Test func `an alg that is unknown or not allowed is the fault, whatever the kid`() throws {
        let key = try Forge.hs256()
        let unknown = try Forge.token(#"{"alg":"XS256","kid":"other"}"#, "{}", signedBy: key)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: unknown)?.code == .algorithmNotAllowed)
        let known = try Forge.token(#"{"alg":"HS256","kid":"other"}"#, "{}", signedBy: key)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: known)?.code == .keyNotFound)
        let profile = TokenProfile(allowedAlgorithms: [.es256])
        #expect(Forge.verifier(profile, key.verifyingKey).refusal(of: known)?.code == .algorithmNotAllowed)
    }

    @Test func `a signature that is no base64url is malformed under any header`() throws {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(.any, key.verifyingKey)
        for header in [#"{"alg":"HS256","kid":"k1"}"#, #"{"alg":"HS256","typ":"at+jwt","kid":"k1"}"#] {
            let token = try Forge.token(header, "{}", signedBy: key)
            #expect(verifier.refusal(of: token + "=")?.code == .malformed)
            #expect(verifier.refusal(of: String(token.dropLast()) + "!")?.code == .malformed)
        }
    }
}
