import CryptoExtras
import JOSE
import Testing

@Suite struct `A key for encryption` {
    @Test(arguments: KeyManagementAlgorithm.all)
    func `comes back from its JWK and its PEM`(_ algorithm: KeyManagementAlgorithm) throws {
        for curve in JWEForge.curves(of: algorithm) {
            let key = try DecryptionKey.generate(algorithm, curve: curve)
            #expect(key.keyID == (try key.jwk.thumbprint()))
            #expect(key.encryptionKey.algorithm == algorithm)
            #expect(key.jwk.members["use"] == "enc")
            let text = try JWE.encrypt([1], for: EncryptionKey(jwk: JWK(parsing: key.encryptionKey.jwk.serialized())))
            let again = try DecryptionKey(jwk: JWK(parsing: key.jwk.serialized()))
            #expect(try JWE.decrypt(text, keys: [again]).plaintext == [1])
            #expect(again.jwk == key.jwk)
            guard let pem = key.pem, let publicPEM = key.encryptionKey.pem else {
                #expect(algorithm.isSymmetric)
                continue
            }
            let fromPEM = try DecryptionKey(pem: pem, algorithm: algorithm, keyID: key.keyID)
            #expect(fromPEM.jwk == key.jwk)
            let publicKey = try EncryptionKey(pem: publicPEM, algorithm: algorithm, keyID: key.keyID)
            #expect(publicKey.jwk == key.encryptionKey.jwk)
            #expect(!publicKey.jwk.isPrivate)
            #expect(key.jwk.publicJWK == publicKey.jwk)
            let fault = keyFault { () throws(KeyError) in try DecryptionKey(pem: publicPEM, algorithm: algorithm) }
            #expect(fault?.code == .wrongHalf)
            #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: publicKey.jwk) }?.code == .wrongHalf)
        }
    }

