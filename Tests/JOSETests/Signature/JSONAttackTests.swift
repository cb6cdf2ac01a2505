import JOSE
import Testing

@Suite struct `Attacks on a JWS in JSON` {
    /// A text of any protected and unprotected header and payload, with a real signature of the key.
    static func text(
        _ protected: String?,
        _ unprotected: String? = nil,
        payload: String = "e30",
        signed: String? = nil,
        key: SigningKey
    ) throws -> String {
        "{\"payload\":\"\(payload)\",\(try signature(protected, unprotected, signed ?? payload, key))}"
    }

    static func signature(
        _ protected: String?,
        _ unprotected: String?,
        _ payload: String,
        _ key: SigningKey
    ) throws -> String {
        let text = protected.map { Base64URL.encode(Array($0.utf8)) }
        let signature = Base64URL.encode(try key.sign(Array("\(text ?? "").\(payload)".utf8)))
        let members = [
            text.map { "\"protected\":\"\($0)\"" }, unprotected.map { "\"header\":\($0)" },
            "\"signature\":\"\(signature)\"",
        ]
        return members.compactMap(\.self).joined(separator: ",")
    }

    static func fault(_ text: String, _ keys: KeySet, _ policy: SignaturePolicy = .all) -> JWTError.Code? {
        do { _ = try JWS.verify(json: text, keys: keys, policy: policy) } catch { return error.code }
        return nil
    }

    @Test func `no signatures are refused, whatever the policy`() throws {
        let key = try Forge.hs256()
        for text in [
            #"{"payload":"e30","signatures":[]}"#, #"{"payload":"e30"}"#, #"{"payload":"e30","signature":""}"#,
            #"{"payload":"e30","protected":"e30"}"#, #"{"payload":"e30","signatures":null}"#,
            #"{"payload":"e30","signatures":{}}"#, #"{"payload":"e30","signatures":[{}]}"#,
            #"{"payload":"e30","signatures":[null]}"#, #"{"payload":"e30","signatures":"x"}"#, "{}",
        ] {
            for policy in [SignaturePolicy.any, .all, .named(["k1"]), .named([])] {
                #expect(Self.fault(text, [key.verifyingKey], policy) == .malformed, "\(text)")
            }
        }
    }

    @Test(arguments: ["none", "None", "noNE", "", "hs256", "RS256", "HS384", "HS256 "])
    func `alg none, and any name that is not the key's, is refused in either header`(_ name: String) throws {
        let key = try Forge.hs256()
        for keyID in ["\"kid\":\"k1\",", ""] {
            let header = "{\(keyID)\"alg\":\"\(name)\"}"
            #expect(Self.fault(try Self.text(header, key: key), [key.verifyingKey]) == .algorithmNotAllowed)
            #expect(Self.fault(try Self.text(nil, header, key: key), [key.verifyingKey]) == .algorithmNotAllowed)
            let unsigned = #"{"payload":"e30","header":\#(header),"signature":""}"#
            #expect(Self.fault(unsigned, [key.verifyingKey], .any) == .malformed)
        }
    }

