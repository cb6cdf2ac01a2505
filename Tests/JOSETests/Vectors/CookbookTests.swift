import JOSE
import Testing

@Suite(.enabled(if: Vectors.areHere, Vectors.absence))
struct `The JOSE cookbook` {
    static let compact = [
        "jws/4_1.rsa_v15_signature", "jws/4_2.rsa-pss_signature", "jws/4_3.ecdsa_signature",
        "jws/4_4.hmac-sha2_integrity_protection", "curve25519/jws",
    ]

    /// JSON forms, the first two beside a compact one.
    static let json = [
        "jws/4_5.signature_with_detached_content", "rfc7797/hmac-sha2_b64_false",
        "jws/4_6.protecting_specific_header_fields", "jws/4_7.protecting_content_only", "jws/4_8.multiple_signatures",
    ]

    /// Files that are run and refused, with the reason.
    static let refused = [
        "rfc7797/4.2.hmac-sha2_b64_false": "its header as written has b64 without crit, which RFC 7797 §6 asks for"
    ]

    static func load(_ name: String) throws -> (file: JSONValue, key: JWK, algorithm: SignatureAlgorithm) {
        let file = try Vectors.load("ietf-jose-cookbook/\(name).json")
        let key = JWK(members: try #require(file["input"]?["key"]?.objectValue))
        let name = try #require(file["input"]?["alg"]?.stringValue)
        return (file, key, try #require(SignatureAlgorithm(name)))
    }

    @Test(arguments: compact)
    func `its compact signatures verify, and are made again where they can be`(_ name: String) throws {
        let (file, jwk, algorithm) = try Self.load(name)
        let key = try SigningKey(jwk: jwk, algorithm: algorithm)
        let text = try #require(file["output"]?["compact"]?.stringValue)
        let payload = try #require(file["input"]?["payload"]?.stringValue)

        let verified = try JWS.verify(text, keys: [key.verifyingKey])
        #expect(verified.payload == Array(payload.utf8))
        #expect(verified.algorithm == algorithm)

        let input = try #require(file["signing"]?["sig-input"]?.stringValue)
        let signature = Base64URL.encode(try key.sign(Array(input.utf8)))
        if file["reproducible"]?.boolValue == true {
            #expect(signature == file["signing"]?["sig"]?.stringValue)
        } else {
            #expect(try JWS.verify(input + "." + signature, keys: [key.verifyingKey]).payload == Array(payload.utf8))
        }
    }

    /// The keys of a file, one or several, with their algorithms.
    static func keys(_ file: JSONValue) throws -> [SigningKey] {
        let input = try #require(file["input"])
        let one = try (key: #require(input["key"]), name: #require(input["alg"]))
        let keys = one.key.arrayValue ?? [one.key]
        let names = one.name.arrayValue ?? [one.name]
        return try zip(keys, names).map { key, name in
            try SigningKey(
                jwk: JWK(members: try #require(key.objectValue)),
                algorithm: SignatureAlgorithm(try #require(name.stringValue))
            )
        }
    }

    @Test(arguments: json)
    func `its JSON signatures verify, flattened and general, and are made again where they can be`(
        _ name: String
    ) throws {
        let file = try Vectors.load("ietf-jose-cookbook/\(name).json")
        let keys = try Self.keys(file)
        let set = KeySet(keys.map(\.verifyingKey))
        let payload = Array(try #require(file["input"]?["payload"]?.stringValue).utf8)
        let output = try #require(file["output"])
        let forms = ["json", "json_flat"].compactMap { output[$0]?.objectValue }
        #expect(forms.count == (keys.count == 1 ? 2 : 1))
        for form in forms {
            let verified =
                form["payload"] == nil
                ? try JWS.verify(json: form.text, detached: payload, keys: set)
                : try JWS.verify(json: form.text, keys: set)
            #expect(verified.payload == payload)
            #expect(verified.signatures.map(\.algorithm) == keys.map(\.algorithm))

            // The same headers in the same parts; a signature by chance is another each time.
            let signatures = form["signatures"]?.arrayValue ?? [.object(form)]
            let signers = zip(keys, signatures).map { key, signature in
                JWS.Signer(key, unprotected: signature["header"]?.objectValue ?? [:])
            }
            var options: JWS.Options = form["payload"] == nil ? .detached : []
            if verified.signatures[0].protectedHeader["b64"] == false { options.insert(.unencoded) }
            let serialization: JWS.Serialization = form["signatures"] == nil ? .flattened : .general
            let made = try JWS.sign(payload: payload, signers: signers, as: serialization, options: options)
            if file["reproducible"]?.boolValue == true {
                #expect(try JSONObject(parsing: made) == form)
            } else {
                let again = try JWS.verify(json: made, keys: set)
                #expect(again.signatures.map(\.protectedHeader) == verified.signatures.map(\.protectedHeader))
                #expect(again.signatures.map(\.unprotectedHeader) == verified.signatures.map(\.unprotectedHeader))
            }
        }
    }

    @Test func `its detached and its unencoded compact signatures verify, and are made again`() throws {
        for (name, options) in [(Self.json[0], JWS.Options.detached), (Self.json[1], .unencoded)] {
            let file = try Vectors.load("ietf-jose-cookbook/\(name).json")
            let key = try #require(Self.keys(file).first)
            let payload = Array(try #require(file["input"]?["payload"]?.stringValue).utf8)
            let text = try #require(file["output"]?["compact"]?.stringValue)
            let verified =
                options == .detached
                ? try JWS.verify(text, detached: payload, keys: [key.verifyingKey])
                : try JWS.verify(text, keys: [key.verifyingKey])
            #expect(verified.payload == payload)
            #expect(try JWS.sign(payload: payload, key: key, options: options) == text)
            // A token has its payload inside and encoded.
            #expect(throws: JWTError.self) { try Forge.verifier(.any, key.verifyingKey).verify(text) }
        }
    }

    @Test(arguments: refused.keys.sorted())
    func `an unencoded payload without crit is refused, in each of its forms`(_ name: String) throws {
        let file = try Vectors.load("ietf-jose-cookbook/\(name).json")
        let key = try #require(Self.keys(file).first).verifyingKey
        for form in ["json", "json_flat"] {
            let text = try #require(file["output"]?[form]).text
            #expect(throws: JWTError(.criticalHeaderUnsupported)) { try JWS.verify(json: text, keys: [key]) }
        }
    }

    @Test func `the example of RFC 7797 §4.2 verifies, detached, and is made again`() throws {
        let file = try Vectors.load("ietf-jose-cookbook/rfc7797/4.2.hmac-sha2_b64_false.json")
        let key = try #require(Self.keys(file).first)
        let text =
            "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
        #expect(try JWS.verify(text, detached: Array("$.02".utf8), keys: [key.verifyingKey]).header["b64"] == false)
        #expect(try JWS.sign(payload: Array("$.02".utf8), key: key, options: [.detached, .unencoded]) == text)
    }

    @Test func `its eleven files of signatures are all run, one of them refused`() throws {
        #expect(Self.compact.count == 5)
        #expect(Self.json.count == 5)
        #expect(Self.refused.count == 1)
        #expect(Set(Self.compact + Self.json + Self.refused.keys).count == 11)
    }

    @Test func `its six keys are read, written and told apart by use`() throws {
        for (file, algorithm) in [
            ("3_1.ec_public_key", SignatureAlgorithm.es512), ("3_3.rsa_public_key", .rs256),
        ] {
            let jwk = JWK(members: try #require(try Vectors.load("ietf-jose-cookbook/jwk/\(file).json").objectValue))
            let key = try VerifyingKey(jwk: jwk, algorithm: algorithm)
            #expect(try key.jwk.thumbprint() == jwk.thumbprint())
            #expect(
                keyFault { () throws(KeyError) in try SigningKey(jwk: jwk, algorithm: algorithm) }?.code == .wrongHalf
            )
        }
        for (file, algorithm) in [
            ("3_2.ec_private_key", SignatureAlgorithm.es512), ("3_4.rsa_private_key", .ps512),
            ("3_5.symmetric_key_mac_computation", .hs256),
        ] {
            let jwk = JWK(members: try #require(try Vectors.load("ietf-jose-cookbook/jwk/\(file).json").objectValue))
            let key = try SigningKey(jwk: jwk, algorithm: algorithm)
            for member in key.jwk.members.members where member.name != "alg" && member.name != "use" {
                #expect(jwk.members[member.name] == member.value, "\(file) \(member.name)")
            }
        }
        let file = try Vectors.load("ietf-jose-cookbook/jwk/3_6.symmetric_key_encryption.json")
        let encryption = JWK(members: try #require(file.objectValue))
        #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: encryption) }?.code == .useNotAllowed)
    }
}
