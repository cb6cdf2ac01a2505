import JOSE
import Testing

@Suite struct `Attacks on encryption in JSON` {
    /// A flattened message of the key with all members, as an object to change.
    static func object(_ key: DecryptionKey) throws -> JSONObject {
        try JSONObject(
            parsing: JWE.encryptFlattened(
                "You can trust us".utf8,
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
