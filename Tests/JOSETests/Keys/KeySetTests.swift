import JOSE
import Testing

@Suite struct `A key set` {
    static func set(_ members: JSONObject...) -> String {
        JSONValue.object(["keys": .array(members.map(JSONValue.object))]).text
    }

    @Test func `never publishes a symmetric or a private key`() throws {
        let keys = try SignatureAlgorithm.all.map { try SigningKey.generate($0) }
        let text = KeySet(keys.map(\.verifyingKey)).serialized()
        let published = try #require(try JSONValue(parsing: text)["keys"]?.arrayValue)
        #expect(published.count == 12)
        for key in published {
            for name in ["k", "d", "p", "q", "dp", "dq", "qi", "priv"] { #expect(key[name] == nil) }
        }
        #expect(try KeySet([Forge.hs256().verifyingKey]).serialized() == #"{"keys":[]}"#)
    }

    @Test func `with an unknown or broken key works with the rest and says why`() throws {
        let good = try SigningKey.generate(.es256, keyID: "good")
        var encryption = try SigningKey.generate(.es384, keyID: "enc").verifyingKey.jwk.members
        encryption["use"] = "enc"
        let members: [JSONValue] = [
            ["kty": "AKP", "kid": "pq", "alg": "ML-DSA-44", "pub": "AAAA"], ["kty": "future", "kid": "f"],
            ["kty": "OKP", "crv": "Ed448", "kid": "448", "x": "AAAA", "alg": "Ed448"], .object(encryption),
            "nonsense", nil, [:], .object(good.verifyingKey.jwk.members),
            ["kty": "EC", "crv": "secp256k1", "kid": "b"],
        ]
        let set = try KeySet(parsing: JSONValue.object(["keys": .array(members), "extra": 1]).text)
        #expect(set.keys.map(\.keyID) == ["good"])
        #expect(set.unusable.map(\.keyID) == ["pq", "f", "448", "enc", nil, nil, nil, "b"])
        #expect(set.unusable.allSatisfy { !$0.reason.isEmpty })
        let token = try Forge.claims("{}", signedBy: good)
        #expect(TokenVerifier(.any, keys: set).refusal(of: token) == nil)
    }

    @Test func `with the same kid and algorithm twice uses neither and says so`() throws {
        let first = try SigningKey.generate(.es256, keyID: "k")
        let second = try SigningKey.generate(.es256, keyID: "k")
        let other = try SigningKey.generate(.es256, keyID: "other")
        for set in [
            KeySet([first.verifyingKey, other.verifyingKey, second.verifyingKey]),
            try KeySet(
                parsing: Self.set(
                    first.verifyingKey.jwk.members,
                    other.verifyingKey.jwk.members,
                    second.verifyingKey.jwk.members
                )
            ),
        ] {
            #expect(set.keys.map(\.keyID) == ["other"])
            #expect(set.unusable.map(\.keyID) == ["k", "k"])
            let token = try Forge.claims("{}", signedBy: first)
            #expect(TokenVerifier(.any, keys: set).refusal(of: token)?.code == .keyNotFound)
        }
    }

    @Test func `with a broken twin of a key uses neither`() throws {
        let key = try SigningKey.generate(.es256, keyID: "k")
        var twin = try SigningKey.generate(.es256, keyID: "k").verifyingKey.jwk.members
        twin["x"] = "!"
        let set = try KeySet(parsing: Self.set(key.verifyingKey.jwk.members, twin))
        #expect(set.keys.isEmpty)
        #expect(set.unusable.count == 2)
    }

    @Test func `with the same kid for two kinds of key tells them apart by the algorithm`() throws {
        let ec = try SigningKey.generate(.es256, keyID: "k")
        let rsa = try SigningKey.generate(.rs256, keyID: "k")
        let set: KeySet = [ec.verifyingKey, rsa.verifyingKey]
        #expect(set.unusable.isEmpty)
        for key in [ec, rsa] {
            let token = try Forge.claims("{}", signedBy: key)
            #expect(try TokenVerifier(.any, keys: set).verify(token).header.algorithm == key.algorithm)
        }
    }

    @Test func `without alg (as Microsoft Entra's) is bound to the caller's list`() throws {
        var rsa = try SigningKey.generate(.rs256, keyID: "r").verifyingKey.jwk.members
        var ec = try SigningKey.generate(.es384, keyID: "e").verifyingKey.jwk.members
        var ed = try SigningKey.generate(.ed25519, keyID: "o").verifyingKey.jwk.members
        for name in ["alg", "use"] { (rsa[name], ec[name], ed[name]) = (nil, nil, nil) }
        let text = Self.set(rsa, ec, ed)

        let none = try KeySet(parsing: text)
        #expect(none.keys.isEmpty)
        #expect(none.unusable.count == 3)
        #expect(none.unusable.allSatisfy { $0.reason.contains("algorithm") })

        let some = try KeySet(parsing: text, algorithms: [.rs256, .ps256, .rs256, .es384, .es256, .hs256])
        #expect(some.keys.map(\.algorithm) == [.rs256, .ps256, .es384])
        #expect(some.unusable.map(\.keyID) == ["o"])
        #expect(try KeySet(parsing: text, algorithms: SignatureAlgorithm.all).keys.count == 8)
    }

    @Test(arguments: ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":null}"#, #"{"keys":[],"keys":[]}"#, "<html>"])
    func `that is no key set is an error`(_ text: String) {
        #expect(keyFault { () throws(KeyError) in try KeySet(parsing: text) }?.code == .malformed)
    }

    @Test func `is bounded in bytes, keys and depth`() throws {
        let many = JSONValue.object(["keys": .array(Array(repeating: ["kty": "x"], count: 257))]).text
        #expect(keyFault { () throws(KeyError) in try KeySet(parsing: many) }?.code == .tooLarge)
        let padding = String(repeating: " ", count: 256 << 10)
        #expect(keyFault { () throws(KeyError) in try KeySet(parsing: #"{"keys":[]}"# + padding) }?.code == .tooLarge)
        let deep = String(repeating: "[", count: 20) + String(repeating: "]", count: 20)
        #expect(keyFault { () throws(KeyError) in try KeySet(parsing: #"{"keys":["# + deep + "]}") }?.code == .tooLarge)
        let long = String(repeating: "k", count: 1025)
        #expect(keyFault { () throws(KeyError) in try SigningKey.generate(.es256, keyID: long) }?.code == .tooLarge)
    }
}
