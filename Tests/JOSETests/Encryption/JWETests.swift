import JOSE
import Testing

@Suite struct `A JWE` {
    static let plaintexts: [[UInt8]] = [
        [], [0], Array("You can trust us to stick with you".utf8), Array(repeating: 16, count: 16),
        Array(repeating: 0xFF, count: 5000),
    ]

    @Test(arguments: KeyManagementAlgorithm.all)
    func `encrypts and decrypts with every algorithm and content encryption`(
        _ algorithm: KeyManagementAlgorithm
    ) throws {
        for curve in JWEForge.curves(of: algorithm) {
            let key = try DecryptionKey.generate(algorithm, curve: curve)
            for content in ContentEncryptionAlgorithm.all where algorithm.contentEncryption ?? content == content {
                for plaintext in Self.plaintexts {
                    let text = try JWE.encrypt(
                        plaintext,
                        for: key.encryptionKey,
                        using: content,
                        header: ["cty": "text/plain"]
                    )
                    let message = try JWE.decrypt(text, keys: [key])
                    #expect(message.plaintext == plaintext)
                    #expect(message.algorithm == algorithm)
                    #expect(message.contentEncryption == content)
                    #expect(message.keyID == key.keyID)
                    #expect(message.header["cty"] == "text/plain")
                    #expect(message.header == message.protectedHeader)
                }
            }
        }
    }

