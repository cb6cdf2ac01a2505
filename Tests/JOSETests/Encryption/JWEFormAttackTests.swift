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
