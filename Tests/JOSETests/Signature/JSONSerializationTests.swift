import JOSE
import Testing

@Suite struct `A JWS in JSON` {
    static let payload = Array("a payload".utf8)

    static func keys() throws -> [SigningKey] {
        try [.generate(.es256, keyID: "a"), .generate(.ed25519, keyID: "b"), .generate(.rs256, keyID: "c")]
    }

    @Test(arguments: SignatureAlgorithm.all)
    func `goes round, flattened and general, inside and detached, encoded and not`(
        _ algorithm: SignatureAlgorithm
    ) throws {
        let key = try SigningKey.generate(algorithm, keyID: "k")
        let signer = JWS.Signer(key, protected: ["typ": "x"], unprotected: ["note": 1])
        for serialization in [JWS.Serialization.flattened, .general] {
            for options in [[], .detached, .unencoded, [.detached, .unencoded]] as [JWS.Options] {
                let text = try JWS.sign(payload: Self.payload, signers: [signer], as: serialization, options: options)
                let verified =
                    options.contains(.detached)
                    ? try JWS.verify(json: text, detached: Self.payload, keys: [key.verifyingKey])
                    : try JWS.verify(json: text, keys: [key.verifyingKey])
                #expect(verified.payload == Self.payload)
                let signature = try #require(verified.signatures.first)
                #expect(signature.algorithm == algorithm)
                #expect(signature.keyID == "k")
                #expect(signature.protectedHeader["typ"] == "x")
                #expect(signature.unprotectedHeader == ["note": 1])
                let object = try JSONObject(parsing: text)
                #expect((object["payload"] == nil) == options.contains(.detached))
                #expect((object["signatures"] == nil) == (serialization == .flattened))
            }
        }
    }

    @Test func `has the headers that are asked for, alg and kid of the key first`() throws {
        let key = try Forge.hs256()
        let text = try JWS.sign(
            payload: Self.payload,
            signers: [JWS.Signer(key, protected: ["cty": "text/plain"], unprotected: ["x": "y"])],
            as: .flattened
        )
        let object = try JSONObject(parsing: text)
        #expect(object.names == ["payload", "protected", "header", "signature"])
        let header = try #require(Base64URL.decode(object["protected"]?.stringValue ?? ""))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"HS256","cty":"text/plain","kid":"k1"}"#)
        #expect(object["header"] == ["x": "y"])
    }

    @Test func `of several signatures keeps to the policy`() throws {
        let keys = try Self.keys()
        let text = try JWS.sign(payload: Self.payload, signers: keys.map { JWS.Signer($0) })
        let all = KeySet(keys.map(\.verifyingKey))
        let first: KeySet = [keys[0].verifyingKey]
        let stranger = try SigningKey.generate(.es256, keyID: "a").verifyingKey
        func names(_ set: KeySet, _ policy: SignaturePolicy) throws -> [String?] {
            try JWS.verify(json: text, keys: set, policy: policy).signatures.map(\.keyID)
        }
        func fault(_ set: KeySet, _ policy: SignaturePolicy) -> JWTError.Code? {
            do { _ = try names(set, policy) } catch { return (error as? JWTError)?.code }
            return nil
        }
        #expect(try names(all, .all) == ["a", "b", "c"])
        #expect(try names(all, .any) == ["a", "b", "c"])
        #expect(try names(all, .named(["c", "a"])) == ["a", "b", "c"])
        #expect(fault(first, .all) == .keyNotFound)
        #expect(try names(first, .any) == ["a"])
        #expect(try names(first, .named(["a"])) == ["a"])
        #expect(fault(first, .named(["a", "b"])) == .signatureInvalid)
        #expect(fault([stranger], .any) == .signatureInvalid)
        #expect(fault([stranger], .named(["a"])) == .signatureInvalid)
        #expect(fault([], .any) == .keyNotFound)
        #expect(fault(all, .named([])) == .keyNotFound)
        #expect(fault(all, .named(["d"])) == .signatureInvalid)
    }

