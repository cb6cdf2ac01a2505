import JOSE
import Testing

extension ClaimName<String> {
    fileprivate static var cart: ClaimName { ClaimName("cart") }
}

@Suite struct `A claim's name` {
    struct Line: Decodable, Equatable, Sendable {
        var count: UInt8
    }

    static func token(_ claims: JSONObject) throws -> VerifiedToken {
        let key = try Forge.hs256()
        return try Forge.verifier(.any, key.verifyingKey).verify(Forge.claims(claims.text, signedBy: key))
    }

    @Test func `says what type its value has`() throws {
        let token = try Self.token([
            "cart": "c7", "n": 9_007_199_254_740_993, "ok": true, "list": ["a", "b"], "any": [1, nil],
            "line": ["count": 2], "lines": [["count": 1], ["count": 3]], "ratio": 0.5, "none": nil,
        ])
        #expect(try token[.cart] == "c7")
        #expect(try token.require(.cart) == "c7")
        #expect(try token[ClaimName<Int64>("n")] == 9_007_199_254_740_993)
        #expect(try token[ClaimName<Bool>("ok")] == true)
        #expect(try token[ClaimName<[String]>("list")] == ["a", "b"])
        #expect(try token[ClaimName<JSONValue>("any")] == [1, nil])
        #expect(try token[ClaimName<Line>("line")] == Line(count: 2))
        #expect(try token[ClaimName<[Line]>("lines")] == [Line(count: 1), Line(count: 3)])
        #expect(try token[ClaimName<Double>("ratio")] == 0.5)
        #expect(try token[ClaimName<JSONValue>("none")] == .null)
        let cart: String? = try token[.init("cart")]
        #expect(cart == "c7")
    }

    @Test func `that is absent is nil, and claim_missing where it is required`() throws {
        let token = try Self.token([:])
        #expect(try token[.cart] == nil)
        #expect(throws: JWTError(.claimMissing, claim: "cart")) { try token.require(.cart) }
    }

    @Test func `with a value of another type is claim_invalid, and the log learns its kind only`() throws {
        let kinds: [(JSONValue, String)] = [
            (7, "a number"), (nil, "null"), (true, "a boolean"), (["c"], "an array"), (["a": "b"], "an object"),
        ]
        for (value, kind) in kinds {
            let token = try Self.token(["cart": value])
            let fault = JWTError(.claimInvalid, claim: "cart", expected: "a string", received: kind)
            #expect(throws: fault) { try token[.cart] }
            #expect(throws: fault) { try token.require(.cart) }
        }
        let token = try Self.token([
            "n": "secret", "big": 300, "list": ["a", 1], "line": ["count": "x"], "part": [:], "half": 1.5,
        ])
        #expect(throws: JWTError(.claimInvalid, claim: "n", expected: "a whole number (Int64)", received: "a string")) {
            try token[ClaimName<Int64>("n")]
        }
        #expect(throws: JWTError.self) { try token[ClaimName<Int64>("half")] }
        #expect(throws: JWTError.self) { try token[ClaimName<UInt8>("big")] }
        #expect(throws: JWTError(.claimInvalid, claim: "list", expected: "a string at list.1", received: "a number")) {
            try token[ClaimName<[String]>("list")]
        }
        let expected = "a whole number (UInt8) at line.count"
        #expect(throws: JWTError(.claimInvalid, claim: "line", expected: expected, received: "a string")) {
            try token[ClaimName<Line>("line")]
        }
        #expect(throws: JWTError(.claimInvalid, claim: "part", expected: "part.count")) {
            try token[ClaimName<Line>("part")]
        }
    }

    @Test func `is compared byte for byte`() throws {
        let token = try Self.token(["caf\u{E9}": "x"])
        #expect(try token[ClaimName<String>("caf\u{E9}")] == "x")
        #expect(try token[ClaimName<String>("cafe\u{301}")] == nil)
    }

    @Test func `from the token stays harmless in the log`() throws {
        let token = try Self.token(["map": ["a\n\u{1B}[31m": "x"]])
        do {
            _ = try token[ClaimName<[String: Int]>("map")]
            Issue.record("a string passed for a number")
        } catch {
            #expect(!error.description.unicodeScalars.contains { $0.value < 0x20 })
            #expect(error.claim == "map")
        }
    }

    @Test func `of a standard is at hand`() throws {
        let token = try Self.token([
            "nonce": "n", "azp": "app", "acr": "2", "amr": ["pwd"], "auth_time": 5, "at_hash": "h", "c_hash": "c",
            "tid": "t", "name": "N", "preferred_username": "p", "email": "e", "email_verified": false,
            "roles": ["r"], "groups": ["g"], "entitlements": ["w"], "act": ["sub": "a"], "events": [:],
        ])
        let claims = token.claims
        #expect(try claims[.nonce] == "n")
        #expect(try claims[.authorizedParty] == "app")
        #expect(try claims[.authenticationContextClass] == "2")
        #expect(try claims[.authenticationMethods] == ["pwd"])
        #expect(try claims[.authenticationTime] == 5)
        #expect(try claims[.accessTokenHash] == "h")
        #expect(try claims[.codeHash] == "c")
        #expect(try claims[.tenantID] == "t")
        #expect(try claims[.name] == "N")
        #expect(try claims[.preferredUsername] == "p")
        #expect(try claims[.email] == "e")
        #expect(try claims[.emailVerified] == false)
        #expect(try claims[.roles] == ["r"])
        #expect(try claims[.groups] == ["g"])
        #expect(try claims[.entitlements] == ["w"])
        #expect(try claims[.actor] == ["sub": "a"])
        #expect(try claims[.events] == [:])
        #expect(try claims[.confirmation] == nil)
    }
}

