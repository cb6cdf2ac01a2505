import JOSE
import Testing

@Suite struct `Attacks by form` {
    static func refusal(_ token: String, _ key: SigningKey) -> JWTError.Code? {
        Forge.verifier(.any, key.verifyingKey).refusal(of: token)?.code
    }

    @Test func `a billion dots: two are found, and nothing is split`() throws {
        let key = try Forge.hs256()
        let token = try Forge.claims("{}", signedBy: key)
        let profile = TokenProfile(maximumTokenSize: 4 << 20)
        let verifier = Forge.verifier(profile, key.verifyingKey)
        for text in [
            String(repeating: ".", count: 2 << 20), token + String(repeating: ".", count: 2 << 20), token + ".",
            token + ".AA",
            "." + token, token.replacing(".", with: ".."), token + "." + token,
        ] { #expect(verifier.refusal(of: text)?.code == .malformed) }
    }

    @Test func `dots at odd places are found in a token of our own too, whose signature's length is known`() throws {
        let key = try SigningKey.generate(.hs256, keyID: "k1")
        let signer = TokenSigner(key, issuer: "https://a", audience: "b", lifetime: .seconds(60))
        let token = try signer.sign(subject: "u")
        let verifier = TokenVerifier(.accessToken(issuer: "https://a", audience: "b"), keys: [key.verifyingKey])
        #expect(verifier.refusal(of: token) == nil)
        let parts = token.split(separator: ".").map(String.init)
        let (header, payload, signature) = (parts[0], parts[1], parts[2])
        for text in [
            "\(header).\(signature)", "\(header)..\(signature)", "\(header).\(payload).x.\(signature)",
            "\(header).\(payload)\(signature)", "\(header).\(payload).\(signature).", "\(header).\(payload).",
            "\(header).\(payload).\(signature)x", "\(header).", "\(header)..",
        ] { #expect([.malformed, .signatureInvalid].contains(verifier.refusal(of: text)?.code), "\(text)") }
        #expect(verifier.refusal(of: "\(header).\(signature)")?.code == .malformed)
        #expect(verifier.refusal(of: "\(header).\(payload).\(signature.dropLast())")?.code != nil)
    }

    @Test func `a huge token is refused by its length, and the error names the limit`() throws {
        let key = try Forge.hs256()
        let token = try Forge.claims(#"{"x":"\#(String(repeating: "x", count: 16 << 10))"}"#, signedBy: key)
        let refusal = Forge.verifier(.any, key.verifyingKey).refusal(of: token)
        #expect(refusal?.code == .tooLarge)
        #expect(refusal?.expected?.contains("16384") == true)
        #expect(Forge.verifier(TokenProfile(maximumTokenSize: 32 << 10), key.verifyingKey).refusal(of: token) == nil)
    }

    @Test func `a header has its own limit, and so have its members`() throws {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(TokenProfile(maximumTokenSize: 1 << 20), key.verifyingKey)
        let long = try Forge.token(
            #"{"alg":"HS256","kid":"k1","x":"\#(String(repeating: "x", count: 9000))"}"#,
            "{}",
            signedBy: key
        )
        #expect(verifier.refusal(of: long)?.code == .tooLarge)
        let members = (0..<70).map { ",\"m\($0)\":0" }.joined()
        let wide = try Forge.token(#"{"alg":"HS256","kid":"k1"\#(members)}"#, "{}", signedBy: key)
        #expect(verifier.refusal(of: wide)?.code == .tooLarge)
    }

    @Test func `a payload of many members is refused`() throws {
        let key = try Forge.hs256()
        for count in [256, 257] {
            let members = (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",")
            let token = try Forge.claims("{\(members)}", signedBy: key)
            #expect(Self.refusal(token, key) == (count == 256 ? nil : .tooLarge))
        }
    }

    @Test func `base64url that is not canonical is refused in every part: one token has one spelling`() throws {
        let key = try Forge.hs256()
        let token = try Forge.claims(#"{"a":1}"#, signedBy: key)
        #expect(Self.refusal(token, key) == nil)
        let parts = token.split(separator: ".").map(String.init)
        for place in 0..<3 {
            for change in [
                { $0 + "=" }, { $0 + "==" }, { $0 + "\n" }, { " " + $0 }, { $0 + " " }, { "+" + $0.dropFirst() },
                { "/" + $0.dropFirst() }, { $0 + "A" }, { $0.prefix(1) + "\u{E9}" + $0.dropFirst(2) },
                { $0.prefix(4) + "\r\n" + $0.dropFirst(4) }, { $0.prefix(1) + "\0" + $0.dropFirst(2) },
            ] as [(String) -> String] {
                var changed = parts
                changed[place] = change(parts[place])
                let refusal = Self.refusal(changed.joined(separator: "."), key)
                #expect(refusal == .malformed || refusal == .signatureInvalid || refusal == .algorithmNotAllowed)
            }
        }
        // A last character with other trailing bits decodes to the same bytes elsewhere.
        let signature = parts[2]
        let twins = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".map {
            "\(parts[0]).\(parts[1]).\(signature.dropLast())\($0)"
        }
        #expect(twins.filter { Self.refusal($0, key) == nil } == [token])
    }

    @Test(arguments: [
        "[]", "\"x\"", "1", "null", "true", "", " ", "{}{}", "{} x", "[{}]", "{\"sub\":\"a\",\"sub\":\"b\"}",
        "\u{FEFF}{}",
        "{\"a\":01}", "{\"a\":NaN}", "{\"a\":1,}", "{/**/}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\u{1}\"}", "{'a':1}",
        "{\"x\":{\"a\":1,\"a\":1}}", "{\"exp\":1800000001,\"\\u0065xp\":1}",
    ])
    func `a payload that is not one strict JSON object is malformed`(_ payload: String) throws {
        let key = try Forge.hs256()
        #expect(Self.refusal(try Forge.claims(payload, signedBy: key), key) == .malformed)
    }

    @Test func `a payload in other encodings is malformed`() throws {
        let key = try Forge.hs256()
        let header = Array(#"{"alg":"HS256","kid":"k1"}"#.utf8)
        for payload in [
            [0x7B, 0, 0x7D, 0], [0, 0x7B, 0, 0x7D], [0xFF, 0xFE, 0x7B, 0, 0x7D, 0],
            Array("{\"a\":\"".utf8) + [0xC0, 0x80, 0x22, 0x7D],
            Array("{\"a\":\"".utf8) + [0xED, 0xA0, 0x80, 0x22, 0x7D],
        ] as [[UInt8]] {
            #expect(Self.refusal(try Forge.token(header, payload, signedBy: key), key) == .malformed)
        }
    }

    @Test(arguments: [
        "{}", "[]", "", "null", #"{"alg":1}"#, #"{"alg":null}"#, #"{"alg":["HS256"]}"#,
        #"{"alg":"HS256","alg":"none"}"#,
        #"{"alg":"HS256","\u0061lg":"none"}"#, #"{"alg":"HS256","typ":1}"#, #"{"alg":"HS256","x":1e}"#,
        #"{"kid":"k1"}"#,
        #"{"alg":"HS256"} "# + "x", #"{"Alg":"HS256"}"#, #"{"alg":"HS256","x":"\ud800"}"#,
    ])
    func `a header that is not one strict object with an alg is malformed`(_ header: String) throws {
        let key = try Forge.hs256()
        #expect(Self.refusal(try Forge.token(header, "{}", signedBy: key), key) == .malformed)
    }

    @Test func `a header number of 1e300 traps nothing`() throws {
        let key = try Forge.hs256()
        for number in ["1e300", "-1e300", "1e99999", "99999999999999999999999999", "-0", "0.1e-400"] {
            let header = #"{"alg":"HS256","kid":"k1","n":\#(number)}"#
            let token = try Forge.token(header, #"{"n":\#(number)}"#, signedBy: key)
            let verified = try Forge.verifier(.any, key.verifyingKey).verify(token)
            #expect(verified.header.parameters["n"]?.text == number)
            #expect(verified["n"]?.text == number)
        }
    }

    @Test func `deep nesting is refused, in header and payload`() throws {
        let key = try Forge.hs256()
        for depth in [15, 16, 2000] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let payload = try Forge.claims(#"{"x":\#(nested)}"#, signedBy: key)
            #expect(Self.refusal(payload, key) == (depth == 15 ? nil : .malformed))
            let header = try Forge.token(#"{"alg":"HS256","kid":"k1","x":\#(nested)}"#, "{}", signedBy: key)
            #expect(Self.refusal(header, key) == (depth == 15 ? nil : .malformed))
        }
    }

    @Test func `a JWE, and a compact and JSON polyglot, is malformed`() throws {
        let key = try Forge.hs256()
        let token = try Forge.claims("{}", signedBy: key)
        let parts = token.split(separator: ".")
        let json = #"{"protected":"\#(parts[0])","payload":"\#(parts[1])","signature":"\#(parts[2])"}"#
        for text in ["a.b.c.d.e", token + ".AA.AA", json, "{\"x\":\"" + token + "\"}", token + json, "[\"\(token)\"]"] {
            #expect(Self.refusal(text, key) == .malformed)
        }
    }

    @Test func `every prefix of a token, and a token with any byte at any place, traps nothing`() throws {
        let key = try Forge.hs256()
        let token = Array(try Forge.claims(#"{"exp":9000000000,"aud":["a"]}"#, signedBy: key).utf8)
        let verifier = Forge.verifier(.any, key.verifyingKey)
        for end in token.indices { #expect(throws: JWTError.self) { try verifier.verify(token[..<end]) } }
        for index in token.indices {
            for byte in UInt8.min...UInt8.max where byte != token[index] {
                var changed = token
                changed[index] = byte
                #expect((try? verifier.verify(changed)) == nil)
            }
        }
    }
}
