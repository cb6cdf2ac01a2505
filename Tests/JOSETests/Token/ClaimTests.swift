import JOSE
import Testing

@Suite struct `Claims` {
    static let profile = TokenProfile.accessToken(issuer: Forge.issuer, audience: "orders")
    static let honest: JSONObject = [
        "iss": .string(Forge.issuer), "sub": "u1", "aud": "orders", "exp": 1_800_000_060, "iat": 1_800_000_000,
        "jti": "t1", "client_id": "app",
    ]

    static func refusal(
        _ profile: TokenProfile = profile,
        _ change: (inout JSONObject) -> Void
    ) throws -> JWTError? {
        let key = try Forge.hs256()
        var claims = honest
        change(&claims)
        return Forge.verifier(profile, key.verifyingKey).refusal(of: try Forge.claims(claims.text, signedBy: key))
    }

    @Test func `of an honest access token pass, and are read`() throws {
        let key = try Forge.hs256()
        var claims = Self.honest
        claims["sid"] = "s1"
        claims["scope"] = "orders:read orders:write"
        claims["nbf"] = 1_799_999_999
        claims["roles"] = ["admin"]
        let token = try Forge.verifier(Self.profile, key.verifyingKey).verify(Forge.claims(claims.text, signedBy: key))
        #expect(token.issuer == Forge.issuer)
        #expect(token.subject == "u1")
        #expect(token.audiences == ["orders"])
        #expect(token.expiresAt == 1_800_000_060)
        #expect(token.issuedAt == 1_800_000_000)
        #expect(token.notBefore == 1_799_999_999)
        #expect(token.id == "t1")
        #expect(token.sessionID == "s1")
        #expect(token.clientID == "app")
        #expect(token.scopes == ["orders:read", "orders:write"])
        #expect(token["roles"] == ["admin"])
        #expect(token["absent"] == nil)
        #expect(token.claims == claims)
        #expect(token.payload == claims.serialized())
        #expect(token.header.type == "at+jwt")
        #expect(token.header.parameters["typ"] == "at+jwt")
    }