    @Test func `with one wrong signature among right ones passes any and the named, never all`() throws {
        let keys = try Self.keys()
        var object = try JSONObject(parsing: JWS.sign(payload: Self.payload, signers: keys.map { JWS.Signer($0) }))
        var signatures = try #require(object["signatures"]?.arrayValue)
        var members = try #require(signatures[1].objectValue)
        members["signature"] = .string(Base64URL.encode([UInt8](repeating: 1, count: 64)))
        signatures[1] = .object(members)
        object["signatures"] = .array(signatures)
        let set = KeySet(keys.map(\.verifyingKey))
        #expect(throws: JWTError(.signatureInvalid)) { try JWS.verify(json: object.text, keys: set) }
        #expect(try JWS.verify(json: object.text, keys: set, policy: .any).signatures.map(\.keyID) == ["a", "c"])
        #expect(try JWS.verify(json: object.text, keys: set, policy: .named(["c"])).signatures.count == 2)
        #expect(throws: JWTError(.signatureInvalid, expected: "a signature of b")) {
            try JWS.verify(json: object.text, keys: set, policy: .named(["b"]))
        }
    }

    @Test func `names its signer by the key that verified, not by what the header claims`() throws {
        // Without a kid in the header the one fitting key is taken, and its own name counts.
        let key = try SigningKey.generate(.es256, keyID: "real")
        var members = key.jwk.members
        members["kid"] = nil
        let nameless = try SigningKey(jwk: JWK(members: members))
        let text = try JWS.sign(payload: Self.payload, signers: [JWS.Signer(nameless)])
        #expect(try JWS.verify(json: text, keys: [key.verifyingKey], policy: .named(["real"])).signatures.count == 1)
        // Who renames the unprotected kid of a signature only loses it.
        let loose = try JWS.sign(payload: Self.payload, signers: [JWS.Signer(key, unprotected: ["kid": "real"])])
        let renamed = loose.replacing("\"real\"", with: "\"boss\"")
        let boss = try SigningKey.generate(.es256, keyID: "boss").verifyingKey
        let set: KeySet = [key.verifyingKey, boss]
        #expect(try JWS.verify(json: loose, keys: set, policy: .named(["real"])).signatures.count == 1)
        #expect(throws: JWTError.self) { try JWS.verify(json: renamed, keys: set, policy: .named(["boss"])) }
    }

    @Test func `is not made of wrong headers or signers`() throws {
        let key = try Forge.hs256()
        func fault(_ signers: [JWS.Signer], as form: JWS.Serialization = .general) -> JWTError.Code? {
            do { _ = try JWS.sign(payload: Self.payload, signers: signers, as: form) } catch { return error.code }
            return nil
        }
        let signer = JWS.Signer(key)
        #expect(fault([]) == .malformed)
        #expect(fault([], as: .flattened) == .malformed)
        #expect(fault([signer, signer], as: .flattened) == .malformed)
        #expect(fault(Array(repeating: signer, count: 16)) == nil)
        #expect(fault(Array(repeating: signer, count: 17)) == .tooLarge)
        for header in [
            ["alg": "HS256"], ["alg": "none"], ["crit": ["b64"]], ["crit": []], ["b64": false], ["b64": true],
        ] as [JSONObject] { #expect(fault([JWS.Signer(key, protected: header)]) == .malformed) }
        for header in [
            ["alg": "none"], ["alg": "RS256"], ["kid": "other"], ["kid": 1], ["crit": ["b64"]], ["b64": false],
        ] as [JSONObject] { #expect(fault([JWS.Signer(key, unprotected: header)]) == .malformed) }
        #expect(fault([JWS.Signer(key, protected: ["x": 1], unprotected: ["x": 1])]) == .malformed)
        #expect(fault([JWS.Signer(key, unprotected: ["alg": "HS256", "kid": "k1"])]) == nil)
    }

    @Test func `has an unencoded payload that is text, and any payload encoded or apart`() throws {
        let key = try Forge.hs256()
        let keys: KeySet = [key.verifyingKey]
        for text in ["", "$.02", "a.b.c", "\"quoted\"\n\u{1}", "日本語"] {
            let json = try JWS.sign(payload: Array(text.utf8), signers: [JWS.Signer(key)], options: .unencoded)
            #expect(try JWS.verify(json: json, keys: keys).payload == Array(text.utf8))
        }
        let bytes: [UInt8] = [0xFF, 0, 0xC0, 0x80]
        #expect(throws: JWTError.self) {
            try JWS.sign(payload: bytes, signers: [JWS.Signer(key)], options: .unencoded)
        }
        for options in [[], [.detached, .unencoded]] as [JWS.Options] {
            let json = try JWS.sign(payload: bytes, signers: [JWS.Signer(key)], options: options)
            let verified =
                options.isEmpty
                ? try JWS.verify(json: json, keys: keys) : try JWS.verify(json: json, detached: bytes, keys: keys)
            #expect(verified.payload == bytes)
        }
    }
}

@Suite struct `A compact JWS` {
    @Test(arguments: [SignatureAlgorithm.hs256, .es256, .ed25519, .ps256, .mlDSA65])
    func `goes round detached, unencoded and both`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, keyID: "k")
        let keys: KeySet = [key.verifyingKey]
        let payload = Array("a payload".utf8)
        for options in [.detached, [.detached, .unencoded]] as [JWS.Options] {
            let text = try JWS.sign(payload: payload, key: key, options: options)
            #expect(text.contains(".."))
            #expect(try JWS.verify(text, detached: payload, keys: keys).payload == payload)
            #expect(throws: JWTError(.signatureInvalid)) { try JWS.verify(text, detached: [1], keys: keys) }
            #expect(throws: JWTError(.signatureInvalid)) { try JWS.verify(text, keys: keys) }
        }
        let text = try JWS.sign(payload: payload, key: key, options: .unencoded)
        #expect(text.contains(".a payload."))
        #expect(try JWS.verify(text, keys: keys).payload == payload)
        #expect(throws: JWTError.self) { try JWS.verify(text, detached: payload, keys: keys) }
        #expect(throws: JWTError.self) {
            try JWS.verify(JWS.sign(payload: payload, key: key), detached: payload, keys: keys)
        }
    }

    @Test(arguments: ["a.b", ".", "a\nb", "\u{7F}", "ä", "\0"])
    func `is not made of an unencoded payload that cannot stand between its dots`(_ payload: String) throws {
        let key = try Forge.hs256()
        #expect(throws: JWTError.self) { try JWS.sign(payload: Array(payload.utf8), key: key, options: .unencoded) }
        let text = try JWS.sign(payload: Array(payload.utf8), key: key, options: [.unencoded, .detached])
        #expect(try JWS.verify(text, detached: Array(payload.utf8), keys: [key.verifyingKey]).header["b64"] == false)
    }
}
