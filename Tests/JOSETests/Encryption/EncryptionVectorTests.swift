import JOSE
import Testing

@Suite(.enabled(if: Vectors.areHere, Vectors.absence))
struct `Wycheproof of encryption` {
    /// Valid vectors that are refused here, by design, with the reason.
    static let refused: [Int64: String] = {
        var refused: [Int64: String] = [135: "its plaintext is compressed (zip)"]
        for id in [100, 101, 102, 103, 104, 105, 112, 128] as [Int64] { refused[id] = "RSA1_5 does not exist here" }
        return refused
    }()

    /// One case with its group's key.
    struct Case: Sendable, CustomTestStringConvertible {
        let id: Int64
        let isValid: Bool
        let comment: String
        let plaintext: [UInt8]?
        let compact: String?
        let json: String?
        let key: JSONObject

        var testDescription: String { "tcId \(id) \(comment)" }

        static func load(_ name: String) throws -> [Case] {
            let file = try Vectors.load("wycheproof/\(name).json")
            return try (file["testGroups"]?.arrayValue ?? []).flatMap { group in
                try (group["tests"]?.arrayValue ?? []).filter { $0["jwe"] != nil }.map { test in
                    Case(
                        id: try #require(test["tcId"]?.int64Value),
                        isValid: test["result"]?.stringValue == "valid",
                        comment: test["comment"]?.stringValue ?? "",
                        plaintext: (test["pt"]?.stringValue).map(`Known answers`.bytes),
                        compact: test["jwe"]?.stringValue,
                        json: test["jwe"]?.objectValue?.text,
                        key: try #require(group["private"]?.objectValue)
                    )
                }
            }
        }

        /// The plaintext, where the library takes the message with the group's key in a set of one.
        func decrypted() throws -> [UInt8]? {
            let keys = try DecryptionKeySet(parsing: JSONValue.object(["keys": [.object(key)]]).text)
            return (try? JWE.decrypt(compact ?? json ?? "", keys: keys))?.plaintext
        }
    }

    @Test func `json_web_encryption: 139 cases, every one run`() throws {
        let cases = try Case.load("json_web_encryption_test")
        #expect(cases.count == 139)
        var accepted = 0
        for vector in cases {
            let plaintext = try vector.decrypted()
            #expect(
                (plaintext != nil) == (vector.isValid && Self.refused[vector.id] == nil),
                "\(vector.testDescription)"
            )
            if let plaintext {
                accepted += 1
                if let expected = vector.plaintext { #expect(plaintext == expected, "\(vector.testDescription)") }
            }
        }
        // 65 valid, of them nine refused here.
        #expect(accepted == 56)
        #expect(Self.refused.count == 9)
    }

    @Test func `json_web_crypto: the 34 cases of JWE`() throws {
        let cases = try Case.load("json_web_crypto_test")
        #expect(cases.map(\.id) == Array(50...83))
        for vector in cases {
            #expect(try (vector.decrypted() != nil) == vector.isValid, "\(vector.testDescription)")
        }
    }

    @Test func `a JSON serialization is no compact message, and is read as what it is`() throws {
        let cases = try Case.load("json_web_crypto_test").filter { $0.json != nil }
        #expect(cases.map(\.id) == [66])
        for vector in cases {
            let keys = try DecryptionKeySet(parsing: JSONValue.object(["keys": [.object(vector.key)]]).text)
            #expect(keys.refusal(of: vector.json ?? "")?.code == .malformed)
            #expect(keys.refusal(ofJSON: vector.json ?? "") == nil)
        }
    }

    @Test func `json_web_key: none of its keys decrypts, three of them for their alg or use alone`() throws {
        let groups = try Vectors.load("wycheproof/json_web_key_test.json")["testGroups"]?.arrayValue ?? []
        var members = 0
        for group in groups {
            let text = try #require(group["private"]?.objectValue).text
            let set = try DecryptionKeySet(parsing: text)
            #expect(set.keys.isEmpty)
            members += set.unusable.count
        }
        #expect(groups.count == 25)
        #expect(members >= 26)
    }
}

@Suite(.enabled(if: Vectors.areHere, Vectors.absence))
struct `The JOSE cookbook of encryption` {
    static let files = [
        "jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2",
        "jwe/5_10.including_additional_authentication_data", "jwe/5_11.protecting_specific_header_fields",
        "jwe/5_12.protecting_content_only", "jwe/5_13.encrypting_to_multiple_recipients",
        "jwe/5_2.key_encryption_using_rsa-oaep_with_aes-gcm",
        "jwe/5_3.key_wrap_using_pbes2-aes-keywrap_with-aes-cbc-hmac-sha2",
        "jwe/5_4.key_agreement_with_key_wrapping_using_ecdh-es_and_aes-keywrap_with_aes-gcm",
        "jwe/5_5.key_agreement_using_ecdh-es_with_aes-cbc-hmac-sha2", "jwe/5_6.direct_encryption_using_aes-gcm",
        "jwe/5_7.key_wrap_using_aes-gcm_keywrap_with_aes-cbc-hmac-sha2",
        "jwe/5_8.key_wrap_using_aes-keywrap_with_aes-gcm", "jwe/5_9.compressed_content", "curve25519/ecdh-es",
    ]

