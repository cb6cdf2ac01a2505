import JOSE
import Testing

@Suite struct `A JWK` {
    @Test func `has the thumbprint of RFC 7638`() throws {
        let jwk = try JWK(
            parsing: """
                {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPe\
                bWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d\
                0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8\
                awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
                """
        )
        #expect(try jwk.thumbprint() == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        // RFC 9278 §5
        #expect(
            try jwk.thumbprintURI()
                == "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
        )
    }

    @Test func `of Ed25519 has the thumbprint of RFC 8037`() throws {
        let jwk = try JWK(
            parsing: #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#
        )
        #expect(try jwk.thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test(arguments: SignatureAlgorithm.all)
    func `its public half has no private member`(_ algorithm: SignatureAlgorithm) throws {
        let jwk = try SigningKey.generate(algorithm).jwk
        #expect(jwk.isPrivate)
        guard let half = jwk.publicJWK else {
            #expect(algorithm.isSymmetric)
            return
        }
        #expect(!half.isPrivate)
        for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] { #expect(half.members[name] == nil) }
        #expect(try half.thumbprint() == jwk.thumbprint())
        #expect(half.keyID == jwk.keyID)
        #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: half) }?.code == .wrongHalf)
    }

    @Test func `its public half may do what the private one's counterpart does`() throws {
        var members = try SigningKey.generate(.es256).jwk.members
        members["use"] = nil
        members["key_ops"] = ["sign"]
        members["x5t"] = "kept"
        let half = try #require(JWK(members: members).publicJWK)
        #expect(half.members["key_ops"] == ["verify"])
        #expect(half.members["x5t"] == "kept")
        _ = try VerifyingKey(jwk: half)
        _ = try VerifyingKey(jwk: JWK(members: members))
    }

    @Test(arguments: [
        "", "[]", "{}", "{\"kty\":1}", "{\"kty\":\"EC\",\"kty\":\"EC\"}", "{\"kty\":\"EC\"} x", "nonsense",
    ])
    func `that is no JSON object with a kty is malformed`(_ text: String) {
        #expect(keyFault { () throws(KeyError) in try JWK(parsing: text) }?.code == .malformed)
    }

    @Test func `of a look-alike kty, curve or algorithm is not that`() throws {
        let key = try SigningKey.generate(.ed25519)
        // KELVIN SIGN is canonically equivalent to K: String's == would take it.
        var members = key.verifyingKey.jwk.members
        members["kty"] = "O\u{212A}P"
        #expect("O\u{212A}P" == "OKP")
        #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: JWK(members: members)) }?.code == .unsupported)
    }

    @Test func `without alg is bound to what the caller names, and to nothing else`() throws {
        var members = try SigningKey.generate(.rs256).jwk.members
        members["alg"] = nil
        let jwk = JWK(members: members)
        #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: jwk) }?.code == .algorithmRequired)
        #expect(keyFault { () throws(KeyError) in try VerifyingKey(jwk: jwk) }?.code == .algorithmRequired)
        #expect(try SigningKey(jwk: jwk, algorithm: .ps384).algorithm == .ps384)
        #expect(
            keyFault { () throws(KeyError) in try SigningKey(jwk: jwk, algorithm: .es256) }?.code == .algorithmMismatch
        )
        #expect(
            keyFault { () throws(KeyError) in try SigningKey(jwk: jwk, algorithm: .hs256) }?.code == .algorithmMismatch
        )
    }

    @Test func `with alg is for that algorithm alone`() throws {
        let jwk = try SigningKey.generate(.rs256).jwk
        #expect(
            keyFault { () throws(KeyError) in try SigningKey(jwk: jwk, algorithm: .ps256) }?.code == .algorithmMismatch
        )
        #expect(try SigningKey(jwk: jwk, algorithm: .rs256).algorithm == .rs256)
        var members = try SigningKey.generate(.ed25519).jwk.members
        members["alg"] = "EdDSA"
        #expect(try SigningKey(jwk: JWK(members: members)).algorithm == .ed25519)
        for name in ["none", "RS1", "A256GCM", "ES256K", "rs256", "RSA-OAEP", ""] {
            var members = jwk.members
            members["alg"] = .string(name)
            #expect(
                keyFault { () throws(KeyError) in try VerifyingKey(jwk: JWK(members: members)) }?.code
                    == .algorithmMismatch
            )
        }
    }

    @Test func `for encryption never verifies or signs`() throws {
        let jwk = try SigningKey.generate(.es256).jwk
        let cases: [(String, JSONValue, KeyError.Code?)] = [
            ("use", "enc", .useNotAllowed), ("use", "SIG", .useNotAllowed), ("use", "", .useNotAllowed),
            ("use", 1, .malformed), ("key_ops", ["encrypt"], .useNotAllowed), ("key_ops", [], .useNotAllowed),
            ("key_ops", "sign", .malformed), ("key_ops", ["sign", "sign"], .malformed),
            ("key_ops", ["sign", 1], .malformed), ("key_ops", ["verify"], .useNotAllowed),
            ("key_ops", ["sign", "verify"], nil), ("kid", 7, .malformed),
        ]
        for (name, value, code) in cases {
            var members = jwk.members
            members[name] = value
            #expect(
                keyFault { () throws(KeyError) in try SigningKey(jwk: JWK(members: members)) }?.code == code,
                "\(name)"
            )
        }
        var members = try #require(jwk.publicJWK).members
        members["key_ops"] = ["sign"]
        #expect(
            keyFault { () throws(KeyError) in try VerifyingKey(jwk: JWK(members: members)) }?.code == .useNotAllowed
        )
    }

    @Test func `with a missing, empty or garbled number is refused and never traps`() throws {
        for algorithm in [SignatureAlgorithm.hs256, .es256, .ed25519, .rs256] {
            let jwk = try SigningKey.generate(algorithm).jwk
            for member in jwk.members.members where !["alg", "use", "kid"].contains(member.name) {
                for value in [nil, 1, "", "=", "AB", "AA==", "A", [], "!", "AAAA"] as [JSONValue?] {
                    // Without d the key is a public one; without the primes they are found again.
                    var members = jwk.members
                    members[member.name] = value
                    if value == nil, ["p", "q", "dp", "dq", "qi"].contains(member.name) { continue }
                    #expect(keyFault { () throws(KeyError) in try SigningKey(jwk: JWK(members: members)) } != nil)
                }
            }
        }
    }

    @Test func `a public JWK holds no member that is secret in any key type`() throws {
        for algorithm in [SignatureAlgorithm.es256, .ed25519] {
            var members = try SigningKey.generate(algorithm).jwk.members
            for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"] { members[name] = "c2VjcmV0" }
            let half = try #require(JWK(members: members).publicJWK)
            let known = ["kty", "crv", "x", "y", "kid", "alg", "use"]
            #expect(half.members.names.allSatisfy(known.contains))
        }
    }

    @Test func `an error never quotes the key`() throws {
        var members = try SigningKey.generate(.es256).jwk.members
        let secret = try #require(members["d"]?.stringValue)
        members["x"] = .string(secret)
        let fault = keyFault { () throws(KeyError) in try SigningKey(jwk: JWK(members: members)) }
        #expect(fault?.description.contains(secret) == false)
    }
}
