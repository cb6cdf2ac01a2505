import JOSE
import Testing

@Suite struct `The token signer` {
    static func signer(_ key: SigningKey, audience: Audience = "orders") -> TokenSigner {
        TokenSigner(key, issuer: Forge.issuer, audience: audience, lifetime: .seconds(1800), clock: Forge.clock)
    }

    @Test func `writes a compact token with its header and claims`() throws {
        let key = try Forge.hs256()
        let token = try UnverifiedToken(Self.signer(key).sign(subject: "u1"))
        #expect(token.header.text == #"{"alg":"HS256","typ":"at+jwt","kid":"k1"}"#)
        #expect(token.claims.names == ["iss", "sub", "aud", "exp", "iat", "jti"])
        #expect(token.claims["exp"] == 1_800_001_800)
        #expect(token.claims["iat"] == 1_800_000_000)
        #expect(token.claims["aud"] == "orders")
        #expect(Base64URL.decode(token.claims["jti"]?.stringValue ?? "")?.count == 16)
        let several = try UnverifiedToken(Self.signer(key, audience: ["a", "b"]).sign(subject: "u1"))
        #expect(several.claims["aud"] == ["a", "b"])
    }

    @Test func `never gives two tokens one jti`() throws {
        let signer = Self.signer(try Forge.hs256())
        let names = try (0..<200).map { _ in try UnverifiedToken(signer.sign(subject: "u")).claims["jti"]?.stringValue }
        #expect(Set(names).count == 200)
    }

    @Test func `lets the caller's claims win`() throws {
        let signer = Self.signer(try Forge.hs256())
        let claims = try UnverifiedToken(
            signer.sign(subject: "u1", adding: ["sub": "u2", "exp": 5, "x": nil] as JSONObject)
        ).claims
        #expect(claims["sub"] == "u2")
        #expect(claims["exp"] == 5)
        #expect(claims["x"] == .null)
        let exact = try UnverifiedToken(signer.sign(["only": true])).claims
        #expect(exact.text == #"{"only":true}"#)
    }

    @Test func `refuses claims that are no object`() throws {
        let signer = Self.signer(try Forge.hs256())
        #expect(throws: JWTError.self) { try signer.sign(subject: "u", adding: [1, 2]) }
        #expect(throws: JWTError.self) { try signer.sign(subject: "u", adding: "text") }
    }
}

@Suite struct `An unverified token` {
    @Test func `shows its content and checks its form only`() throws {
        let token = try UnverifiedToken("eyJhbGciOiJub25lIiwieCI6MX0.eyJzdWIiOiJhIn0.AA")
        #expect(token.header["alg"] == "none")
        #expect(token.claims["sub"] == "a")
    }

    @Test(arguments: [
        "", "a.b", "e30.e30.A", "e30.e30.AB", "e30.W10.AA", "e30.e30.AA.AA", "W10.e30.AA", "e30.e30.AA\n",
    ])
    func `of a wrong form is malformed`(_ text: String) {
        let error = #expect(throws: JWTError.self) { try UnverifiedToken(text) }
        #expect(error?.code == .malformed)
    }
}

@Suite struct `JWS over any payload` {
    @Test(arguments: SignatureAlgorithm.all)
    func `signs and verifies, the empty payload too`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        for payload in [[], [0], Array("not JSON".utf8), [UInt8](repeating: 0xFF, count: 5000)] as [[UInt8]] {
            let text = try JWS.sign(payload: payload, header: ["cty": "text/plain"], key: key)
            let verified = try JWS.verify(text, keys: [key.verifyingKey])
            #expect(verified.payload == payload)
            #expect(verified.header["cty"] == "text/plain")
            #expect(verified.header["kid"]?.stringValue == key.keyID)
        }
    }

    @Test func `the header's algorithm and extensions are not the caller's`() throws {
        let key = try Forge.hs256()
        for header in [["alg": "none"], ["crit": ["exp"]], ["b64": false]] as [JSONObject] {
            #expect(throws: JWTError.self) { try JWS.sign(payload: [], header: header, key: key) }
        }
    }

    @Test func `is bounded`() throws {
        let key = try Forge.hs256()
        let text = try JWS.sign(payload: [UInt8](repeating: 1, count: 1000), key: key)
        let error = #expect(throws: JWTError.self) { try JWS.verify(text, keys: [key.verifyingKey], maximumSize: 1000) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `the vector of RFC 7515 A.1`() throws {
        let jwk = try JWK(
            parsing: """
                {"kty":"oct","alg":"HS256","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}
                """
        )
        let token = """
            eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p\
            c19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk
            """
        let key = try VerifyingKey(jwk: jwk)
        let verified = try Forge.verifier(.any, key, now: 1_300_819_379).verify(token)
        #expect(verified.issuer == "joe")
        #expect(verified["http://example.com/is_root"] == true)
        #expect(Forge.verifier(.any, key, now: 1_300_819_380).refusal(of: token)?.code == .expired)
    }
}