    @Test func `writes five parts, and the names of the algorithms and the key first`() throws {
        let key = try DecryptionKey.generate(.a256kw, keyID: "k1")
        let parts = try JWE.encrypt("x".utf8, for: key.encryptionKey, header: ["typ": "x", "kid": "no"]).parts
        #expect(
            parts.map(\.utf8.count) == [
                Base64URL.encode(Array(#"{"alg":"A256KW","kid":"k1","enc":"A256GCM","typ":"x"}"#.utf8)).utf8.count, 54,
                16, 2, 22,
            ]
        )
        #expect(Base64URL.decode(parts[0]) == Array(#"{"alg":"A256KW","kid":"k1","enc":"A256GCM","typ":"x"}"#.utf8))
        let nameless = try EncryptionKey(secret: JWEForge.secret, algorithm: .a256kw)
        let named = try JWE.encrypt([], for: nameless, header: ["kid": "mine"])
        #expect(Base64URL.decode(named.parts[0]) == Array(#"{"alg":"A256KW","enc":"A256GCM","kid":"mine"}"#.utf8))
    }

    @Test(arguments: [KeyManagementAlgorithm.a128kw, .dir(.a256gcm), .a256gcmkw, .ecdhES, .rsaOAEP256])
    func `never makes two messages alike: content keys, vectors and ephemeral keys are new`(
        _ algorithm: KeyManagementAlgorithm
    ) throws {
        let key = try DecryptionKey.generate(algorithm).encryptionKey
        let messages = try (0..<20).map { _ in try JWE.encrypt("same".utf8, for: key).parts }
        for part in 2...4 { #expect(Set(messages.map { $0[part] }).count == 20) }
        if algorithm == .ecdhES { #expect(Set(messages.map { $0[0] }).count == 20) }
        if messages[0][1] != "" { #expect(Set(messages.map { $0[1] }).count == 20) }
    }

    @Test func `tells the parties of an agreement, who change the key`() throws {
        for algorithm in [KeyManagementAlgorithm.ecdhES, .ecdhESA192KW] {
            let key = try DecryptionKey.generate(algorithm, curve: .x25519)
            let text = try JWE.encrypt("x".utf8, for: key.encryptionKey, apu: [1, 2], apv: Array("Bob".utf8))
            let message = try JWE.decrypt(text, keys: [key])
            #expect(message.header["apu"] == "AQI")
            #expect(message.header["apv"] == "Qm9i")
            // Another party makes another key, even where the header were not authenticated.
            let json = try JWE.encryptGeneral("x".utf8, for: [.init(key.encryptionKey, apu: [1], apv: [2])])
            #expect(DecryptionKeySet([key]).refusal(ofJSON: json) == nil)
            let changed = json.replacing(#""apu":"AQ""#, with: #""apu":"Ag""#)
            #expect(changed != json)
            #expect(DecryptionKeySet([key]).refusal(ofJSON: changed)?.code == .decryptionFailed)
        }
        let shared = try DecryptionKey.generate(.a128kw).encryptionKey
        let fault = jwtFault { () throws(JWTError) in try JWE.encrypt([], for: shared, apu: [1]) }
        #expect(fault?.code == .encryptionFailed)
    }

    @Test func `a key for direct encryption is for one content encryption`() throws {
        let key = try DecryptionKey.generate(.dir(.a256gcm), keyID: "k")
        #expect(try JWE.decrypt(JWE.encrypt([1], for: key.encryptionKey), keys: [key]).contentEncryption == .a256gcm)
        // The same length, which a careless library would take.
        let fault = jwtFault { () throws(JWTError) in
            try JWE.encrypt([1], for: key.encryptionKey, using: .a128cbcHS256)
        }
        #expect(fault?.code == .encryptionFailed)
        let secret = try #require(Base64URL.decode(key.jwk.members["k"]?.stringValue ?? ""))
        let other = try EncryptionKey(secret: secret, algorithm: .dir(.a128cbcHS256), keyID: "k")
        #expect(DecryptionKeySet([key]).refusal(of: try JWE.encrypt([1], for: other))?.code == .algorithmNotAllowed)
    }

    @Test(arguments: ["alg", "enc", "zip", "crit", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"])
    func `what the key and the algorithms write is not the caller's`(_ name: String) throws {
        let key = try DecryptionKey.generate(.ecdhESA128KW).encryptionKey
        let header: JSONObject = [name: "dir"]
        let faults = [
            jwtFault { () throws(JWTError) in try JWE.encrypt([], for: key, header: header) },
            jwtFault { () throws(JWTError) in try JWE.encryptFlattened([], for: .init(key), protected: header) },
            jwtFault { () throws(JWTError) in try JWE.encryptFlattened([], for: .init(key), unprotected: header) },
            jwtFault { () throws(JWTError) in try JWE.encryptGeneral([], for: [.init(key, header: header)]) },
        ]
        for fault in faults { #expect(fault?.code == .malformed) }
    }

    @Test func `takes the content encryptions that the caller allows`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        for content in ContentEncryptionAlgorithm.all {
            let text = try JWE.encrypt([1], for: key.encryptionKey, using: content)
            let fault = jwtFault { () throws(JWTError) in
                try JWE.decrypt(text, keys: [key], allowing: [.a256gcm, .a128cbcHS256])
            }
            #expect(fault?.code == ([.a256gcm, .a128cbcHS256].contains(content) ? nil : .algorithmNotAllowed))
        }
    }

    @Test func `is bounded in text and in header`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let text = try JWE.encrypt([UInt8](repeating: 1, count: 1000), for: key.encryptionKey)
        let count = text.utf8.count
        #expect(jwtFault { () throws(JWTError) in try JWE.decrypt(text, keys: [key], maximumSize: count) } == nil)
        let fault = jwtFault { () throws(JWTError) in try JWE.decrypt(text, keys: [key], maximumSize: count - 1) }
        #expect(fault?.code == .tooLarge)
        #expect(fault?.expected?.contains("\(count - 1)") == true)
        let long = String(repeating: "x", count: 9000)
        let header = jwtFault { () throws(JWTError) in
            try JWE.encrypt([], for: key.encryptionKey, header: ["x": .string(long)])
        }
        #expect(header?.code == .tooLarge)
        let forged = try JWEForge.direct(#"{"alg":"dir","enc":"A256GCM","x":"\#(long)"}"#)
        #expect(DecryptionKeySet([try JWEForge.key()]).refusal(of: forged)?.code == .tooLarge)
    }

    @Test func `algorithms are found by their exact names`() {
        for algorithm in KeyManagementAlgorithm.all + KeyManagementAlgorithm.passwordBased {
            #expect(KeyManagementAlgorithm(algorithm.name, contentEncryption: algorithm.contentEncryption) == algorithm)
            #expect(KeyManagementAlgorithm(algorithm.name.uppercased() + "\0") == nil)
        }
        #expect(KeyManagementAlgorithm.all.count == 18)
        #expect(KeyManagementAlgorithm("dir") == nil)
        for name in ["RSA1_5", "rsa-oaep", "A128\u{212A}W", "DIR", "none", "", "RSA-OAEP-384", "A256GCM"] {
            #expect(KeyManagementAlgorithm(name, contentEncryption: .a128gcm) == nil)
        }
        for content in ContentEncryptionAlgorithm.all { #expect(ContentEncryptionAlgorithm(content.name) == content) }
        for name in ["", "a128gcm", "A128CBC", "A128CTR", "A128CBC+HS256", "XC20P"] {
            #expect(ContentEncryptionAlgorithm(name) == nil)
        }
        for curve in AgreementCurve.all { #expect(AgreementCurve(curve.name) == curve) }
        #expect(AgreementCurve("X448") == nil)
    }
}

@Suite struct `A password` {
    static let password = "entrap_o\u{2013}peter_long\u{2013}credit_tun"

    @Test(arguments: KeyManagementAlgorithm.passwordBased)
    func `encrypts and decrypts where it is asked for by name`(_ algorithm: KeyManagementAlgorithm) throws {
        let sender = try EncryptionKey(password: Self.password, algorithm: algorithm, iterations: 1000, keyID: "p")
        let key = try DecryptionKey(password: Self.password, algorithm: algorithm, keyID: "p")
        let text = try JWE.encrypt("x".utf8, for: sender)
        let message = try JWE.decrypt(text, keys: [key])
        #expect(message.plaintext == Array("x".utf8))
        #expect(message.header["p2c"] == 1000)
        let wrong = try DecryptionKey(password: "another password", algorithm: algorithm, keyID: "p")
        #expect(DecryptionKeySet([wrong]).refusal(of: text)?.code == .decryptionFailed)
    }

    @Test func `makes no key in any other way`() throws {
        for algorithm in KeyManagementAlgorithm.passwordBased {
            let key = try DecryptionKey(password: Self.password, algorithm: algorithm)
            #expect(keyFault { () throws(KeyError) in try DecryptionKey(jwk: key.jwk) }?.code == .algorithmMismatch)
            #expect(keyFault { () throws(KeyError) in try EncryptionKey(jwk: key.jwk) }?.code == .algorithmMismatch)
            let secret = Array(Self.password.utf8)
            #expect(
                keyFault { () throws(KeyError) in try DecryptionKey(secret: secret, algorithm: algorithm) }?.code
                    == .algorithmMismatch
            )
            #expect(keyFault { () throws(KeyError) in try DecryptionKey.generate(algorithm) } != nil)
            let set = try DecryptionKeySet(
                parsing: JSONValue.object(["keys": [.object(key.jwk.members)]]).text,
                algorithms: [algorithm]
            )
            #expect(set.keys.isEmpty)
            #expect(set.unusable.count == 1)
        }
        #expect(
            keyFault { () throws(KeyError) in try DecryptionKey(password: Self.password, algorithm: .a128kw) }?.code
                == .algorithmMismatch
        )
    }

    @Test func `is bounded, and so are its iterations`() {
        let long = String(repeating: "x", count: 1025)
        for password in ["", "1234567", long] {
            #expect(
                keyFault { () throws(KeyError) in
                    try DecryptionKey(password: password, algorithm: .pbes2HS256A128KW)
                }?.code == .weak
            )
        }
        for iterations in [Int.min, -1, 0, 999, 1_200_001, Int.max] {
            #expect(
                keyFault { () throws(KeyError) in
                    try EncryptionKey(password: Self.password, algorithm: .pbes2HS256A128KW, iterations: iterations)
                }?.code == .weak
            )
        }
    }
}
