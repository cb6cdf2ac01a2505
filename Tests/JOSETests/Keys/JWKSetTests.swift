import JOSE
import Testing

@Suite struct `A JWK set` {
    @Test func `keeps private keys, and gives them out by name`() throws {
        let keys = try [SigningKey.generate(.es256, keyID: "a"), .generate(.mlDSA65, keyID: "b"), Forge.hs256("c")]
        let set = try JWKSet(parsing: JWKSet(keys).serialized())
        #expect(set.keys.count == 3)
        for key in keys {
            let found = try set.signingKey(try #require(key.keyID))
            #expect(found.jwk == key.jwk)
        }
        #expect(keyFault { () throws(KeyError) in try set.signingKey("d") }?.code == .notFound)
        #expect(keyFault { () throws(KeyError) in try set.signingKey() }?.code == .duplicate)
        #expect(try set.signingKey(algorithm: .mlDSA65).keyID == "b")
        #expect(
            keyFault { () throws(KeyError) in try set.signingKey("a", algorithm: .mlDSA65) }?.code == .notFound
        )
    }

    @Test func `publishes no private and no symmetric key`() throws {
        let keys = try SignatureAlgorithm.all.map { try SigningKey.generate($0) }
        let set = JWKSet(keys)
        #expect(set.publicSet.keys.count == 12)
        #expect(set.publicSet.keys.allSatisfy { !$0.isPrivate })
        let verifying = try KeySet(parsing: set.publicSet.serialized())
        #expect(verifying.keys.count == 12)
        #expect(verifying.unusable.isEmpty)
    }

    @Test func `gives no key that is public, for encryption, or one of two`() throws {
        let key = try SigningKey.generate(.es256, keyID: "k")
        let twin = try SigningKey.generate(.es256, keyID: "k")
        var encryption = try SigningKey.generate(.es384, keyID: "enc").jwk.members
        encryption["use"] = "enc"
        let half = try #require(key.jwk.publicJWK)
        func fault(_ keys: [JWK], _ name: String?) -> KeyError.Code? {
            keyFault { () throws(KeyError) in try JWKSet(keys).signingKey(name) }?.code
        }
        #expect(fault([half], "k") == .wrongHalf)
        #expect(fault([half], nil) == .notFound)
        #expect(fault([JWK(members: encryption)], "enc") == .useNotAllowed)
        #expect(fault([JWK(members: encryption)], nil) == .notFound)
        #expect(fault([key.jwk, twin.jwk], "k") == .duplicate)
        #expect(fault([key.jwk, JWK(members: encryption)], nil) == nil)
        #expect(fault([], nil) == .notFound)
        let rsa = try SigningKey.generate(.rs256, keyID: "k")
        let both = JWKSet([key.jwk, rsa.jwk])
        #expect(try both.signingKey("k", algorithm: .rs256).jwk == rsa.jwk)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":[{}]}"#, #"{"keys":[{"kty":1}]}"#,
        #"{"keys":[],"keys":[]}"#,
    ])
    func `that is none is malformed`(_ text: String) {
        #expect(keyFault { () throws(KeyError) in try JWKSet(parsing: text) }?.code == .malformed)
    }

    @Test func `is bounded, and never prints a key`() throws {
        let many = JSONValue.object(["keys": .array(Array(repeating: ["kty": "x"], count: 257))]).text
        #expect(keyFault { () throws(KeyError) in try JWKSet(parsing: many) }?.code == .tooLarge)
        let key = try SigningKey.generate(.es256)
        let secret = try #require(key.jwk.members["d"]?.stringValue)
        var text = ""
        dump(JWKSet([key]), to: &text)
        for text in [text, "\(JWKSet([key]))", String(reflecting: JWKSet([key]))] { #expect(!text.contains(secret)) }
    }
}
