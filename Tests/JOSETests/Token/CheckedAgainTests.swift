import JOSE
import Testing

@Suite struct `A token that was verified before` {
    @Test func `is checked again by type and by claims`() throws {
        let key = try Forge.hs256()
        let text = try Forge.token(
            #"{"alg":"HS256","kid":"k1","typ":"JWT"}"#,
            #"{"iss":"a","exp":1800000060}"#,
            signedBy: key
        )
        let token = try Forge.verifier(.any, key.verifyingKey).verify(text)
        func fault(_ profile: TokenProfile, now: Int64 = Forge.now) -> JWTError.Code? {
            do throws(JWTError) {
                try Forge.verifier(profile, key.verifyingKey, now: now).recheck(token)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(fault(TokenProfile(type: "JWT", issuer: "a")) == nil)
        #expect(fault(TokenProfile(type: "at+jwt")) == .typeMismatch)
        #expect(fault(TokenProfile(issuer: "b")) == .issuerMismatch)
        #expect(fault(.any, now: Forge.now + 60) == .expired)
    }

    @Test func `lends the bytes of the names it has, and no others`() throws {
        let key = try Forge.hs256()
        let text = try Forge.claims(#"{"sub":"u1","jti":"\u006a"}"#, signedBy: key)
        let token = try Forge.verifier(.any, key.verifyingKey).verify(text)
        #expect(token.withBytes(of: .subject) { Array($0) } == Array("u1".utf8))
        #expect(token.withBytes(of: .id) { Array($0) } == Array("j".utf8))
        #expect(token.withBytes(of: .sessionID) { Array($0) } == nil)
        #expect(token.withBytes(of: .clientID) { Array($0) } == nil)
    }
}
