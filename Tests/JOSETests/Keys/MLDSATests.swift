import JOSE
import Testing

@Suite struct `An ML-DSA key` {
    static let algorithms = [SignatureAlgorithm.mlDSA65, .mlDSA87]

    @Test(arguments: algorithms)
    func `signs tokens that the default cap lets in, with four kilobytes of claims`(
        _ algorithm: SignatureAlgorithm
    ) throws {
        let key = try SigningKey.generate(algorithm, keyID: "pq")
        let token = try Forge.claims(#"{"x":"\#(String(repeating: "x", count: 4096))"}"#, signedBy: key)
        #expect(token.utf8.count > 9_900)
        #expect(TokenProfile.any.maximumTokenSize == 16 << 10)
        #expect(Forge.verifier(.any, key.verifyingKey).refusal(of: token) == nil)
    }

    @Test(arguments: algorithms)
    func `has a signature of its own size and no other`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let signature = try key.sign([1, 2, 3])
        #expect(signature.count == (algorithm == .mlDSA65 ? 3309 : 4627))
        #expect(key.verifyingKey.isValid(signature: signature, for: [1, 2, 3]))
        #expect(!key.verifyingKey.isValid(signature: signature, for: [1, 2]))
        #expect(!key.verifyingKey.isValid(signature: signature + [0], for: [1, 2, 3]))
        #expect(!key.verifyingKey.isValid(signature: signature.dropLast(), for: [1, 2, 3]))
        #expect(!key.verifyingKey.isValid(signature: [], for: [1, 2, 3]))
        #expect(try key.verifyingKey.isValid(signature: key.sign([]), for: []))
    }

    @Test(arguments: algorithms)
    func `whose priv is another key's, or of another length, is refused`(_ algorithm: SignatureAlgorithm) throws {
        let jwk = try SigningKey.generate(algorithm).jwk
        let other = try SigningKey.generate(algorithm).jwk
        let cases: [(JSONValue?, KeyError.Code)] = [
            (other.members["priv"], .invalid), (.string(Base64URL.encode([UInt8](repeating: 0, count: 31))), .invalid),
            (.string(Base64URL.encode([UInt8](repeating: 0, count: 33))), .invalid), ("", .invalid), (1, .malformed),
            ("!", .malformed),
        ]
        for (value, code) in cases {
            var members = jwk.members
            members["priv"] = value
            #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: JWK(members: members)) }?.code == code)
        }
        for value in ["", "AAAA"] as [JSONValue] {
            var members = try #require(jwk.publicJWK).members
            members["pub"] = value
            #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: JWK(members: members)) }?.code == .invalid)
        }
    }

    @Test func `names its algorithm, and is for that alone`() throws {
        let jwk = try SigningKey.generate(.mlDSA65).jwk
        for (name, code) in [
            (nil, KeyError.Code.malformed), ("ML-DSA-44", .unsupported), ("ML-DSA-87", .invalid),
            ("ES256", .unsupported),
            ("ml-dsa-65", .unsupported),
        ] as [(String?, KeyError.Code)] {
            var members = jwk.members
            members["alg"] = name.map(JSONValue.string)
            #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: JWK(members: members)) }?.code == code)
        }
        #expect(
            keyFault { () throws(KeyError) in try SigningKey(jwk: jwk, algorithm: .mlDSA87) }?.code
                == .algorithmMismatch
        )
    }

    @Test(arguments: algorithms)
    func `is written as PEM and read again, both halves`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm, keyID: "pq")
        let pem = try #require(key.pem)
        let half = try #require(key.verifyingKey.pem)
        #expect(pem.hasPrefix("-----BEGIN PRIVATE KEY-----\n") && pem.hasSuffix("\n-----END PRIVATE KEY-----"))
        #expect(half.hasPrefix("-----BEGIN PUBLIC KEY-----\n"))
        #expect(pem.split(separator: "\n").allSatisfy { $0.utf8.count <= 64 })
        #expect(try SigningKey(pem: pem, algorithm: algorithm, keyID: "pq").jwk == key.jwk)
        #expect(try VerifyingKey(pem: half, algorithm: algorithm, keyID: "pq").jwk == key.verifyingKey.jwk)
        #expect(try VerifyingKey(pem: pem, algorithm: algorithm, keyID: "pq").jwk == key.verifyingKey.jwk)
        for wrong in Self.algorithms + [.es256] where wrong != algorithm {
            #expect(
                keyFault { () throws(KeyError) in try SigningKey(pem: pem, algorithm: wrong) }?.code
                    == .algorithmMismatch
            )
        }
    }

    @Test func `in PKCS#8 with its expanded key is read by its seed, and without the seed refused`() throws {
        let key = try SigningKey.generate(.mlDSA65)
        let seed = try #require(Base64URL.decode(key.jwk.members["priv"]?.stringValue ?? ""))
        let half = try #require(Base64URL.decode(key.jwk.members["pub"]?.stringValue ?? ""))
        let expanded = half.prefix(32) + [UInt8](repeating: 7, count: 4000)
        func pem(_ inside: [UInt8], _ more: [UInt8] = []) -> String {
            let identifier = DER.sequence(DER.element(0x06, [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x03, 0x12]))
            return DER.pem("PRIVATE KEY", DER.sequence([2, 1, 0], identifier, DER.element(4, inside), more))
        }
        func fault(_ pem: String) -> KeyError.Code? {
            keyFault { () throws(KeyError) in try SigningKey(pem: pem, algorithm: .mlDSA65) }?.code
        }
        let both = DER.sequence(DER.element(4, seed), DER.element(4, Array(expanded)))
        #expect(try SigningKey(pem: pem(both), algorithm: .mlDSA65).jwk.members["pub"] == key.jwk.members["pub"])
        #expect(fault(pem(DER.element(0x80, seed), DER.element(0x81, [0] + half))) == nil)
        #expect(fault(pem(DER.element(0x80, seed), DER.element(0x81, [0] + half.reversed()))) == .invalid)
        #expect(fault(pem(DER.element(4, Array(expanded)))) == .unsupported)
        let foreign = DER.sequence(DER.element(4, seed), DER.element(4, [UInt8](repeating: 0, count: 4032)))
        #expect(fault(pem(foreign)) == .invalid)
        #expect(fault(pem(DER.sequence(DER.element(4, seed), DER.element(4, [0])))) == .malformed)
        #expect(fault(pem(DER.element(0x80, seed) + [0])) == .malformed)
        #expect(fault(pem(DER.element(0x80, Array(seed.dropLast())))) == .invalid)
        #expect(fault(pem([])) == .malformed)
    }
}