    @Test func `no alg in either header is malformed`() throws {
        let key = try Forge.hs256()
        for (protected, unprotected) in [
            (#"{"kid":"k1"}"#, nil), (nil, #"{"kid":"k1"}"#), (nil, nil), (#"{"alg":1}"#, nil),
            (nil, #"{"alg":["HS256"]}"#),
        ] as [(String?, String?)] {
            #expect(Self.fault(try Self.text(protected, unprotected, key: key), [key.verifyingKey]) == .malformed)
        }
    }

    @Test func `a name in both headers is malformed, the same value or another, escaped or not`() throws {
        let key = try Forge.hs256()
        for unprotected in [
            #"{"alg":"HS256"}"#, #"{"alg":"none"}"#, #"{"kid":"k1"}"#, #"{"\u0061lg":"HS256"}"#, #"{"x":null}"#,
        ] {
            let text = try Self.text(#"{"alg":"HS256","kid":"k1","x":1}"#, unprotected, key: key)
            #expect(Self.fault(text, [key.verifyingKey], .any) == .malformed)
        }
    }

    @Test(arguments: [
        #""crit":["exp"],"exp":1"#, #""crit":["b64","x"],"b64":true,"x":1"#, #""crit":[]"#, #""crit":["b64"]"#,
        #""crit":["b64","b64"],"b64":true"#, #""crit":"b64","b64":true"#, #""crit":null"#,
        #""crit":["b64"],"b64":"true""#,
        #""crit":["b64"],"b64":null"#, #""crit":["b64"],"b64":0"#, #""crit":["alg"]"#, #""crit":[1],"b64":true"#,
        #""\u0063rit":["x"],"x":1"#, #""b64":false"#, #""b64":"false""#, #""b64":null"#, #""\u00624":1,"b64":0"#,
        #""crit":["B64"],"B64":false"#, #""crit":{"b64":true},"b64":true"#,
    ])
    func `crit that is unknown, empty, repeated, absent or of a wrong type, and b64 without it, are refused`(
        _ extra: String
    ) throws {
        let key = try Forge.hs256()
        let keys: KeySet = [key.verifyingKey]
        let text = try Self.text("{\"alg\":\"HS256\",\(extra)}", key: key)
        for policy in [SignaturePolicy.any, .all, .named(["k1"])] {
            #expect(Self.fault(text, keys, policy) == .criticalHeaderUnsupported)
        }
        let compact = try Forge.token("{\"alg\":\"HS256\",\(extra)}", "{}", signedBy: key)
        #expect(throws: JWTError(.criticalHeaderUnsupported)) { try JWS.verify(compact, keys: keys) }
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: compact)?.code == .criticalHeaderUnsupported)
    }

    @Test(arguments: [#""crit":["b64"]"#, #""b64":false"#, #""b64":true"#, #""crit":["x"],"x":1"#, #""crit":[]"#])
    func `crit and b64 outside of the signature are refused`(_ extra: String) throws {
        let key = try Forge.hs256()
        let text = try Self.text(#"{"alg":"HS256"}"#, "{\(extra)}", key: key)
        #expect(Self.fault(text, [key.verifyingKey], .any) == .criticalHeaderUnsupported)
    }

    @Test func `a token verifier takes no b64, true or false, that crit names`() throws {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(.any, key.verifyingKey)
        for value in ["true", "false"] {
            let header = #"{"alg":"HS256","kid":"k1","b64":\#(value),"crit":["b64"]}"#
            #expect(
                verifier.refusal(of: try Forge.token(header, "{}", signedBy: key))?.code == .criticalHeaderUnsupported
            )
        }
        let text = try JWS.sign(payload: Array("{}".utf8), key: key, options: .unencoded)
        #expect(verifier.refusal(of: text) != nil)
    }

    @Test func `b64 that differs between signatures is refused, also where one of them is enough`() throws {
        let key = try Forge.hs256()
        let encoded = try Self.signature(#"{"alg":"HS256"}"#, nil, "e30", key)
        let said = try Self.signature(#"{"alg":"HS256","b64":true,"crit":["b64"]}"#, nil, "e30", key)
        let unencoded = try Self.signature(#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, nil, "e30", key)
        for (first, second, isFine) in [
            (encoded, unencoded, false), (unencoded, encoded, false), (said, unencoded, false), (encoded, said, true),
            (unencoded, unencoded, true),
        ] {
            let text = #"{"payload":"e30","signatures":[{\#(first)},{\#(second)}]}"#
            for policy in [SignaturePolicy.any, .all] {
                #expect(Self.fault(text, [key.verifyingKey], policy) == (isFine ? nil : .malformed))
            }
        }
    }

    @Test func `b64 true and false are two signatures of the same text`() throws {
        // What was signed as base64url never verifies as plain text, nor the reverse.
        let key = try Forge.hs256()
        let plain = #"{"alg":"HS256","b64":false,"crit":["b64"]}"#
        let encoded = try JWS.sign(payload: [0x7B, 0x7D], signers: [JWS.Signer(key)], as: .flattened)
        let object = try JSONObject(parsing: encoded)
        var changed = object
        changed["protected"] = .string(Base64URL.encode(Array(plain.utf8)))
        #expect(Self.fault(changed.text, [key.verifyingKey]) == .signatureInvalid)
        let text = try Self.text(plain, payload: "e30", key: key)
        #expect(try JWS.verify(json: text, keys: [key.verifyingKey]).payload == Array("e30".utf8))
    }

    @Test func `a mixture of the flattened and the general form is malformed`() throws {
        let key = try Forge.hs256()
        let one = try Self.signature(#"{"alg":"HS256"}"#, nil, "e30", key)
        for extra in [one, "\"signature\":\"AAAA\"", "\"protected\":\"e30\"", "\"header\":{}"] {
            let text = #"{"payload":"e30","signatures":[{\#(one)}],\#(extra)}"#
            #expect(Self.fault(text, [key.verifyingKey], .any) == .malformed)
        }
        // Members that nobody knows are ignored (RFC 7515 §7.2).
        let text = #"{"payload":"e30","signatures":[{\#(one),"y":1}],"x":[{}]}"#
        #expect(Self.fault(text, [key.verifyingKey]) == nil)
    }

    @Test func `a compact text is no JSON, and JSON no compact text or token`() throws {
        let key = try Forge.hs256()
        let keys: KeySet = [key.verifyingKey]
        let compact = try Forge.claims("{}", signedBy: key)
        let json = try Self.text(#"{"alg":"HS256"}"#, key: key)
        for text in [compact, "\"\(compact)\"", "[\(json)]", compact + json, json + compact, json + json, ""] {
            #expect(Self.fault(text, keys, .any) == .malformed, "\(text)")
        }
        for text in [json, json + compact, compact + json, "{\(compact)}"] {
            #expect(throws: JWTError(.malformed)) { try JWS.verify(text, keys: keys) }
            let apart = #expect(throws: JWTError.self) { try JWS.verify(text, detached: Array("{}".utf8), keys: keys) }
            #expect(apart?.code == .malformed)
            #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: text)?.code == .malformed)
        }
    }

    @Test func `a protected header that is there and empty is malformed`() throws {
        // It would be signed like one that is absent: two spellings of one text (RFC 7515 §7.2.1).
        let key = try Forge.hs256()
        let header = #"{"alg":"HS256"}"#
        #expect(Self.fault(try Self.text(nil, header, key: key), [key.verifyingKey]) == nil)
        #expect(Self.fault(try Self.text("", header, key: key), [key.verifyingKey]) == .malformed)
    }

    @Test(arguments: ["a\nb", "\u{7F}", "\0", "é", "\u{1F512}"])
    func `an unencoded payload that may not stand in a compact text is refused, signed as it is`(
        _ payload: String
    ) throws {
        let key = try Forge.hs256()
        let header = Base64URL.encode(Array(#"{"alg":"HS256","b64":false,"crit":["b64"]}"#.utf8))
        let signature = Base64URL.encode(try key.sign(Array("\(header).\(payload)".utf8)))
        #expect(throws: JWTError(.malformed)) {
            try JWS.verify("\(header).\(payload).\(signature)", keys: [key.verifyingKey])
        }
        let apart = try JWS.verify("\(header)..\(signature)", detached: Array(payload.utf8), keys: [key.verifyingKey])
        #expect(apart.payload == Array(payload.utf8))
    }

    @Test func `sign/encrypt confusion: a text with a ciphertext is no signed one`() throws {
        let key = try Forge.hs256()
        let one = try Self.signature(#"{"alg":"HS256"}"#, nil, "e30", key)
        #expect(Self.fault(#"{"payload":"e30","ciphertext":"AA",\#(one)}"#, [key.verifyingKey], .any) == .malformed)
        let encrypted = #"{"protected":"e30","encrypted_key":"AA","iv":"AA","ciphertext":"AA","tag":"AA"}"#
        #expect(Self.fault(encrypted, [key.verifyingKey], .any) == .malformed)
    }

    @Test func `an embedded jwk, jku or x5u is ignored, signed or not`() throws {
        let trusted = try SigningKey.generate(.es256, keyID: "e")
        let attacker = try SigningKey.generate(.es256, keyID: "e")
        let jwk = attacker.verifyingKey.jwk.serialized()
        let header = #"{"alg":"ES256","kid":"e"}"#
        for extra in [
            #""jwk":\#(jwk)"#, #""jku":"http://127.0.0.1:1/k""#, #""x5u":"http://127.0.0.1:1/c","x5c":["MIIB"]"#,
        ] {
            for text in [
                try Self.text(#"{"alg":"ES256","kid":"e",\#(extra)}"#, key: attacker),
                try Self.text(header, "{\(extra)}", key: attacker),
            ] { #expect(Self.fault(text, [trusted.verifyingKey], .any) == .signatureInvalid) }
            #expect(Self.fault(try Self.text(header, "{\(extra)}", key: trusted), [trusted.verifyingKey]) == nil)
        }
    }

    @Test func `RS256 to HS256: the public key's text as an HMAC secret`() throws {
        let rsa = try SigningKey.generate(.rs256, keyID: "r")
        let code = HandMadeHMAC(secret: Array(try #require(rsa.verifyingKey.pem).utf8))
        let header = #"{"alg":"HS256","kid":"r"}"#
        let text = Base64URL.encode(Array(header.utf8))
        let signed = Base64URL.encode(code.authenticate(text + ".e30"))
        let loose = Base64URL.encode(code.authenticate(".e30"))
        for json in [
            #"{"payload":"e30","protected":"\#(text)","signature":"\#(signed)"}"#,
            #"{"payload":"e30","header":\#(header),"signature":"\#(loose)"}"#,
        ] { #expect(Self.fault(json, [rsa.verifyingKey], .any) == .algorithmNotAllowed) }
    }

    @Test func `a kid that is unknown, no string or too long is an error and no fallback`() throws {
        let key = try Forge.hs256()
        for (keyID, code) in [
            ("\"k2\"", JWTError.Code.keyNotFound), ("\"\"", .keyNotFound), ("\"k1\\u0000\"", .keyNotFound),
            ("\"../k1\"", .keyNotFound), ("1", .malformed), ("null", .malformed),
            ("\"\(String(repeating: "k", count: 1025))\"", .tooLarge),
        ] {
            let protected = try Self.text(#"{"alg":"HS256","kid":\#(keyID)}"#, key: key)
            let unprotected = try Self.text(#"{"alg":"HS256"}"#, #"{"kid":\#(keyID)}"#, key: key)
            for text in [protected, unprotected] { #expect(Self.fault(text, [key.verifyingKey], .any) == code) }
        }
    }

    @Test func `duplicate members, a BOM and what is no strict JSON are malformed, in text and headers`() throws {
        let key = try Forge.hs256()
        let good = try Self.text(#"{"alg":"HS256"}"#, key: key)
        #expect(Self.fault(good, [key.verifyingKey]) == nil)
        for text in [
            good.replacing("{\"payload\"", with: "{\"payload\":\"e30\",\"payload\""), "\u{FEFF}" + good, good + "x",
            good.replacing("}", with: ",}"),
            good.replacing("{\"payload\"", with: "{\"p\\u0061yload\":\"e30\",\"payload\""),
            try Self.text(#"{"alg":"HS256","alg":"none"}"#, key: key), try Self.text(#"["alg"]"#, key: key),
            try Self.text(#"{"alg":"HS256","n":01}"#, key: key), try Self.text("", key: key),
            try Self.text(#"{"alg":"HS256"}"#, "[]", key: key), try Self.text(#"{"alg":"HS256"}"#, "null", key: key),
            try Self.text(#"{"alg":"HS256"}"#, #"{"x":1,"x":1}"#, key: key),
        ] { #expect(Self.fault(text, [key.verifyingKey], .any) == .malformed, "\(text)") }
        var bytes = Array(good.utf8)
        bytes.insert(contentsOf: Array(",\"x\":\"".utf8) + [0xC0, 0x80, 0x22], at: bytes.count - 1)
        #expect(throws: JWTError.self) { try JWS.verify(json: bytes, keys: [key.verifyingKey]) }
    }

    @Test func `base64url that is not canonical is refused in every part`() throws {
        let key = try Forge.hs256()
        let object = try JSONObject(parsing: Self.text(#"{"alg":"HS256"} "#, payload: "e30", key: key))
        #expect(Self.fault(object.text, [key.verifyingKey]) == nil)
        for name in ["payload", "protected", "signature"] {
            let text = try #require(object[name]?.stringValue)
            for change in [
                text + "=", text + "\n", " " + text, "+" + text.dropFirst(), text + "A", "é" + text.dropFirst(),
            ] {
                var changed = object
                changed[name] = .string(change)
                let fault = Self.fault(changed.text, [key.verifyingKey])
                #expect(fault == .malformed || fault == .signatureInvalid)
            }
            for value in [1, nil, true, [], [:]] as [JSONValue] {
                var changed = object
                changed[name] = value
                #expect(Self.fault(changed.text, [key.verifyingKey]) == .malformed)
            }
        }
        // "e3" and "e30" have other trailing bits: signed as they stand, and refused.
        #expect(
            Self.fault(try Self.text(#"{"alg":"HS256"}"#, payload: "e31", key: key), [key.verifyingKey]) == .malformed
        )
    }

    @Test func `an ECDSA signature of zeros, in DER or of a wrong length is refused`() throws {
        let key = try SigningKey.generate(.es256, keyID: "e")
        let object = try JSONObject(parsing: Self.text(#"{"alg":"ES256"}"#, key: key))
        let good = try #require(Base64URL.decode(object["signature"]?.stringValue ?? ""))
        let zeros = [UInt8](repeating: 0, count: 64)
        let der = DER.sequence(DER.integer(Array(good.prefix(32))), DER.integer(Array(good.suffix(32))))
        let forged: [[UInt8]] = [
            zeros, Array(good.prefix(32) + zeros.prefix(32)), Array(zeros.prefix(32) + good.suffix(32)), der,
            good + [0],
        ]
        for signature in forged {
            var changed = object
            changed["signature"] = .string(Base64URL.encode(signature))
            #expect(Self.fault(changed.text, [key.verifyingKey], .any) == .signatureInvalid)
        }
    }
}