@Suite struct `The error about a registered claim` {
    @Test func `names what was expected and what came, and quotes no text`() throws {
        let times = "a number of seconds from 0 to 253402300799"
        let lists = "a string or an array of at most 256 strings"
        let cases: [(String, JSONValue, String, String)] = [
            ("exp", "secret", times, "a string"), ("nbf", -1, times, "-1"),
            ("iat", 253_402_300_800, times, "253402300800"),
            ("aud", 7, lists, "7"), ("scope", ["a", 1], lists, "an array"), ("scp", nil, lists, "null"),
            ("iss", ["secret"], "a string", "an array"), ("sub", ["a": "b"], "a string", "an object"),
            ("jti", true, "a string", "a boolean"), ("sid", 1, "a string", "1"), ("client_id", 2, "a string", "2"),
        ]
        for (name, value, expected, received) in cases {
            let refusal = try Claims.refusal(.any) { $0[name] = value }
            #expect(refusal == JWTError(.claimInvalid, claim: name, expected: expected, received: received))
        }
    }

    @Test func `tells the client its code alone, and the log which values differ`() throws {
        func line(_ profile: TokenProfile = Claims.profile, _ change: (inout JSONObject) -> Void) throws -> String? {
            try Claims.refusal(profile, change)?.description
        }
        #expect(try line { $0["iss"] = nil } == "claim_missing claim=iss")
        #expect(
            try line { $0["iss"] = "https://evil" }
                == "issuer_mismatch claim=iss expected=https://id.example received=https://evil"
        )
        #expect(try line { $0["aud"] = "other" } == "audience_mismatch claim=aud expected=orders received=\"other\"")
        #expect(
            try line { $0["exp"] = 1_800_000_000 } == "expired claim=exp expected=after 1800000000 received=1800000000"
        )
        #expect(
            try line { $0["nbf"] = 1_800_000_001 }
                == "not_yet_valid claim=nbf expected=1800000000 or before received=1800000001"
        )
        #expect(
            try line { $0["iat"] = 1_800_000_001 }
                == "issued_in_future claim=iat expected=1800000000 or before received=1800000001"
        )
        #expect(
            try line(TokenProfile(maximumAge: .seconds(1))) { $0["iat"] = 5 }
                == "expired claim=iat expected=an age of 1 s received=5"
        )
        #expect(try line { $0["cnf"] = ["jkt": "x"] } == "claim_invalid claim=cnf expected=a proof of possession")
        #expect(JWTError.Code.issuerMismatch.description == "issuer_mismatch")
    }
}