    @Test func `are the same one by one as all together, however they are written`() throws {
        let key = try Forge.hs256()
        let many = (0..<40).map { #""n\#($0)":[\#($0)]"# }.joined(separator: ",")
        let payload = #"""
             { "plain" : "x", "n\u0061me" : "caf\u00e9 \"q\"", "café": null, "" : 1.50e2, "deep": {"plain": [true, {"a": -0}]},
               "big": 123456789012345678901234567890, "scope": "a  b\u0020c", \#(many), "last":false }
            """#
        let token = try Forge.verifier(.any, key.verifyingKey).verify(Forge.claims(payload, signedBy: key))
        let all = token.claims
        #expect(all.count == 48)
        for name in all.names { #expect(token[name] == all[name], "\(name)") }
        #expect(token["name"] == "café \"q\"")
        for name in ["n\\u0061me", "cafe\u{301}", "Plain", "a", "n40"] { #expect(token[name] == nil, "\(name)") }
        #expect(token.scopes == ["a", "b", "c"])
        for (scope, scopes) in [(" a  b ", ["a", "b"]), ("", [])] {
            let payload = #"{"scope":"\#(scope)"}"#
            let token = try Forge.verifier(.any, key.verifyingKey).verify(Forge.claims(payload, signedBy: key))
            #expect(token.scopes == scopes)
        }
    }

    @Test(arguments: ["iss", "sub", "aud", "exp", "iat", "jti"])
    func `that the profile requires must be there`(_ name: String) throws {
        let refusal = try Self.refusal { $0[name] = nil }
        #expect(refusal?.code == .claimMissing)
        #expect(refusal?.claim == name)
    }

    @Test func `that a caller requires by name must be there, however they are written`() throws {
        let profile = TokenProfile(requiredClaims: ["tenant", "sid", "nbf"])
        let all: (inout JSONObject) -> Void = {
            $0["tenant"] = .null
            $0["sid"] = "s"
            $0["nbf"] = 1
        }
        #expect(try Self.refusal(profile, all) == nil)
        for name in ["tenant", "sid", "nbf"] {
            let refusal = try Self.refusal(profile) {
                all(&$0)
                $0[name] = nil
            }
            #expect(refusal?.code == .claimMissing)
            #expect(refusal?.claim == name)
        }
    }

    @Test(arguments: ["iss", "sub", "jti", "sid", "client_id"])
    func `registered as strings are nothing else`(_ name: String) throws {
        for value in [1, nil, true, ["x"], ["a": "b"], 1.5] as [JSONValue] {
            for profile in [Self.profile, .any] {
                let refusal = try Self.refusal(profile) { $0[name] = value }
                #expect(refusal?.code == .claimInvalid)
                #expect(refusal?.claim == name)
            }
        }
    }

    @Test(arguments: ["aud", "scope", "scp"])
    func `registered as strings or lists of strings are nothing else`(_ name: String) throws {
        for value in [1, nil, true, ["x", 1], [nil], [["x"]], ["a": "b"]] as [JSONValue] {
            let refusal = try Self.refusal(.any) { $0[name] = value }
            #expect(refusal?.code == .claimInvalid)
            #expect(refusal?.claim == name)
        }
    }

    @Test func `aud names the audience among several, byte for byte`() throws {
        for value in [["a", "orders"], ["orders"], "orders", ["orders", "orders"]] as [JSONValue] {
            #expect(try Self.refusal { $0["aud"] = value } == nil)
        }
        for value in ["Orders", "orders ", "", [], ["a", "b"], "orders2", ["order", "s"], "order"] as [JSONValue] {
            let refusal = try Self.refusal { $0["aud"] = value }
            #expect(refusal?.code == .audienceMismatch)
            #expect(refusal?.claim == "aud")
            #expect(refusal?.expected == "orders")
        }
        let two = TokenProfile(audiences: ["a", "b"])
        #expect(try Self.refusal(two) { $0["aud"] = ["c", "b"] } == nil)
        #expect(try Self.refusal(two) { $0["aud"] = "c" }?.code == .audienceMismatch)
    }

    @Test func `aud lists a bounded number of names`() throws {
        func list(_ count: Int) -> JSONValue { .array((1..<count).map { .string("a\($0)") } + ["orders"]) }
        #expect(try Self.refusal { $0["aud"] = list(256) } == nil)
        #expect(try Self.refusal { $0["aud"] = list(257) }?.code == .claimInvalid)
    }

    @Test func `iss is the issuer, byte for byte, also when it is escaped`() throws {
        for text in ["https://id.example/", "https://ID.example", "http://id.example", "", "https://id.example\u{0}"] {
            let refusal = try Self.refusal { $0["iss"] = .string(text) }
            #expect(refusal?.code == .issuerMismatch)
            #expect(refusal?.claim == "iss")
        }
        let key = try Forge.hs256()
        let escaped = try Forge.claims(
            #"{"\u0069ss":"https:\/\/id.example","aud":["\u006frders"],"sub":"\u0075\ud83d\ude00"}"#,
            signedBy: key
        )
        let profile = TokenProfile(issuer: .exact(Forge.issuer), audiences: ["orders"])
        let token = try Forge.verifier(profile, key.verifyingKey).verify(escaped)
        #expect(token.issuer == Forge.issuer)
        #expect(token.audiences == ["orders"])
        #expect(token.subject == "u😀")
    }

    @Test func `look-alike text is another text`() throws {
        let profile = TokenProfile(issuer: "caf\u{E9}", audiences: ["K"])
        let key = try Forge.hs256()
        func refusal(_ issuer: String, _ audience: String) throws -> JWTError.Code? {
            let claims: JSONObject = ["iss": .string(issuer), "aud": .string(audience)]
            return Forge.verifier(profile, key.verifyingKey).refusal(of: try Forge.claims(claims.text, signedBy: key))?
                .code
        }
        #expect(try refusal("caf\u{E9}", "K") == nil)
        #expect(try refusal("cafe\u{301}", "K") == .issuerMismatch)
        #expect(try refusal("caf\u{E9}", "\u{212A}") == .audienceMismatch)
        // A look-alike of a claim's name is an unknown claim.
        #expect(
            try Self.refusal { claims in
                claims["jti"] = nil
                claims["jt\u{131}"] = "x"
            }?.code == .claimMissing
        )
    }

    @Test func `cnf that nobody proved is refused`() throws {
        for value in [["jkt": "x"], [:], nil, "x"] as [JSONValue] {
            for profile in [Self.profile, .any] {
                let refusal = try Self.refusal(profile) { $0["cnf"] = value }
                #expect(refusal?.code == .claimInvalid)
                #expect(refusal?.claim == "cnf")
            }
        }
        #expect(try Self.refusal(TokenProfile(allowsConfirmation: true)) { $0["cnf"] = ["jkt": "x"] } == nil)
    }

    struct Order: Decodable {
        struct Line: Decodable { var count: UInt8 }
        var cart: String
        var lines: [Line]
    }

    @Test func `decode as the app's type, and say which is at fault`() throws {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(.any, key.verifyingKey)
        func decode(_ payload: String) throws -> Order {
            let token = try Forge.claims(payload, signedBy: key)
            return try verifier.verify(token, as: Order.self).claims
        }
        #expect(try decode(#"{"cart":"c7","lines":[{"count":2}]}"#).lines[0].count == 2)
        #expect(throws: JWTError(.claimMissing, claim: "cart")) { try decode(#"{"lines":[]}"#) }
        #expect(throws: JWTError(.claimInvalid, claim: "cart", expected: "a string", received: "a number")) {
            try decode(#"{"cart":7,"lines":[]}"#)
        }
        let place = "a whole number (UInt8) at lines.0.count"
        #expect(throws: JWTError(.claimInvalid, claim: "lines", expected: place, received: "a number")) {
            try decode(#"{"cart":"c","lines":[{"count":300}]}"#)
        }
        #expect(throws: JWTError(.claimMissing, claim: "lines", expected: "lines.0.count")) {
            try decode(#"{"cart":"c","lines":[{}]}"#)
        }
    }

    @Test func `an error is safe to log: no token, no control characters, bounded`() throws {
        let long = "x\n\u{1B}[31m\u{202E}" + String(repeating: "y", count: 5000)
        let refusal = try #require(try Self.refusal { $0["iss"] = .string(long) })
        #expect(refusal.description.utf8.count < 1000)
        #expect(!refusal.description.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" })
        #expect(refusal.description.hasPrefix("issuer_mismatch claim=iss expected=https://id.example received=x"))
    }
}
