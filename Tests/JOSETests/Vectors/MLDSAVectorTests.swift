import Crypto
import JOSE
import Testing

@Suite(.enabled(if: Vectors.areHere, Vectors.absence))
struct `The ML-DSA vectors` {
    /// The vectors are of the draft of September 2025.
    ///
    /// What RFC 9964 fixes they have already: `kty` AKP, the seed as
    /// `priv`, `alg` in the thumbprint. Beside the JWK they repeat the seed in hexadecimal, which no key has.
    static let run: [(name: String, algorithm: SignatureAlgorithm)] = [
        ("ML_DSA_65", .mlDSA65), ("ML_DSA_87", .mlDSA87),
    ]

    static func load(_ name: String) throws -> (file: JSONValue, jwk: JWK) {
        let file = try Vectors.load("rfc9964-mldsa-jose/\(name).jose.json")
        return (file, JWK(members: try #require(file["jwk"]?.objectValue)))
    }

    @Test(arguments: run)
    func `their keys are read, named and written`(_ name: String, _ algorithm: SignatureAlgorithm) throws {
        let (_, jwk) = try Self.load(name)
        let key = try SigningKey(jwk: jwk)
        #expect(key.algorithm == algorithm)
        // The public key is derived from the seed, and the kid is the thumbprint.
        #expect(try jwk.thumbprint() == jwk.keyID)
        for (name, value) in jwk.members.members.map({ ($0.name, $0.value) }) {
            #expect(key.jwk.members[name] == value, "\(name)")
        }
        #expect(try SigningKey(pem: #require(key.pem), algorithm: algorithm, keyID: key.keyID).jwk == key.jwk)
    }

    @Test(arguments: run)
    func `their signatures verify, and no changed one does`(_ name: String, _ algorithm: SignatureAlgorithm) throws {
        let (file, jwk) = try Self.load(name)
        let key = try VerifyingKey(jwk: #require(jwk.publicJWK))
        let text = try #require(file["jws"]?.stringValue)
        let verified = try JWS.verify(text, keys: [key])
        #expect(verified.algorithm == algorithm)
        #expect(verified.payload.starts(with: Array("It’s a dangerous business".utf8)))
        let end = try #require(text.lastIndex(of: "."))
        let signature = try #require(Base64URL.decode(String(text[text.index(after: end)...])))
        let bits = stride(from: 0, to: signature.count, by: 101).map { index in
            var changed = signature
            changed[index] ^= 1
            return changed
        }
        for changed in bits + [[0], signature + [0], signature.dropLast()] {
            let text = String(text[...end]) + Base64URL.encode(changed)
            #expect(throws: JWTError(.signatureInvalid)) { try JWS.verify(text, keys: [key]) }
        }
    }

    @Test func `ML-DSA-44, which the cryptographic library does not have, is set aside as unsupported`() throws {
        let (file, jwk) = try Self.load("ML_DSA_44")
        #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: jwk) }?.code == .unsupported)
        #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: jwk) }?.code == .unsupported)
        let good = try SigningKey.generate(.mlDSA65, keyID: "good")
        let set = try KeySet(parsing: JWKSet([try #require(jwk.publicJWK), good.verifyingKey.jwk]).serialized())
        #expect(set.keys.map(\.keyID) == ["good"])
        #expect(set.unusable.map(\.keyID) == [jwk.keyID])
        let text = try #require(file["jws"]?.stringValue)
        #expect(throws: JWTError.self) { try JWS.verify(text, keys: set) }
    }

    @Test func `of three files two are run, the third refused`() throws {
        #expect(Self.run.count == 2)
    }
}
