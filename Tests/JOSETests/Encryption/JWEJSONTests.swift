import JOSE
import Testing

@Suite struct `A JWE in JSON` {
    static let plaintext = Array("You can trust us".utf8)

    @Test(arguments: KeyManagementAlgorithm.all)
    func `flattened: everything protected, aad and unprotected parameters beside it`(
        _ algorithm: KeyManagementAlgorithm
    ) throws {
        let key = try DecryptionKey.generate(algorithm, curve: .x25519)
        let text = try JWE.encryptFlattened(
            Self.plaintext,
            for: .init(key.encryptionKey),
            protected: ["typ": "x"],
            unprotected: ["note": "clear"],
            additionalData: Array("seen by all".utf8)
        )
        let object = try JSONObject(parsing: text)
        #expect(object["header"] == nil)
        #expect((object["encrypted_key"] == nil) == (algorithm.contentEncryption != nil || algorithm == .ecdhES))
        let message = try JWE.decryptJSON(text, keys: [key])
        #expect(message.plaintext == Self.plaintext)
        #expect(message.additionalData == Array("seen by all".utf8))
        #expect(message.header["note"] == "clear")
        #expect(message.protectedHeader["note"] == nil)
        #expect(message.protectedHeader["alg"]?.stringValue == algorithm.name)
        #expect(message.header["kid"]?.stringValue == key.keyID)
    }

    @Test func `general: several recipients share one content key, and each reads with its own`() throws {
        let keys = try JWEForge.keys.filter { $0.0.contentEncryption == nil && $0.0 != .ecdhES }.map {
            algorithm,
            curve in
            try DecryptionKey.generate(algorithm, curve: curve)
        }
        #expect(keys.count == 20)
        let recipients = keys.map { JWE.Recipient($0.encryptionKey, header: ["for": .string($0.algorithm.name)]) }
        let text = try JWE.encryptGeneral(
            Self.plaintext,
            for: recipients,
            using: .a192cbcHS384,
            protected: ["typ": "x"],
            unprotected: ["note": 1],
            additionalData: [1]
        )
        for key in keys {
            let message = try JWE.decryptJSON(text, keys: [key])
            #expect(message.plaintext == Self.plaintext)
            #expect(message.algorithm == key.algorithm)
            #expect(message.keyID == key.keyID)
            #expect(message.header["for"]?.stringValue == key.algorithm.name)
            #expect(message.protectedHeader == ["enc": "A192CBC-HS384", "typ": "x"])
        }
        let stranger = try DecryptionKey.generate(.a256kw)
        #expect(DecryptionKeySet([stranger]).refusal(ofJSON: text)?.code == .keyNotFound)
    }

    @Test(arguments: [KeyManagementAlgorithm.dir(.a256gcm), .ecdhES])
    func `one recipient may have any algorithm, two may not have this`(_ algorithm: KeyManagementAlgorithm) throws {
        let key = try DecryptionKey.generate(algorithm)
        let other = try DecryptionKey.generate(.a256kw)
        let text = try JWE.encryptGeneral(Self.plaintext, for: [.init(key.encryptionKey)])
        #expect(try JWE.decryptJSON(text, keys: [key]).plaintext == Self.plaintext)
        for recipients in [
            [key.encryptionKey, other.encryptionKey], [other.encryptionKey, key.encryptionKey],
            [key.encryptionKey, key.encryptionKey],
        ] {
            let fault = jwtFault { () throws(JWTError) in
                try JWE.encryptGeneral(Self.plaintext, for: recipients.map { JWE.Recipient($0) })
            }
            #expect(fault?.code == .encryptionFailed)
        }
        // And where somebody wrote it all the same, it is not read.
        var object = try JSONObject(parsing: text)
        let own = try #require(object["recipients"]?.arrayValue)
        object["recipients"] = .array(own + [["header": ["alg": "A256KW"], "encrypted_key": "AAAA"]])
        #expect(DecryptionKeySet([key]).refusal(ofJSON: object.text)?.code == .malformed)
    }

    @Test func `has 1 to 64 recipients`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        for count in [0, 1, 64, 65] {
            let recipients = Array(repeating: JWE.Recipient(key.encryptionKey), count: count)
            let fault = jwtFault { () throws(JWTError) in try JWE.encryptGeneral([], for: recipients) }
            #expect(fault?.code == ((1...64).contains(count) ? nil : .encryptionFailed))
        }
        let text = try JWE.encryptGeneral([], for: [.init(key.encryptionKey)])
        var object = try JSONObject(parsing: text)
        let one = try #require(object["recipients"]?.arrayValue?.first)
        object["recipients"] = .array(Array(repeating: one, count: 65))
        #expect(DecryptionKeySet([key]).refusal(ofJSON: object.text)?.code == .tooLarge)
    }

    @Test func `without a kid is for the one recipient whose algorithm fits one key`() throws {
        func key(_ fill: UInt8, _ algorithm: KeyManagementAlgorithm, _ keyID: String? = nil) throws -> DecryptionKey {
            try DecryptionKey(secret: Array(repeating: fill, count: 32), algorithm: algorithm, keyID: keyID)
        }
        let mine = try key(1, .a256kw)
        let other = try key(2, .a256gcmkw)
        let twin = try key(3, .a256kw)
        func text(_ keys: DecryptionKey...) throws -> String {
            try JWE.encryptGeneral(Self.plaintext, for: keys.map { JWE.Recipient($0.encryptionKey) })
        }
        #expect(DecryptionKeySet([mine]).refusal(ofJSON: try text(other, mine)) == nil)
        #expect(DecryptionKeySet([mine]).refusal(ofJSON: try text(twin, mine))?.code == .keyNotFound)
        #expect(DecryptionKeySet([mine, twin]).refusal(ofJSON: try text(other, mine))?.code == .keyNotFound)
        // Two of our own keys, by name: either will do.
        let old = try key(4, .a256kw, "old")
        let new = try key(5, .a256kw, "new")
        let both = try JWE.decryptJSON(try text(old, mine, new), keys: [new, old])
        #expect(both.keyID == "old")
    }
}
