import JOSE
import Testing

@Suite struct `Attacks on encryption by form` {
    @Test func `the forger's messages are right where nothing is wrong with them`() throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        #expect(keys.refusal(of: try JWEForge.direct()) == nil)
        let key = try DecryptionKey(secret: JWEForge.secret, algorithm: .a256kw)
        let contentKey = [UInt8](repeating: 9, count: 32)
        let encryptedKey = try AESKeyWrap.wrap(contentKey, with: JWEForge.secret)
        let text = try JWEForge.wrapped(
            ["alg": "A256KW", "enc": "A256GCM"],
            encryptedKey: encryptedKey,
            contentKey: contentKey
        )
        #expect(DecryptionKeySet([key]).refusal(of: text) == nil)
    }

    @Test func `a billion dots: four are found, and nothing is split`() throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        let text = try JWEForge.direct()
        let dots = String(repeating: ".", count: 1 << 19)
        for hostile in [
            dots, text + dots, dots + text, text + ".", "." + text, text.replacing(".", with: ".."), text + "." + text,
            text + ".AA", "....", "a....", "....a", "a.b.c.d.", ".b.c.d.e", "a.b..d.e", "", "a", "a.b.c", "a.b.c.d",
        ] { #expect(keys.refusal(of: hostile)?.code == .malformed) }
    }

    @Test func `empty parts, one or more (CVE-2026-34986)`() throws {
        for (algorithm, curve) in [(KeyManagementAlgorithm.dir(.a128cbcHS256), AgreementCurve.p256)] + JWEForge.keys {
            if algorithm.name.hasPrefix("RSA") || curve == .p521 { continue }
            let key = try DecryptionKey.generate(algorithm, curve: curve)
            let content = algorithm.contentEncryption ?? .a128cbcHS256
            let parts = try JWE.encrypt([1], for: key.encryptionKey, using: content).parts
            for mask in 1..<32 {
                let emptied = parts.indices.map { mask >> $0 & 1 == 1 ? "" : parts[$0] }
                if emptied == parts { continue }
                let refusal = DecryptionKeySet([key]).refusal(of: emptied.joined(separator: "."))
                // AES-GCM of nothing is nothing: there the tag decides.
                let isForTag = emptied == [parts[0], parts[1], parts[2], "", parts[4]] && content.name.hasSuffix("GCM")
                #expect(refusal?.code == (isForTag ? .decryptionFailed : .malformed))
            }
        }
    }

    @Test func `an encrypted key where there is none to encrypt`() throws {
        for algorithm in [KeyManagementAlgorithm.dir(.a256gcm), .ecdhES] {
            let key = try DecryptionKey.generate(algorithm)
            let text = try JWE.encrypt([1], for: key.encryptionKey).replacing(part: 1, with: "AAAA")
            #expect(DecryptionKeySet([key]).refusal(of: text)?.code == .malformed)
        }
    }

    @Test(arguments: ContentEncryptionAlgorithm.all)
    func `a tag cut short or made longer (CVE-2023-37464, CVE-2025-54887)`(_ content: ContentEncryptionAlgorithm) throws
    {
        let key = try DecryptionKey.generate(.dir(content))
        let text = try JWE.encrypt([1, 2, 3], for: key.encryptionKey)
        let tag = try #require(Base64URL.decode(text.parts[4]))
        for count in 0...(tag.count + 4) where count != tag.count {
            let changed = Array((tag + [0, 0, 0, 0]).prefix(count))
            let hostile = text.replacing(part: 4, with: Base64URL.encode(changed))
            #expect(DecryptionKeySet([key]).refusal(of: hostile)?.code == .malformed)
        }
        for index in tag.indices {
            let hostile = try text.changing(part: 4) { $0[index] ^= 0x80 }
            #expect(DecryptionKeySet([key]).refusal(of: hostile) == JWTError(.decryptionFailed))
        }
    }

    @Test func `a vector of another length than 12 bytes, with a tag that is right for it`() throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        for count in 12...20 {
            let text = try JWEForge.direct(nonce: [UInt8](repeating: 1, count: count))
            #expect(keys.refusal(of: text)?.code == (count == 12 ? nil : .malformed))
        }
        let text = try JWEForge.direct()
        for count in 0..<12 {
            let hostile = text.replacing(part: 2, with: Base64URL.encode([UInt8](repeating: 3, count: count)))
            #expect(keys.refusal(of: hostile)?.code == .malformed)
        }
    }

    @Test func `a vector or a tag of a wrapped key of another length`() throws {
        let key = try DecryptionKey(secret: JWEForge.secret, algorithm: .a256gcmkw)
        let text = try JWE.encrypt([1], for: key.encryptionKey)
        let bytes = try #require(Base64URL.decode(text.parts[0]))
        let header = try JSONObject(parsing: bytes)
        for (name, size) in [("iv", 12), ("tag", 16)] {
            let value = try #require(Base64URL.decode(header[name]?.stringValue ?? ""))
            #expect(value.count == size)
            let wrong: [JSONValue?] = [
                nil, 1, .null, "", "=", .string(Base64URL.encode(value.dropLast())),
                .string(Base64URL.encode(value + [0])), .string(Base64URL.encode(value.prefix(4))),
            ]
            for value in wrong {
                var changed = header
                changed[name] = value
                let hostile = text.replacing(part: 0, with: Base64URL.encode(changed.serialized()))
                #expect(DecryptionKeySet([key]).refusal(of: hostile)?.code == .malformed)
            }
        }
    }

    @Test func `a ciphertext of no whole blocks`() throws {
        let key = try DecryptionKey.generate(.dir(.a128cbcHS256))
        let text = try JWE.encrypt([UInt8](repeating: 1, count: 40), for: key.encryptionKey)
        for count in 0..<48 where count % 16 != 0 || count == 0 {
            let hostile = try text.changing(part: 3) { $0 = Array($0.prefix(count)) }
            #expect(DecryptionKeySet([key]).refusal(of: hostile)?.code == .malformed)
        }
        for count in [16, 32] {
            let hostile = try text.changing(part: 3) { $0 = Array($0.prefix(count)) }
            #expect(DecryptionKeySet([key]).refusal(of: hostile)?.code == .decryptionFailed)
        }
    }

    @Test func `base64url that is not canonical, in every part`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let text = try JWE.encrypt([1], for: key.encryptionKey)
        for place in 0..<5 {
            let part = text.parts[place]
            let first = String(part.prefix(1))
            let rest = String(part.dropFirst())
            var spellings = ["=", "==", "\n", " ", "A="].map { part + $0 }
            spellings += [" ", "\n", "="].map { $0 + part }
            spellings += ["+", "/", "\u{E9}", "\0", "."].map { $0 + rest }
            spellings += ["\r\n", " ", "\0", "\u{E9}"].map { first + $0 + rest }
            for changed in spellings {
                let hostile = text.replacing(part: place, with: changed)
                #expect(DecryptionKeySet([key]).refusal(of: hostile)?.code == .malformed)
            }
        }
        let twins = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".map { "\(text.dropLast())\($0)" }
        #expect(twins.filter { DecryptionKeySet([key]).refusal(of: $0) == nil } == [text])
    }

    @Test(arguments: [
        "", "[]", "null", "{}", #"{"alg":"dir"}"#, #"{"enc":"A256GCM"}"#, #"{"alg":1,"enc":"A256GCM"}"#,
        #"{"alg":"dir","enc":null}"#, #"{"alg":"dir","enc":["A256GCM"]}"#, #"{"alg":"dir","enc":"A256GCM"} x"#,
        #"{"alg":"dir","enc":"A256GCM","alg":"dir"}"#, #"{"alg":"dir","enc":"A256GCM","\u0065nc":"A128GCM"}"#,
        #"{"alg":"dir","enc":"A256GCM","kid":1}"#, #"{"alg":"dir","enc":"A256GCM","typ":[]}"#,
        #"{"alg":"dir","enc":"A256GCM","cty":{}}"#, #"{"alg":"dir","enc":"A256GCM","x":{"a":1,"a":1}}"#,
        #"{"alg":"dir","enc":"A256GCM","x":1e}"#, #"{"alg":"dir","enc":"A256GCM","x":"\ud800"}"#,
        #"{"alg":"dir","enc":"A256GCM",}"#, "\u{FEFF}" + #"{"alg":"dir","enc":"A256GCM"}"#,
        #"{"Alg":"dir","Enc":"A256GCM"}"#,
    ])
    func `a header that is not one strict object with alg and enc`(_ header: String) throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        #expect(keys.refusal(of: try JWEForge.direct(header))?.code == .malformed)
    }

    @Test func `a header in other encodings, too deep, or of too many members`() throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        let start = #"{"alg":"dir","enc":"A256GCM","x":"#
        for bytes in [[0x7B, 0, 0x7D, 0], Array((start + "\"").utf8) + [0xC0, 0x80, 0x22, 0x7D]] as [[UInt8]] {
            #expect(keys.refusal(of: try JWEForge.direct(bytes))?.code == .malformed)
        }
        for depth in [15, 16, 2000] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            let text = try JWEForge.direct(start + nested + "}")
            #expect(keys.refusal(of: text)?.code == (depth == 15 ? nil : .malformed))
        }
        let members = (0..<70).map { ",\"m\($0)\":0" }.joined()
        #expect(keys.refusal(of: try JWEForge.direct(start + "0" + members + "}"))?.code == .tooLarge)
        let long = String(repeating: "k", count: 1025)
        let named = try JWEForge.direct(#"{"alg":"dir","enc":"A256GCM","kid":"\#(long)"}"#)
        #expect(keys.refusal(of: named)?.code == .tooLarge)
    }

    @Test func `a header number of 1e300 traps nothing`() throws {
        let keys: DecryptionKeySet = [try JWEForge.key()]
        for number in ["1e300", "-1e300", "1e99999", "99999999999999999999999999", "-0"] {
            let text = try JWEForge.direct(#"{"alg":"dir","enc":"A256GCM","p2c":\#(number)}"#)
            #expect(keys.refusal(of: text) == nil)
        }
    }

    @Test func `every prefix of a message, and a message with any byte at any place, traps nothing`() throws {
        let key = try JWEForge.key()
        let text = try JWEForge.direct()
        let bytes = Array(text.utf8)
        for end in bytes.indices {
            #expect(DecryptionKeySet([key]).refusal(of: String(decoding: bytes[..<end], as: UTF8.self)) != nil)
        }
        for index in bytes.indices {
            for byte in UInt8.min...UInt8.max where byte != bytes[index] {
                var changed = bytes
                changed[index] = byte
                #expect(DecryptionKeySet([key]).refusal(of: String(decoding: changed, as: UTF8.self)) != nil)
            }
        }
    }
}

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

