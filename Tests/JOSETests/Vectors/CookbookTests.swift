import JOSE
import Testing

@Suite(.enabled(if: Vectors.areHere, Vectors.absence))
struct `The JOSE cookbook` {
    static let compact = [
        "jws/4_1.rsa_v15_signature", "jws/4_2.rsa-pss_signature", "jws/4_3.ecdsa_signature",
        "jws/4_4.hmac-sha2_integrity_protection", "curve25519/jws",
    ]

    /// Files of signatures that are not run here, with the reason.
    static let notRun = [
        "jws/4_5.signature_with_detached_content": "detached content is not implemented yet",
        "jws/4_6.protecting_specific_header_fields": "JSON serialisation only",
        "jws/4_7.protecting_content_only": "JSON serialisation only",
        "jws/4_8.multiple_signatures": "JSON serialisation only",
        "rfc7797/4.2.hmac-sha2_b64_false": "JSON serialisation only",
        "rfc7797/hmac-sha2_b64_false": "b64 is not implemented: crit is refused, see below",
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

    @Test func `five of its eleven files of signatures are run, the others named`() {
        #expect(Self.compact.count == 5)
        #expect(Self.notRun.count == 6)
    }

    @Test func `an unencoded payload is refused by its crit`() throws {
        let file = try Vectors.load("ietf-jose-cookbook/rfc7797/hmac-sha2_b64_false.json")
        let key = try VerifyingKey(jwk: JWK(members: try #require(file["input"]?["key"]?.objectValue)))
        let header = try #require(file["output"]?["json_flat"]?["protected"]?.stringValue)
        let error = #expect(throws: JWTError.self) { try JWS.verify(header + ".JC4wMg.AAAA", keys: [key]) }
        #expect(error?.code == .criticalHeaderUnsupported)
        let text = try #require(file["output"]?["compact"]?.stringValue)
        #expect(throws: JWTError(.malformed)) { try JWS.verify(text, keys: [key]) }
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
