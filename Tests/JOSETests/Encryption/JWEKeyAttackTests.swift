import JOSE
import Testing

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
            // A private key, whose sender has given the secret away: otherwise it would only be another's.
            let given = try DecryptionKey.generate(algorithm, curve: curve).jwk.members
            #expect(try refusal { ($0["x"], $0["y"], $0["d"]) = (given["x"], given["y"], given["d"]) } == .malformed)
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
