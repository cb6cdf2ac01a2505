import JOSE
import Testing

@Suite struct `At the bounds of what is read` {
    let key: SigningKey

    init() throws { key = try Forge.hs256() }

    private func refusal(_ claims: String, _ profile: TokenProfile = .any) throws -> JWTError? {
        Forge.verifier(profile, key.verifyingKey).refusal(of: try Forge.claims(claims, signedBy: key))
    }

    @Test func `a time with leading zeros is no JSON number`() throws {
        for digits in ["01800000060", "00000001", "018000000601", "0180000006012"] {
            for name in ["exp", "iat", "nbf"] {
                #expect(try refusal(#"{"\#(name)":\#(digits),"more":"so that it is long"}"#)?.code == .malformed)
            }
        }
    }

    @Test func `a payload is read up to a mebibyte, whatever a token may have`() throws {
        let profile = TokenProfile(maximumTokenSize: 4 << 20)
        func claims(_ count: Int) -> String { #"{"a":"\#(String(repeating: "x", count: count - 8))"}"# }
        #expect(try refusal(claims(1 << 20), profile) == nil)
        #expect(try refusal(claims(1 << 20 + 1), profile)?.code == .tooLarge)
    }

    @Test func `an unverified token is read up to a mebibyte`() throws {
        let token = try Forge.claims(#"{"a":"\#(String(repeating: "x", count: 800_000))"}"#, signedBy: key)
        let error = #expect(throws: JWTError.self) { try UnverifiedToken(token) }
        #expect(error?.code == .tooLarge)
        for part in 0..<3 {
            var parts = try Forge.claims("{}", signedBy: key).split(separator: ".").map(String.init)
            parts[part] = "!"
            let error = #expect(throws: JWTError.self) { try UnverifiedToken(parts.joined(separator: ".")) }
            #expect(error?.code == .malformed)
        }
    }

    @Test func `an audience that is asked for and absent is missing`() throws {
        let fault = try refusal(#"{"sub":"u1"}"#, TokenProfile(audiences: ["orders"]))
        #expect(fault?.code == .claimMissing)
        #expect(fault?.claim == "aud")
    }

    @Test func `azp is nobody's business where no client is named`() throws {
        let profile = TokenProfile(issuer: .oneOf(["a", "b"]))
        #expect(try refusal(#"{"iss":"a","azp":"c"}"#, profile) == nil)
        #expect(try refusal(#"{"iss":"a","aud":["x","y"]}"#, profile) == nil)
    }
}
