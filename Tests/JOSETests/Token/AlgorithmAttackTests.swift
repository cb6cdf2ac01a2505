import JOSE
import Testing

@Suite struct `Attacks by algorithm` {
    @Test(arguments: ["none", "None", "NONE", "noNE", "nOnE", "", "HS", "hs256", "HS256 ", "HS-256", "RS256", "ES256"])
    func `alg none, and any name that is not the key's, is refused`(_ name: String) throws {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(.any, key.verifyingKey)
        for keyID in ["\"kid\":\"k1\",", ""] {
            let header = "{\(keyID)\"alg\":\"\(name)\"}"
            let signed = try Forge.token(header, "{}", signedBy: key)
            #expect(verifier.refusal(of: signed)?.code == .algorithmNotAllowed)
            let unsigned = Base64URL.encode(Array(header.utf8)) + ".e30."
            #expect(verifier.refusal(of: unsigned) != nil)
        }
    }

    @Test func `a token without a signature is malformed`() throws {
        let key = try Forge.hs256()
        let token = try Forge.claims("{}", signedBy: key)
        let parts = token.split(separator: ".")
        for text in ["\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "\(parts[0])", "..", ".", ""] {
            #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: text)?.code == .malformed)
        }
    }

    @Test func `RS256 to HS256: the public key's text, bytes or modulus as an HMAC secret`() throws {
        let rsa = try SigningKey.generate(.rs256, keyID: "r")
        let pem = try #require(rsa.verifyingKey.pem)
        let n = try #require(Base64URL.decode(rsa.jwk.members["n"]?.stringValue ?? ""))
        for secret in [Array(pem.utf8), Array(rsa.verifyingKey.jwk.serialized().utf8), n] {
            // An attacker has no scruples about PEM: the code is made by hand.
            let code = HandMadeHMAC(secret: secret)
            for keyID in ["\"kid\":\"r\",", ""] {
                let input = Base64URL.encode(Array("{\(keyID)\"alg\":\"HS256\"}".utf8)) + ".e30"
                let token = input + "." + Base64URL.encode(code.authenticate(input))
                let refusal = Forge.verifier(.any, rsa.verifyingKey).refusal(of: token)
                #expect(refusal?.code == .algorithmNotAllowed)
            }
        }
    }

    @Test func `a token never changes a key's algorithm`() throws {
        let pss = try SigningKey.generate(.ps256, keyID: "r")
        var members = pss.jwk.members
        members["alg"] = "RS256"
        let pkcs1 = try SigningKey(jwk: JWK(members: members))
        let verifier = Forge.verifier(.any, pss.verifyingKey)
        // The same numbers, another algorithm: the key says PS256, whatever comes first.
        #expect(verifier.refusal(of: try Forge.claims("{}", signedBy: pkcs1))?.code == .algorithmNotAllowed)
        #expect(verifier.refusal(of: try Forge.claims("{}", signedBy: pss)) == nil)
        #expect(verifier.refusal(of: try Forge.claims("{}", signedBy: pkcs1))?.code == .algorithmNotAllowed)
        let lying = try Forge.token(#"{"alg":"PS256","kid":"r"}"#, "{}", signedBy: pkcs1)
        #expect(verifier.refusal(of: lying)?.code == .signatureInvalid)
    }

    @Test func `an allow-list narrows what the keys allow, and never widens it`() throws {
        let key = try SigningKey.generate(.es256, keyID: "e")
        let token = try Forge.claims("{}", signedBy: key)
        #expect(Forge.verifier(TokenProfile(allowedAlgorithms: [.es256]), key.verifyingKey).refusal(of: token) == nil)
        for allowed in [[], [SignatureAlgorithm.rs256, .hs256]] {
            let verifier = Forge.verifier(TokenProfile(allowedAlgorithms: allowed), key.verifyingKey)
            #expect(verifier.refusal(of: token)?.code == .algorithmNotAllowed)
        }
        let lying = try Forge.token(#"{"alg":"HS256","kid":"e"}"#, "{}", signedBy: key)
        let verifier = Forge.verifier(TokenProfile(allowedAlgorithms: [.hs256, .es256]), key.verifyingKey)
        #expect(verifier.refusal(of: lying)?.code == .algorithmNotAllowed)
    }

    @Test func `EdDSA is the old name of Ed25519, of no other algorithm`() throws {
        let key = try SigningKey.generate(.ed25519, keyID: "e")
        for name in ["EdDSA", "Ed25519"] {
            let token = try Forge.token(#"{"alg":"\#(name)","kid":"e"}"#, "{}", signedBy: key)
            #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: token) == nil)
        }
        let escaped = try Forge.token(#"{"\u0061lg":"Ed\u0044SA","kid":"\u0065"}"#, "{}", signedBy: key)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: escaped) == nil)
        #expect(key.jwk.algorithm == "Ed25519")
    }

    @Test func `a key that the header embeds or points to is ignored and never fetched`() throws {
        let trusted = try SigningKey.generate(.es256, keyID: "e")
        let attacker = try SigningKey.generate(.es256, keyID: "e")
        let jwk = attacker.verifyingKey.jwk.serialized()
        for extra in [
            #""jwk":\#(jwk)"#, #""jku":"http://127.0.0.1:1/keys""#, #""x5u":"http://127.0.0.1:1/chain""#,
            #""x5c":["MIIB"],"x5t":"AAAA""#, #""jku":7,"jwk":"x""#,
        ] {
            let header = #"{"alg":"ES256","kid":"e",\#(extra)}"#
            let verifier = Forge.verifier(.any, trusted.verifyingKey)
            #expect(verifier.refusal(of: try Forge.token(header, "{}", signedBy: attacker))?.code == .signatureInvalid)
            #expect(verifier.refusal(of: try Forge.token(header, "{}", signedBy: trusted)) == nil)
        }
    }
}

/// HMAC-SHA256 of any secret at all, for what this library would not make.
struct HandMadeHMAC {
    let secret: [UInt8]

    func authenticate(_ text: String) -> [UInt8] { Attacker.hmac(Array(text.utf8), secret: secret) }
}
