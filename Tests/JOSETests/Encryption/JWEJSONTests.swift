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

    /// A flattened message of the key with all members, as an object to change.
    static func object(_ key: DecryptionKey) throws -> JSONObject {
        try JSONObject(
            parsing: JWE.encryptFlattened(
                plaintext,
                for: .init(key.encryptionKey),
                unprotected: ["note": "clear"],
                additionalData: [1, 2, 3]
            )
        )
    }

    @Test func `changed in what is authenticated does not decrypt`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let object = try Self.object(key)
        func refusal(_ change: (inout JSONObject) -> Void) -> JWTError.Code? {
            var changed = object
            change(&changed)
            return DecryptionKeySet([key]).refusal(ofJSON: changed.text)?.code
        }
        #expect(refusal { _ in } == nil)
        #expect(refusal { $0["unprotected"] = ["note": "changed"] } == nil)
        #expect(refusal { $0["unknown"] = [1] } == nil)
        #expect(refusal { $0["aad"] = "AQID" } == nil)
        #expect(refusal { $0["aad"] = "AQIE" } == .decryptionFailed)
        #expect(refusal { $0["aad"] = nil } == .decryptionFailed)
        let spaced = Base64URL.encode(
            (#"{"alg":"A256KW","enc":"A256GCM","kid":"\#(key.keyID ?? "")"}"#).utf8.map { $0 }
        )
        #expect(refusal { $0["protected"] = .string(spaced) } == .decryptionFailed)
        #expect(refusal { $0["protected"] = nil } == .malformed)
        // The same parameters where nothing protects them: they say the same, but not with the sender's tag.
        let protected = Base64URL.decode(object["protected"]?.stringValue ?? "") ?? []
        let moved = try JSONObject(parsing: protected)
        #expect(refusal { ($0["protected"], $0["unprotected"]) = (nil, .object(moved)) } == .decryptionFailed)
        #expect(refusal { ($0["protected"], $0["header"]) = (nil, .object(moved)) } == .decryptionFailed)
    }

    @Test func `with a name in two headers is malformed, the same value or another`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let object = try Self.object(key)
        for (name, value) in [("alg", "A256KW"), ("enc", "A256GCM"), ("kid", key.keyID ?? ""), ("alg", "dir")] {
            for header in ["unprotected", "header"] {
                var changed = object
                changed[header] = [name: .string(value)]
                #expect(DecryptionKeySet([key]).refusal(ofJSON: changed.text)?.code == .malformed)
            }
        }
        var changed = object
        changed["header"] = ["note": "again"]
        #expect(DecryptionKeySet([key]).refusal(ofJSON: changed.text)?.code == .malformed)
        for (protected, unprotected) in [(["a": 1], ["a": 1]), ([:], ["kid": "x"]), ([:], ["typ": 1])]
            as [(JSONObject, JSONObject)]
        {
            let fault = jwtFault { () throws(JWTError) in
                try JWE.encryptFlattened(
                    [],
                    for: .init(key.encryptionKey),
                    protected: protected,
                    unprotected: unprotected
                )
            }
            #expect(fault?.code == .malformed)
        }
        let recipient = JWE.Recipient(key.encryptionKey, header: ["a": 1])
        for fault in [
            jwtFault { () throws(JWTError) in try JWE.encryptGeneral([], for: [recipient], protected: ["a": 1]) },
            jwtFault { () throws(JWTError) in try JWE.encryptFlattened([], for: recipient, protected: ["a": 1]) },
            jwtFault { () throws(JWTError) in try JWE.encryptFlattened([], for: recipient, unprotected: ["a": 1]) },
        ] { #expect(fault?.code == .malformed) }
    }

    @Test func `zip and crit are refused in every header`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        for name in ["zip", "crit"] {
            for header in ["unprotected", "header"] {
                var changed = try Self.object(key)
                changed[header] = [name: "DEF"]
                #expect(DecryptionKeySet([key]).refusal(ofJSON: changed.text)?.code == .criticalHeaderUnsupported)
            }
        }
    }

    @Test func `of a wrong form is malformed`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let keys: DecryptionKeySet = [key]
        let object = try Self.object(key)
        for name in ["protected", "iv", "ciphertext", "tag", "encrypted_key", "aad"] {
            for value in ["", "=", "A", "AA==", "A+/A", 1, .null, [], [:], .bool(false)] as [JSONValue] {
                if name == "ciphertext", value == "" { continue }
                var changed = object
                changed[name] = value
                #expect(keys.refusal(ofJSON: changed.text)?.code == .malformed, "\(name) \(value.text)")
            }
        }
        for name in ["iv", "ciphertext", "tag", "encrypted_key"] {
            var changed = object
            changed[name] = nil
            #expect(keys.refusal(ofJSON: changed.text)?.code == .malformed)
        }
        for name in ["unprotected", "header", "recipients"] {
            for value in ["", 1, .null, [1], [], .bool(true)] as [JSONValue] {
                var changed = object
                changed[name] = value
                #expect(keys.refusal(ofJSON: changed.text)?.code == .malformed, "\(name) \(value.text)")
            }
        }
        for text in [
            "", "{}", "[]", "null", "{", object.text + "x", object.text + object.text, "\u{FEFF}" + object.text,
        ] {
            #expect(keys.refusal(ofJSON: text)?.code == .malformed)
        }
        let twice = object.text.dropLast() + #","tag":"AAAAAAAAAAAAAAAAAAAAAA"}"#
        #expect(keys.refusal(ofJSON: String(twice))?.code == .malformed)
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        #expect(keys.refusal(ofJSON: object.text.dropLast() + ",\"x\":\(deep)}")?.code == .malformed)
    }

    @Test func `flattened and general do not mix, and no message is signed as well`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let keys: DecryptionKeySet = [key]
        let object = try Self.object(key)
        var general = object
        general["recipients"] = [["encrypted_key": object["encrypted_key"] ?? ""]]
        #expect(keys.refusal(ofJSON: general.text)?.code == .malformed)
        general["encrypted_key"] = nil
        #expect(keys.refusal(ofJSON: general.text) == nil)
        general["header"] = [:]
        #expect(keys.refusal(ofJSON: general.text)?.code == .malformed)
        for (name, value) in [
            ("payload", "e30"), ("signature", "AAAA"), ("signatures", []), ("payload", .null),
        ] as [(String, JSONValue)] {
            var polyglot = object
            polyglot[name] = value
            #expect(keys.refusal(ofJSON: polyglot.text)?.code == .malformed)
        }
    }

    @Test func `is no compact message, nor a compact message JSON`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let keys: DecryptionKeySet = [key]
        let json = try Self.object(key).text
        let compact = try JWE.encrypt([1], for: key.encryptionKey)
        for text in [json, compact + json, json + compact, "{\"x\":\"\(compact)\"}", "\"\(compact)\""] {
            #expect(keys.refusal(of: text)?.code == .malformed)
        }
        for text in [compact, compact + json, json + compact, "\"\(compact)\"", "[\(json)]"] {
            #expect(keys.refusal(ofJSON: text)?.code == .malformed)
        }
    }

    @Test func `differing content encryptions for two recipients are refused`() throws {
        let first = try DecryptionKey.generate(.a256kw)
        let second = try DecryptionKey.generate(.a128kw)
        let text = try JWE.encryptGeneral([1], for: [.init(first.encryptionKey), .init(second.encryptionKey)])
        var object = try JSONObject(parsing: text)
        object["protected"] = nil
        var recipients = try #require(object["recipients"]?.arrayValue).map { $0.objectValue ?? [:] }
        for (index, content) in ["A256GCM", "A128GCM"].enumerated() {
            recipients[index]["header"] = .object(
                (recipients[index]["header"]?.objectValue ?? [:]).merging(["enc": .string(content)])
            )
        }
        object["recipients"] = .array(recipients.map(JSONValue.object))
        #expect(DecryptionKeySet([first]).refusal(ofJSON: object.text)?.code == .malformed)
    }

    @Test func `is bounded, text and headers`() throws {
        let key = try DecryptionKey.generate(.a256kw)
        let text = try Self.object(key).text
        let fault = jwtFault { () throws(JWTError) in
            try JWE.decryptJSON(text, keys: [key], maximumSize: text.utf8.count - 1)
        }
        #expect(fault?.code == .tooLarge)
        let long = String(repeating: "x", count: 9000)
        for header in ["unprotected", "header"] {
            var changed = try Self.object(key)
            changed[header] = ["x": .string(long)]
            #expect(DecryptionKeySet([key]).refusal(ofJSON: changed.text)?.code == .tooLarge)
            changed[header] = .object(JSONObject(many: 65))
            #expect(DecryptionKeySet([key]).refusal(ofJSON: changed.text)?.code == .tooLarge)
        }
    }
}

extension JSONObject {
    fileprivate init(many count: Int) {
        self.init()
        for index in 0..<count { self["m\(index)"] = 0 }
    }
}
