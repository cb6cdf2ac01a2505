import JOSE
import Testing

@Suite struct `An ID token` {
    static let profile = TokenProfile.idToken(issuer: Forge.issuer, clientID: "app")
    static let honest: JSONObject = [
        "iss": .string(Forge.issuer), "sub": "u1", "aud": "app", "exp": 1_800_000_060, "iat": 1_800_000_000,
    ]

    static func token(_ key: SigningKey, _ change: (inout JSONObject) -> Void = { _ in }) throws -> String {
        var claims = honest
        change(&claims)
        let header: JSONObject = ["alg": .string(key.algorithm.name), "typ": "JWT"]
        return try Forge.token(header.text, claims.text, signedBy: key)
    }

    static func refusal(
        _ expected: IDTokenExpectations = IDTokenExpectations(),
        _ profile: TokenProfile = profile,
        changing change: (inout JSONObject) -> Void
    ) throws -> JWTError? {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(profile, key.verifyingKey)
        let token = try token(key, change)
        do throws(JWTError) {
            _ = try verifier.verify(token, expecting: expected)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["iss", "sub", "aud", "exp", "iat"])
    func `has the claims that the standard requires`(_ name: String) throws {
        #expect(try Self.refusal { _ in } == nil)
        let refusal = try Self.refusal { $0[name] = nil }
        #expect(refusal?.code == .claimMissing)
        #expect(refusal?.claim == name)
    }

    @Test func `for another client is refused`() throws {
        let refusal = try Self.refusal { $0["aud"] = "other" }
        #expect(refusal?.code == .audienceMismatch)
    }

    @Test func `of another authorized party is refused`() throws {
        #expect(try Self.refusal { $0["azp"] = "app" } == nil)
        for value in ["other", "App", "", "app ", 7, ["app"], nil] as [JSONValue] {
            let refusal = try Self.refusal { $0["azp"] = value }
            #expect(refusal?.code == .claimInvalid)
            #expect(refusal?.claim == "azp")
            #expect(refusal?.expected == "app")
        }
    }

    @Test func `for several audiences names its authorized party`() throws {
        #expect(try Self.refusal { $0["aud"] = ["app"] } == nil)
        let refusal = try Self.refusal { $0["aud"] = ["app", "other"] }
        #expect(refusal == JWTError(.claimMissing, claim: "azp", expected: "app"))
        #expect(
            try Self.refusal {
                $0["aud"] = ["app", "other"]
                $0["azp"] = "app"
            } == nil
        )
        #expect(
            try Self.refusal {
                $0["aud"] = ["app", "other"]
                $0["azp"] = "other"
            }?.claim == "azp"
        )
    }

    @Test func `without the nonce of the request, or with another, is refused`() throws {
        let expected = IDTokenExpectations(nonce: "n-0S6_WzA2Mj")
        #expect(try Self.refusal(expected) { $0["nonce"] = "n-0S6_WzA2Mj" } == nil)
        #expect(try Self.refusal(expected) { _ in }?.code == .claimMissing)
        for value in ["n-0S6_WzA2Mk", "", "n-0S6_WzA2Mj ", "N-0S6_WzA2Mj", 7, nil, ["n-0S6_WzA2Mj"]] as [JSONValue] {
            let refusal = try Self.refusal(expected) { $0["nonce"] = value }
            #expect(refusal?.code == .claimInvalid)
            #expect(refusal?.claim == "nonce")
            #expect(refusal?.description.contains("n-0S6") == false)
        }
        #expect(try Self.refusal(IDTokenExpectations(nonce: "")) { _ in }?.code == .claimMissing)
        #expect(try Self.refusal { $0["nonce"] = "unasked" } == nil)
    }

    @Test func `has the hashes of the standard's examples`() throws {
        // OpenID Connect Core 1.0, A.4.
        let expected = IDTokenExpectations(
            accessToken: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            code: "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"
        )
        let hashes: (inout JSONObject) -> Void = {
            $0["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ"
            $0["c_hash"] = "LDktKdoQak3Pk0cnXxCltA"
        }
        #expect(try Self.refusal(expected, changing: hashes) == nil)
        for name in ["at_hash", "c_hash"] {
            #expect(
                try Self.refusal(expected) {
                    hashes(&$0)
                    $0[name] = nil
                }?.code == .claimMissing
            )
            for value in ["77QmUPtjPfzWtF2AnpK9RR", "LDktKdoQak3Pk0cnXxCltB", "", "77QmUPtjPfzWtF2AnpK9RQ==", 7]
                as [JSONValue]
            {
                let refusal = try Self.refusal(expected) {
                    hashes(&$0)
                    $0[name] = value
                }
                #expect(refusal?.code == .claimInvalid)
                #expect(refusal?.claim == name)
            }
        }
    }

    @Test func `with the hash of another access token or code is refused: a token was swapped`() throws {
        let hash: (inout JSONObject) -> Void = { $0["at_hash"] = "77QmUPtjPfzWtF2AnpK9RQ" }
        #expect(try Self.refusal(IDTokenExpectations(accessToken: "stolen"), changing: hash)?.claim == "at_hash")
        let code: (inout JSONObject) -> Void = { $0["c_hash"] = "LDktKdoQak3Pk0cnXxCltA" }
        #expect(try Self.refusal(IDTokenExpectations(code: "stolen"), changing: code)?.claim == "c_hash")
    }

    @Test(arguments: SignatureAlgorithm.all)
    func `hashes by its own algorithm's hash, and its left half`(_ algorithm: SignatureAlgorithm) throws {
        let key = try SigningKey.generate(algorithm)
        let verifier = Forge.verifier(Self.profile, key.verifyingKey)
        // Halves of the hashes of "abc" (FIPS 180-2, appendices B and C; SHA-384: D).
        let halves = [
            "256": "ungWv48Bz-pBQUDeXa4iIw", "384": "ywB1P0WjXou1oD1pmsZQBycsMqsO3tFj",
            "512": "3a81oZNherrMQXNJriBBMRLm-k6JqX6iCp7u5ktV05o",
        ]
        for (name, half) in halves {
            let token = try Self.token(key) { $0["at_hash"] = .string(half) }
            let size = algorithm == .ed25519 ? "512" : String(algorithm.name.suffix(3))
            let isTaken = (try? verifier.verify(token, expecting: IDTokenExpectations(accessToken: "abc"))) != nil
            #expect(isTaken == (name == size), "\(algorithm) \(name)")
        }
    }

    @Test func `of a log-in too long ago, or with no time of it, is refused`() throws {
        let expected = IDTokenExpectations(maximumAuthenticationAge: .seconds(600))
        let now = Forge.now
        for time in [now, now - 600] {
            #expect(try Self.refusal(expected) { $0["auth_time"] = .number(JSONNumber(time)) } == nil)
        }
        let old = try Self.refusal(expected) { $0["auth_time"] = .number(JSONNumber(now - 601)) }
        #expect(old == JWTError(.expired, claim: "auth_time", expected: "an age of 600 s", received: "\(now - 601)"))
        #expect(try Self.refusal(expected) { _ in } == JWTError(.claimMissing, claim: "auth_time"))
        for value in ["1800000000", nil, true, -1, 1e300, [], 1_800_000_001] as [JSONValue] {
            let refusal = try Self.refusal(expected) { $0["auth_time"] = value }
            #expect(refusal?.code == .claimInvalid)
            #expect(refusal?.claim == "auth_time")
        }
        var lenient = Self.profile
        lenient.leeway = .seconds(30)
        #expect(try Self.refusal(expected, lenient) { $0["auth_time"] = .number(JSONNumber(now - 630)) } == nil)
        #expect(try Self.refusal(expected, lenient) { $0["auth_time"] = .number(JSONNumber(now + 30)) } == nil)
        #expect(try Self.refusal(expected, lenient) { $0["auth_time"] = .number(JSONNumber(now - 631)) } != nil)
        #expect(try Self.refusal(expected, lenient) { $0["auth_time"] = .number(JSONNumber(now + 31)) } != nil)
        for age in [Duration.seconds(Int64.max), .seconds(-1)] {
            let any = IDTokenExpectations(maximumAuthenticationAge: age)
            #expect(try Self.refusal(any) { $0["auth_time"] = 1_800_000_000 } == nil)
        }
        #expect(try Self.refusal { $0["auth_time"] = 5 } == nil)
    }

    @Test func `of a weaker log-in than was asked for is refused`() throws {
        let expected = IDTokenExpectations(authenticationContextClasses: ["silver", "gold"])
        #expect(try Self.refusal(expected) { $0["acr"] = "gold" } == nil)
        #expect(try Self.refusal(expected) { _ in }?.code == .claimMissing)
        let refusal = try Self.refusal(expected) { $0["acr"] = "0" }
        #expect(refusal == JWTError(.claimInvalid, claim: "acr", expected: "silver gold", received: "0"))
        #expect(try Self.refusal(expected) { $0["acr"] = 7 }?.code == .claimInvalid)
    }

    @Test func `that tells of events is another kind of token`() throws {
        let refusal = try Self.refusal { $0["events"] = [:] }
        #expect(refusal == JWTError(.claimInvalid, claim: "events", expected: "absent", received: "an object"))
    }

    @Test func `is checked as a token first: the expectations cannot save a bad one`() throws {
        let key = try Forge.hs256()
        let other = try Forge.hs256(fill: 9)
        let verifier = Forge.verifier(Self.profile, key.verifyingKey)
        let forged = try Self.token(other) { $0["nonce"] = "n" }
        let error = #expect(throws: JWTError.self) {
            try verifier.verify(forged, expecting: IDTokenExpectations(nonce: "n"))
        }
        #expect(error?.code == .signatureInvalid)
    }

    @Test func `has expectations that print as their type's name, for they hold secrets`() {
        let expected = IDTokenExpectations(nonce: "s3cret", accessToken: "s3cret", code: "s3cret")
        var dumped = ""
        dump(expected, to: &dumped)
        for text in ["\(expected)", String(reflecting: expected), dumped] { #expect(!text.contains("s3cret")) }
    }
}
