import JOSE
import Testing

@Suite struct `Attacks on encryption by algorithm` {
    @Test func `RSA1_5 is no algorithm here (CVE-2026-65626)`() throws {
        let keys: DecryptionKeySet = [
            try DecryptionKey.generate(.rsaOAEP, keyID: "r"), try DecryptionKey.generate(.rsaOAEP256, keyID: "r"),
        ]
        for header in [
            ["alg": "RSA1_5", "enc": "A256GCM"], ["alg": "RSA1_5", "enc": "A256GCM", "kid": "r"],
        ] as [JSONObject] {
            let text = try JWEForge.wrapped(
                header,
                encryptedKey: [UInt8](repeating: 1, count: 256),
                contentKey: JWEForge.secret
            )
            let refusal = keys.refusal(of: text)
            #expect(refusal?.code == .algorithmNotAllowed)
            #expect(refusal?.received == "RSA1_5")
        }
        var members = try DecryptionKey.generate(.rsaOAEP).jwk.members
        members["alg"] = "RSA1_5"
        let jwk = JWK(members: members)
        #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk) }?.code == .algorithmMismatch)
    }

    @Test func `a zip bomb, and zip of any value (CVE-2024-33664)`() throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        for value in [#""DEF""#, #""""#, "null", "false", "1", #""def""#] {
            let text = try JWEForge.direct(#"{"alg":"dir","enc":"A256GCM","zip":\#(value)}"#)
            #expect(keys.refusal(of: text)?.code == .criticalHeaderUnsupported)
        }
    }

    @Test(arguments: [#"["exp"]"#, "[]", "null", #""zip""#, #"["alg"]"#, #"["x","x"]"#, #"["b64"]"#])
    func `an extension that is critical`(_ value: String) throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        let text = try JWEForge.direct(#"{"alg":"dir","enc":"A256GCM","x":1,"crit":\#(value)}"#)
        #expect(keys.refusal(of: text)?.code == .criticalHeaderUnsupported)
    }

    @Test(arguments: ["none", "DIR", "dir\0", "HS256", "A256GCMKW", "ECDH-ES", "PBES2-HS256+A128KW", "", "d\u{131}r"])
    func `an algorithm that is not the key's`(_ name: String) throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        var header: JSONObject = ["enc": "A256GCM"]
        header["alg"] = .string(name)
        #expect(keys.refusal(of: try JWEForge.direct(header.text))?.code == .algorithmNotAllowed)
    }

    @Test(arguments: ["none", "A256CBC", "a256gcm", "A256GCMKW", "", "A256CTR", "A128GCM"])
    func `a content encryption that is not known, or not the key's`(_ name: String) throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        var header: JSONObject = ["alg": "dir"]
        header["enc"] = .string(name)
        #expect(keys.refusal(of: try JWEForge.direct(header.text))?.code == .algorithmNotAllowed)
    }

    @Test func `a password's iterations (CVE-2023-50966), and its salt`() throws {
        let password = "a password of some length"
        let keys: DecryptionKeySet = [try DecryptionKey(password: password, algorithm: .pbes2HS256A128KW)]
        let sender = try EncryptionKey(password: password, algorithm: .pbes2HS256A128KW, iterations: 1000)
        let text = try JWE.encrypt([1], for: sender)
        #expect(keys.refusal(of: text) == nil)
        let header = try JSONObject(parsing: try #require(Base64URL.decode(text.parts[0])))
        func refusal(_ name: String, _ value: JSONValue?) -> JWTError.Code? {
            var changed = header
            changed[name] = value
            return keys.refusal(of: text.replacing(part: 0, with: Base64URL.encode(changed.serialized())))?.code
        }
        for value in [
            nil, 0, 1, 999, -1000, 1_200_001, 2_147_483_647, 4_294_967_296, 9_223_372_036_854_775_807, "1000", 1000.5,
            nil, .bool(true), .number(try #require(JSONNumber(1e300))), [1000],
        ] as [JSONValue?] { #expect(refusal("p2c", value) == .malformed) }
        for count in [0, 7, 1025] {
            #expect(refusal("p2s", .string(Base64URL.encode([UInt8](repeating: 1, count: count)))) == .malformed)
        }
        for value in [nil, 1, "!", .null] as [JSONValue?] { #expect(refusal("p2s", value) == .malformed) }
        #expect(refusal("p2s", .string(Base64URL.encode([UInt8](repeating: 1, count: 8)))) == .decryptionFailed)
        // Without a key made from a password nobody computes anything, whatever a header asks for.
        let others: DecryptionKeySet = [try DecryptionKey.generate(.a128kw)]
        #expect(others.refusal(of: text)?.code == .algorithmNotAllowed)
    }

    @Test func `keys and addresses that a header brings along are not looked at`() throws {
        let mine = try DecryptionKey.generate(.dir(.a256gcm))
        let header: JSONObject = [
            "alg": "dir", "enc": "A256GCM", "jwk": .object(try JWEForge.key().jwk.members),
            "jku": "https://evil.example/keys", "x5u": "https://evil.example/cert", "x5c": ["AAAA"],
        ]
        let text = try JWEForge.direct(header.text)
        #expect(DecryptionKeySet([mine]).refusal(of: text)?.code == .decryptionFailed)
    }
}