@Suite struct `Attacks on encryption by key` {
    @Test func `an oracle: whatever fails behind the header fails in one way`() throws {
        let failure = JWTError(.decryptionFailed)
        for (algorithm, curve) in JWEForge.keys where !algorithm.determines {
            let key = try DecryptionKey.generate(algorithm, curve: curve, keyID: "k")
            let other = try DecryptionKey.generate(algorithm, curve: curve, keyID: "k")
            for content in [ContentEncryptionAlgorithm.a256gcm, .a128cbcHS256] {
                let text = try JWE.encrypt([1, 2, 3], for: key.encryptionKey, using: content)
                let count = try #require(Base64URL.decode(text.parts[1])).count
                let hostile = try [
                    JWE.encrypt([1, 2, 3], for: other.encryptionKey, using: content),
                    text.changing(part: 1) { $0[0] ^= 1 }, text.changing(part: 1) { $0[count - 1] ^= 1 },
                    text.changing(part: 1) { $0.removeLast() }, text.changing(part: 1) { $0.append(0) },
                    text.changing(part: 1) { $0.removeLast(8) }, text.changing(part: 1) { $0 += Array($0.prefix(8)) },
                    text.changing(part: 1) { $0 = [0] },
                    text.changing(part: 1) { $0 = [UInt8](repeating: 0xFF, count: count) },
                    text.changing(part: 1) { $0 = [UInt8](repeating: 0, count: count) },
                    text.changing(part: 2) { $0[0] ^= 1 }, text.changing(part: 3) { $0[0] ^= 1 },
                    text.changing(part: 4) { $0[0] ^= 1 },
                ]
                for text in hostile { #expect(DecryptionKeySet([key]).refusal(of: text) == failure) }
            }
        }
    }

    @Test func `a content key of another length, well wrapped`() throws {
        let key = try DecryptionKey(secret: JWEForge.secret, algorithm: .a256kw)
        for count in [16, 24, 40, 64] {
            let contentKey = [UInt8](repeating: 9, count: count)
            let encryptedKey = try AESKeyWrap.wrap(contentKey, with: JWEForge.secret)
            let text = try JWEForge.wrapped(
                ["alg": "A256KW", "enc": "A256GCM"],
                encryptedKey: encryptedKey,
                // AES-GCM takes the shorter ones too: a library that did not look would accept the message.
                contentKey: count <= 32 ? contentKey : JWEForge.secret
            )
            #expect(DecryptionKeySet([key]).refusal(of: text) == JWTError(.decryptionFailed))
        }
    }

    @Test(arguments: [AgreementCurve.p256, .p384, .p521])
    func `an invalid curve: a point that is not on it`(_ curve: AgreementCurve) throws {
        for algorithm in [KeyManagementAlgorithm.ecdhES, .ecdhESA128KW] {
            let key = try DecryptionKey.generate(algorithm, curve: curve)
            let text = try JWE.encrypt([1], for: key.encryptionKey)
            let header = try JSONObject(parsing: try #require(Base64URL.decode(text.parts[0])))
            let ephemeral = try #require(header["epk"]?.objectValue)
            func refusal(_ change: (inout JSONObject) throws -> Void) throws -> JWTError.Code? {
                var changed = ephemeral
                try change(&changed)
                var header = header
                header["epk"] = .object(changed)
                let hostile = text.replacing(part: 0, with: Base64URL.encode(header.serialized()))
                return DecryptionKeySet([key]).refusal(of: hostile)?.code
            }
            let y = try #require(Base64URL.decode(ephemeral["y"]?.stringValue ?? ""))
            let zeros = JSONValue.string(Base64URL.encode([UInt8](repeating: 0, count: y.count)))
            var moved = y
            moved[y.count - 1] ^= 1
            #expect(try refusal { $0["y"] = .string(Base64URL.encode(moved)) } == .malformed)
            #expect(try refusal { ($0["x"], $0["y"]) = (zeros, zeros) } == .malformed)
            #expect(try refusal { $0["y"] = .string(Base64URL.encode(y.dropLast())) } == .malformed)
            #expect(try refusal { $0["y"] = .string(Base64URL.encode([0] + y)) } == .malformed)
            #expect(try refusal { $0["y"] = nil } == .malformed)
            // Another curve by name, by numbers, or by both.
            for other in AgreementCurve.all where other != curve {
                #expect(try refusal { $0["crv"] = .string(other.name) } == .malformed)
                let members = try DecryptionKey.generate(algorithm, curve: other).encryptionKey.jwk.members
                #expect(try refusal { $0 = members } == .malformed)
                #expect(try refusal { $0 = members.merging(["crv": .string(curve.name)]) } == .malformed)
            }
            #expect(try refusal { $0["d"] = $0["x"] } == .malformed)
            // Another point of the curve makes another key.
            let stranger = try DecryptionKey.generate(algorithm, curve: curve).encryptionKey.jwk.members
            #expect(try refusal { ($0["x"], $0["y"]) = (stranger["x"], stranger["y"]) } == .decryptionFailed)
        }
    }

    /// The points of X25519 whose multiples are few (RFC 7748 §6.1), and other spellings of them: the top bit does not count.
    static let lowOrder: [String] = [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f11d7",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ]

    @Test(arguments: lowOrder)
    func `a point of low order on X25519, as a sender's key and as a recipient's`(_ point: String) throws {
        let x = JSONValue.string(Base64URL.encode(`Known answers`.bytes(point)))
        let members: JSONObject = ["kty": "OKP", "crv": "X25519", "x": x]
        for algorithm in [KeyManagementAlgorithm.ecdhES, .ecdhESA256KW] {
            let key = try DecryptionKey.generate(algorithm, curve: .x25519)
            // The secret would be zeros, and the key one that anybody can compute.
            let contentKey = ConcatKDF.derive(
                from: [UInt8](repeating: 0, count: 32),
                algorithm: algorithm == .ecdhES ? "A256GCM" : algorithm.name,
                producer: [],
                recipient: [],
                byteCount: 32
            )
            let text = try JWEForge.wrapped(
                ["alg": .string(algorithm.name), "enc": "A256GCM", "epk": .object(members)],
                encryptedKey: algorithm == .ecdhES ? [] : AESKeyWrap.wrap(JWEForge.secret, with: contentKey),
                contentKey: algorithm == .ecdhES ? contentKey : JWEForge.secret
            )
            #expect(DecryptionKeySet([key]).refusal(of: text)?.code == .malformed)
            let jwk = JWK(members: members)
            let fault = keyFault { () throws(KeyError) in try EncryptionKey(jwk: jwk, algorithm: algorithm) }
            #expect(fault?.code == .invalid)
        }
    }

    @Test(
        arguments: [nil, .null, "x", 1, [], [:], ["kty": "oct", "k": "AAAA"], ["kty": "OKP", "crv": "Ed25519"]]
            as [JSONValue?]
    )
    func `a sender's key that is none`(_ ephemeral: JSONValue?) throws {
        for (curve, algorithm) in [(AgreementCurve.p256, KeyManagementAlgorithm.ecdhES), (.x25519, .ecdhESA128KW)] {
            let key = try DecryptionKey.generate(algorithm, curve: curve)
            let text = try JWE.encrypt([1], for: key.encryptionKey)
            var header = try JSONObject(parsing: try #require(Base64URL.decode(text.parts[0])))
            header["epk"] = ephemeral
            let hostile = text.replacing(part: 0, with: Base64URL.encode(header.serialized()))
            #expect(DecryptionKeySet([key]).refusal(of: hostile)?.code == .malformed)
        }
    }

    @Test func `an unknown kid is an error, and no key is tried`() throws {
        let first = try DecryptionKey.generate(.a256kw, keyID: "a")
        let second = try DecryptionKey.generate(.a256kw, keyID: "b")
        let keys: DecryptionKeySet = [first, second]
        let secret = try #require(Base64URL.decode(first.jwk.members["k"]?.stringValue ?? ""))
        func text(_ keyID: String?) throws -> String {
            try JWE.encrypt([1], for: EncryptionKey(secret: secret, algorithm: .a256kw, keyID: keyID))
        }
        #expect(keys.refusal(of: try text("a")) == nil)
        #expect(keys.refusal(of: try text("c"))?.code == .keyNotFound)
        #expect(keys.refusal(of: try text("c"))?.received == "c")
        #expect(keys.refusal(of: try text("b")) == JWTError(.decryptionFailed))
        #expect(keys.refusal(of: try text(""))?.code == .keyNotFound)
        #expect(keys.refusal(of: try text("a\0"))?.code == .keyNotFound)
        // Without a kid both fit; alone each does.
        #expect(keys.refusal(of: try text(nil))?.code == .keyNotFound)
        #expect(DecryptionKeySet([first]).refusal(of: try text(nil)) == nil)
        #expect(DecryptionKeySet([]).refusal(of: try text(nil))?.code == .keyNotFound)
        let looking = try DecryptionKey(secret: secret, algorithm: .a256kw, keyID: "caf\u{E9}")
        #expect(DecryptionKeySet([looking]).refusal(of: try text("cafe\u{301}"))?.code == .keyNotFound)
    }

    @Test func `a key of the same name and another algorithm is not taken`() throws {
        let key = try DecryptionKey(secret: JWEForge.secret, algorithm: .a256gcmkw, keyID: "k")
        let other = try EncryptionKey(secret: JWEForge.secret, algorithm: .a256kw, keyID: "k")
        #expect(DecryptionKeySet([key]).refusal(of: try JWE.encrypt([1], for: other))?.code == .algorithmNotAllowed)
    }

    @Test func `a signed message is none (CVE-2023-51774), nor an encrypted one a signed one`() throws {
        let signing = try Forge.hs256()
        let token = try Forge.claims("{}", signedBy: signing)
        let secret = Forge.secret(count: 32)
        let key = try DecryptionKey(secret: secret, algorithm: .dir(.a256gcm), keyID: "k1")
        #expect(DecryptionKeySet([key]).refusal(of: token)?.code == .malformed)
        let text = try JWE.encrypt(token.utf8, for: key.encryptionKey)
        #expect(Forge.verifier(.any, signing.verifyingKey).refusal(of: text)?.code == .malformed)
        // Its parts are five, whatever its header says, and the last ones are no payload and signature.
        let header = Base64URL.encode(Array(#"{"alg":"HS256","enc":"A256GCM","kid":"k1"}"#.utf8))
        let posing = text.replacing(part: 0, with: header)
        let fault = jwtFault { () throws(JWTError) in try JWS.verify(posing, keys: [signing.verifyingKey]) }
        #expect(fault?.code == .malformed)
    }
}

extension KeyManagementAlgorithm {
    /// Whether there is no encrypted key.
    fileprivate var determines: Bool { self == .ecdhES || contentEncryption != nil }
}