    /// Files whose messages are refused, by design, with the reason.
    static let refused: [String: (JWTError.Code, String)] = [
        "jwe/5_1.key_encryption_using_rsa_v15_and_aes-hmac-sha2": (.algorithmNotAllowed, "RSA1_5 does not exist here"),
        "jwe/5_9.compressed_content": (.criticalHeaderUnsupported, "zip is refused"),
    ]

    /// The keys of a file that this library makes.
    static func keys(of file: JSONValue) throws -> [DecryptionKey] {
        let input = try #require(file["input"])
        if let password = input["pwd"]?.stringValue {
            return [try DecryptionKey(password: password, algorithm: .pbes2HS512A256KW)]
        }
        let keys = input["key"]?.arrayValue ?? [input["key"]].compactMap(\.self)
        let names = input["alg"]?.stringsValue ?? [input["alg"]?.stringValue].compactMap(\.self)
        #expect(!keys.isEmpty && keys.count == names.count)
        return try zip(keys, names).compactMap { key, name in
            let content = (input["enc"]?.stringValue).flatMap(ContentEncryptionAlgorithm.init)
            guard let algorithm = KeyManagementAlgorithm(name, contentEncryption: content) else { return nil }
            return try DecryptionKey(jwk: JWK(members: try #require(key.objectValue)), algorithm: algorithm)
        }
    }

    @Test(arguments: files)
    func `its messages decrypt in every form`(_ name: String) throws {
        let file = try Vectors.load("ietf-jose-cookbook/\(name).json")
        let keys = try Self.keys(of: file)
        let plaintext = Array(try #require(file["input"]?["plaintext"]?.stringValue).utf8)
        let compact = file["output"]?["compact"]?.stringValue
        let serialized = [file["output"]?["json"], file["output"]?["json_flat"]].compactMap { $0?.text }
        #expect(!serialized.isEmpty)
        if let (code, _) = Self.refused[name] {
            let stranger = try DecryptionKey.generate(.a128kw)
            let set = DecryptionKeySet(keys + [stranger])
            #expect(set.refusal(of: compact ?? "")?.code == code)
            for text in serialized { #expect(set.refusal(ofJSON: text)?.code == code) }
            return
        }
        #expect(keys.count == (name.contains("5_13") ? 2 : 1))
        for key in keys {
            if let compact { #expect(try JWE.decrypt(compact, keys: [key]).plaintext == plaintext) }
            for text in serialized {
                let message = try JWE.decryptJSON(text, keys: [key])
                #expect(message.plaintext == plaintext)
                #expect(message.additionalData == Array((file["input"]?["aad"]?.stringValue ?? "").utf8))
            }
        }
    }

    @Test func `fourteen files of messages, two of them refused`() {
        #expect(Self.files.count == 14)
        #expect(Self.refused.count == 2)
    }

    @Test func `its nested token is decrypted and verified in one call`() throws {
        let file = try Vectors.load("ietf-jose-cookbook/6.nesting_signatures_and_encryption.json")
        let signing = JWK(members: try #require(file["sign"]?["input"]?["key"]?.objectValue))
        let encryption = JWK(members: try #require(file["encrypt"]?["input"]?["key"]?.objectValue))
        let verifying = try VerifyingKey(jwk: signing, algorithm: .ps256)
        let key = try DecryptionKey(jwk: encryption)
        let text = try #require(file["encrypt"]?["output"]?["compact"]?.stringValue)
        let profile = TokenProfile(type: "JWT", issuer: "hobbiton.example")
        let token = try Forge.verifier(profile, verifying, now: 1_300_819_379).decryptAndVerify(text, with: [key])
        #expect(token["http://example.com/is_root"] == true)
        let late = Forge.verifier(profile, verifying, now: 1_300_819_380)
        #expect(jwtFault { () throws(JWTError) in try late.decryptAndVerify(text, with: [key]) }?.code == .expired)
        for form in ["json", "json_flat"] {
            let json = try #require(file["encrypt"]?["output"]?[form]).text
            let message = try JWE.decryptJSON(json, keys: [key])
            #expect(message.plaintext == Array((file["encrypt"]?["input"]?["plaintext"]?.stringValue ?? "").utf8))
        }
    }

    @Test func `its symmetric key of encryption is read, bound and written`() throws {
        let file = try Vectors.load("ietf-jose-cookbook/jwk/3_6.symmetric_key_encryption.json")
        let jwk = JWK(members: try #require(file.objectValue))
        let key = try DecryptionKey(jwk: jwk)
        #expect(key.algorithm == .dir(.a256gcm))
        #expect(key.jwk.members == jwk.members)
        let message = try JWE.decrypt(JWE.encrypt([1, 2], for: key.encryptionKey), keys: [key])
        #expect(message.plaintext == [1, 2])
    }
}