    @Test func `of X25519 is read from the documents of RFC 8410`() throws {
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq
            -----END PRIVATE KEY-----
            """
        let key = try DecryptionKey(pem: pem, algorithm: .ecdhES)
        // RFC 7748 §6.1: Alice's keys.
        #expect(
            key.jwk.members["d"]?.stringValue.map { Base64URL.decode($0) }
                == `Known answers`.bytes("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
        )
        #expect(
            key.jwk.members["x"]?.stringValue.map { Base64URL.decode($0) }
                == `Known answers`.bytes("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a")
        )
        #expect(key.pem == pem)
        #expect(
            keyFault { () throws(KeyError) in try SigningKey(pem: pem, algorithm: .ed25519) }?.code
                == .algorithmMismatch
        )
    }

    @Test func `has exactly the length that its algorithm takes`() throws {
        for algorithm in KeyManagementAlgorithm.all where algorithm.isSymmetric {
            var fitting = 0
            for count in 0...65 {
                let secret = [UInt8](repeating: 1, count: count)
                let fault = keyFault { () throws(KeyError) in try DecryptionKey(secret: secret, algorithm: algorithm) }
                if fault == nil { fitting += 1 } else { #expect(fault?.code == .weak) }
            }
            #expect(fitting == 1)
        }
        let fault = keyFault { () throws(KeyError) in try DecryptionKey(secret: JWEForge.secret, algorithm: .ecdhES) }
        #expect(fault?.code == .algorithmMismatch)
    }

    @Test func `of the text of a PEM or SSH key is refused`() {
        for text in ["-----BEGIN PUBLIC KEY-----\nMCow", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5"] {
            let secret = Array(text.utf8.prefix(32))
            let fault = keyFault { () throws(KeyError) in try EncryptionKey(secret: secret, algorithm: .a256kw) }
            #expect(fault?.code == .invalid)
        }
    }

    @Test func `for signatures never decrypts, and one for encryption never verifies`() throws {
        for algorithm in SignatureAlgorithm.all {
            let jwk = try SigningKey.generate(algorithm).jwk
            for wanted in [nil, .ecdhES, .rsaOAEP, .a256kw] as [KeyManagementAlgorithm?] {
                #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk, algorithm: wanted) } != nil)
                #expect(keyFault { () throws(KeyError) in try EncryptionKey(jwk: jwk, algorithm: wanted) } != nil)
                var unnamed = jwk.members
                unnamed["alg"] = nil
                let fault = keyFault { () throws(KeyError) in
                    try DecryptionKey(jwk: JWK(members: unnamed), algorithm: wanted)
                }
                #expect(fault != nil)
            }
        }
        for (algorithm, curve) in JWEForge.keys {
            let jwk = try DecryptionKey.generate(algorithm, curve: curve).jwk
            for wanted in [nil] + SignatureAlgorithm.all {
                var unnamed = jwk.members
                unnamed["alg"] = nil
                for members in [jwk.members, unnamed] {
                    let jwk = JWK(members: members)
                    #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: jwk, algorithm: wanted) } != nil)
                    #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: jwk, algorithm: wanted) } != nil)
                }
            }
        }
    }

    @Test func `is used as its use and key_ops say`() throws {
        let wrapping = ["wrapKey", "encrypt"]
        let unwrapping = ["unwrapKey", "decrypt"]
        let all = [
            "sign", "verify", "encrypt", "decrypt", "wrapKey", "unwrapKey", "deriveKey", "deriveBits", "Decrypt",
        ]
        for (algorithm, encrypting, decrypting) in [
            (KeyManagementAlgorithm.rsaOAEP, wrapping, unwrapping), (.a128kw, wrapping, unwrapping),
            (.dir(.a128gcm), ["encrypt"], ["decrypt"]),
            (.ecdhES, ["deriveKey", "deriveBits"], ["deriveKey", "deriveBits"]),
        ] {
            let key = try DecryptionKey.generate(algorithm)
            func fault(_ jwk: JWK, _ name: String, _ value: JSONValue, isPrivate: Bool) -> KeyError.Code? {
                var members = jwk.members
                if name != "use" { members["use"] = nil }
                members[name] = value
                let jwk = JWK(members: members)
                return isPrivate
                    ? keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk) }?.code
                    : keyFault { () throws(KeyError) in try EncryptionKey(jwk: jwk) }?.code
            }
            for operation in all {
                let private1 = fault(key.jwk, "key_ops", [.string(operation)], isPrivate: true)
                #expect(
                    private1 == (decrypting.contains(operation) ? nil : .useNotAllowed),
                    "\(algorithm) \(operation)"
                )
                // Of a private key the public half may do the counterpart.
                let half = fault(key.jwk, "key_ops", [.string(operation)], isPrivate: false)
                let counterparts = encrypting + decrypting
                #expect(half == (counterparts.contains(operation) ? nil : .useNotAllowed), "\(algorithm) \(operation)")
                if let publicJWK = key.jwk.publicJWK {
                    let fault = fault(publicJWK, "key_ops", [.string(operation)], isPrivate: false)
                    #expect(fault == (encrypting.contains(operation) ? nil : .useNotAllowed))
                }
            }
            for value in [[], "decrypt", ["decrypt", "decrypt"], [1], .null] as [JSONValue] {
                #expect(fault(key.jwk, "key_ops", value, isPrivate: true) != nil)
            }
            for value in ["sig", "ENC", "", 1, .null] as [JSONValue] {
                #expect(fault(key.jwk, "use", value, isPrivate: true) != nil)
                #expect(fault(key.jwk, "use", value, isPrivate: false) != nil)
            }
            #expect(fault(key.jwk, "kid", 1, isPrivate: true) == .malformed)
        }
        var members = try DecryptionKey.generate(.ecdhES).jwk.members
        members["key_ops"] = ["deriveKey"]
        #expect(JWK(members: members).publicJWK?.members["key_ops"] == ["deriveKey"])
    }

    @Test func `with alg is for that algorithm alone, and without it for what the caller names`() throws {
        let jwk = try DecryptionKey.generate(.rsaOAEP).jwk
        #expect(
            keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk, algorithm: .rsaOAEP256) }?.code
                == .algorithmMismatch
        )
        var members = jwk.members
        members["alg"] = nil
        let open = JWK(members: members)
        #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: open) }?.code == .algorithmRequired)
        #expect(try DecryptionKey(jwk: open, algorithm: .rsaOAEP256).algorithm == .rsaOAEP256)
        for algorithm in [KeyManagementAlgorithm.ecdhES, .a256kw, .dir(.a256gcm)] {
            let fault = keyFault { () throws(KeyError) in try DecryptionKey(jwk: open, algorithm: algorithm) }
            #expect(fault?.code == .algorithmMismatch)
        }
        for name in ["RSA1_5", "RS256", "none", "rsa-oaep", "", "A256GCM", "dir", "ECDH-ES"] {
            members["alg"] = .string(name)
            #expect(keyFault { () throws(KeyError) in try EncryptionKey(jwk: JWK(members: members)) } != nil)
        }
    }

    @Test func `for dir is bound to the content encryption that its alg or the caller names`() throws {
        var members = try DecryptionKey.generate(.dir(.a256gcm)).jwk.members
        #expect(members["alg"] == "A256GCM")
        members["alg"] = "dir"
        let jwk = JWK(members: members)
        #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk) }?.code == .algorithmRequired)
        #expect(try DecryptionKey(jwk: jwk, algorithm: .dir(.a128cbcHS256)).algorithm == .dir(.a128cbcHS256))
        #expect(
            keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk, algorithm: .dir(.a128gcm)) }?.code == .weak
        )
        let fault = keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk, algorithm: .a256kw) }
        #expect(fault?.code == .algorithmRequired || fault?.code == .algorithmMismatch)
    }

    @Test func `whose numbers do not belong together is refused`() throws {
        for (algorithm, curve) in JWEForge.keys where !algorithm.isSymmetric {
            var members = try DecryptionKey.generate(algorithm, curve: curve).jwk.members
            members["d"] = try DecryptionKey.generate(algorithm, curve: curve).jwk.members["d"]
            let jwk = JWK(members: members)
            #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: jwk) }?.code == .invalid)
        }
        var members = try DecryptionKey.generate(.ecdhES, curve: .x25519).jwk.members
        for value in ["", "AAAA", .string(Base64URL.encode([UInt8](repeating: 1, count: 33))), 1] as [JSONValue] {
            for name in ["x", "d"] {
                var changed = members
                changed[name] = value
                #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: JWK(members: changed)) } != nil)
            }
        }
        members["crv"] = "X448"
        #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: JWK(members: members)) }?.code == .unsupported)
        let small = try _RSA.Signing.PrivateKey(unsafeKeySize: .init(bitCount: 1024))
        for pem in [small.pemRepresentation, small.publicKey.pemRepresentation] {
            #expect(keyFault { () throws(KeyError) in try EncryptionKey(pem: pem, algorithm: .rsaOAEP) }?.code == .weak)
        }
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `shows its algorithm and name when printed, and none of its numbers`(
        _ algorithm: KeyManagementAlgorithm
    ) throws {
        let key = try DecryptionKey.generate(algorithm, curve: .x25519, keyID: "k1")
        let recipient = JWE.Recipient(key.encryptionKey)
        var text = ""
        for value in [key, key.encryptionKey, recipient, DecryptionKeySet([key])] as [Any] {
            print(value, String(reflecting: value), "\(value)", to: &text)
            dump(value, to: &text)
        }
        #expect(text.contains("DecryptionKey(\(algorithm), kid: k1)"))
        #expect(text.contains("EncryptionKey(\(algorithm), kid: k1)"))
        for name in ["k", "d", "p", "q", "dp", "dq", "qi"] {
            guard let number = key.jwk.members[name]?.stringValue, let bytes = Base64URL.decode(number) else {
                continue
            }
            #expect(!text.contains(number))
            #expect(!text.contains(bytes.prefix(6).map(String.init).joined(separator: ", ")))
        }
    }
}

@Suite struct `A set of keys for decryption` {
    static func set(_ members: JSONObject...) -> String {
        JSONValue.object(["keys": .array(members.map(JSONValue.object))]).text
    }

    @Test func `reads what it can, and says why it cannot read the rest`() throws {
        let good = try DecryptionKey.generate(.ecdhESA256KW, curve: .x25519, keyID: "good")
        let text = Self.set(
            good.jwk.members,
            try SigningKey.generate(.es256, keyID: "sig").jwk.members,
            good.encryptionKey.jwk.members.merging(["kid": "public"]),
            ["kty": "oct", "kid": "short", "alg": "A256KW", "k": "AAAA"],
            ["kty": "future", "kid": "f"]
        )
        let set = try DecryptionKeySet(parsing: text)
        #expect(set.keys.map(\.keyID) == ["good"])
        #expect(set.unusable.map(\.keyID) == ["sig", "public", "short", "f"])
        #expect(set.unusable.allSatisfy { !$0.reason.isEmpty })
        for text in ["", "{}", "[]", #"{"keys":{}}"#] {
            #expect(keyFault { () throws(KeyError) in try DecryptionKeySet(parsing: text) }?.code == .malformed)
        }
    }

    @Test func `of the same kid and algorithm twice uses neither, a broken twin counted`() throws {
        let first = try DecryptionKey.generate(.a256kw, keyID: "k")
        let second = try DecryptionKey.generate(.a256kw, keyID: "k")
        let other = try DecryptionKey.generate(.a128kw, keyID: "k")
        #expect(DecryptionKeySet([first, second, other]).keys.map(\.algorithm) == [.a128kw])
        #expect(DecryptionKeySet([first, second, other]).unusable.count == 2)
        let broken = first.jwk.members.merging(["k": "!"])
        let set = try DecryptionKeySet(parsing: Self.set(second.jwk.members, broken, other.jwk.members))
        #expect(set.keys.map(\.algorithm) == [.a128kw])
        #expect(set.unusable.count == 2)
    }

    @Test func `without alg is bound to the caller's list`() throws {
        var rsa = try DecryptionKey.generate(.rsaOAEP, keyID: "r").jwk.members
        var shared = try DecryptionKey.generate(.dir(.a256gcm), keyID: "s").jwk.members
        rsa["alg"] = nil
        shared["alg"] = "dir"
        let text = Self.set(rsa, shared)
        #expect(try DecryptionKeySet(parsing: text).keys.isEmpty)
        let list: [KeyManagementAlgorithm] = [
            .rsaOAEP256, .rsaOAEP, .rsaOAEP, .ecdhES, .a256kw, .dir(.a128gcm), .dir(.a256gcm),
        ]
        let set = try DecryptionKeySet(parsing: text, algorithms: list)
        #expect(set.keys.map(\.algorithm) == [.rsaOAEP256, .rsaOAEP, .dir(.a256gcm)])
        #expect(set.unusable.isEmpty)
    }
}
