import JOSE
import Testing

@Suite struct `An issuer rule` {
    static let entra = "https://login.microsoftonline.com/{tenantid}/v2.0"

    static func refusal(_ rule: IssuerRule, _ claims: JSONObject) throws -> JWTError? {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(TokenProfile(issuer: rule), key.verifyingKey)
        return verifier.refusal(of: try Forge.claims(claims.text, signedBy: key))
    }

    @Test func `of one issuer is a text, a literal or an interpolation`() throws {
        let host = "id.example"
        for rule in ["https://id.example", "https://\(host)", .exact("https://id.example")] as [IssuerRule] {
            #expect(try Self.refusal(rule, ["iss": "https://id.example"]) == nil)
            #expect(try Self.refusal(rule, ["iss": "https://id.example/"])?.code == .issuerMismatch)
            #expect(try Self.refusal(rule, [:])?.code == .claimMissing)
            #expect(rule.description == "https://id.example")
        }
    }

    @Test func `of several takes each, byte for byte, and no other`() throws {
        let rule = IssuerRule.oneOf(["https://accounts.google.com", "accounts.google.com", "caf\u{E9}"])
        for issuer in ["https://accounts.google.com", "accounts.google.com", "caf\u{E9}"] {
            #expect(try Self.refusal(rule, ["iss": .string(issuer)]) == nil)
        }
        for issuer in ["", "google.com", "https://accounts.google.com/", "Accounts.google.com", "cafe\u{301}"] {
            let refusal = try Self.refusal(rule, ["iss": .string(issuer)])
            #expect(refusal?.code == .issuerMismatch)
            #expect(refusal?.claim == "iss")
            #expect(refusal?.expected == rule.description)
            #expect(refusal?.received == issuer)
        }
        let missing = JWTError(.claimMissing, claim: "iss", expected: rule.description)
        #expect(try Self.refusal(rule, [:]) == missing)
        #expect(try Self.refusal(.oneOf([]), ["iss": "x"])?.code == .issuerMismatch)
        #expect(try Self.refusal(rule, ["iss": 7])?.code == .claimInvalid)
    }

    @Test func `bound to tid takes the issuer of that very tenant`() throws {
        let rule = try IssuerRule.template(Self.entra, claim: "tid")
        let tenant = "9122040d-6c67-4c5b-b112-36a304b66dad"
        let issuer = JSONValue.string("https://login.microsoftonline.com/\(tenant)/v2.0")
        #expect(try Self.refusal(rule, ["iss": issuer, "tid": .string(tenant)]) == nil)
        #expect(try Self.refusal(rule, ["tid": .string(tenant)])?.code == .claimMissing)
        #expect(
            try Self.refusal(rule, ["iss": issuer]) == JWTError(.claimMissing, claim: "tid", expected: tenant)
        )
        for other in [.string(tenant.uppercased()), "", "x", .string(tenant + "/"), 7, nil, []] as [JSONValue] {
            let refusal = try Self.refusal(rule, ["iss": issuer, "tid": other])
            #expect(refusal?.code == .issuerMismatch)
            #expect(refusal?.claim == "tid")
            #expect(refusal?.expected == tenant)
        }
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "../x", "a%2Fb", "a b", "a?b", "a#b", "a\\b", "{tenantid}", "caf\u{E9}", "a:b", "a@b",
        "a\u{0}b",
    ])
    func `a template's place holds one plain segment of a path, never empty`(_ tenant: String) throws {
        let rule = try IssuerRule.template(Self.entra, claim: "tid")
        let issuer = JSONValue.string("https://login.microsoftonline.com/\(tenant)/v2.0")
        let refusal = try Self.refusal(rule, ["iss": issuer, "tid": .string(tenant)])
        #expect(refusal?.code == .issuerMismatch)
        #expect(refusal?.claim == "iss")
    }

    @Test(arguments: [
        "https://login.microsoftonline.com/x/v2.0/", "https://login.microsoftonline.com/x/v2.00",
        "https://login.microsoftonline.com/x", "https://login.microsoftonline.com/",
        "http://login.microsoftonline.com/x/v2.0",
        "https://login.microsoftonline.com.evil/x/v2.0", "https://login.microsoftonline.com//v2.0", "x", "",
        "https://login.microsoftonline.com/v2.0", "https://login.microsoftonline.com/x/v2.1",
        "https://login.microsoftonline.com/x/V2.0",
        "https://LOGIN.microsoftonline.com/x/v2.0",
    ])
    func `a template takes no other text around its place`(_ issuer: String) throws {
        let rule = try IssuerRule.template(Self.entra, claim: "tid")
        #expect(try Self.refusal(rule, ["iss": .string(issuer), "tid": "x"])?.code == .issuerMismatch)
    }

    @Test func `a template may end with its place`() throws {
        let rule = try IssuerRule.template("https://sts.example/{tenant}", claim: "tenant")
        #expect(try Self.refusal(rule, ["iss": "https://sts.example/t1", "tenant": "t1"]) == nil)
        #expect(try Self.refusal(rule, ["iss": "https://sts.example/t1", "tenant": "t2"])?.code == .issuerMismatch)
        #expect(try Self.refusal(rule, ["iss": "https://sts.example/t1/", "tenant": "t1/"])?.code == .issuerMismatch)
    }

    @Test(arguments: [
        "", "https://id.example", "https://{tenant}.example/", "https://{tenant}/", "https://id.example/a{tenant}",
        "https://id.example/{tenant}b", "https://id.example/{a}/{b}", "https://id.example/{tenant",
        "https://id.example/tenant}", "https://id.example/}{", "{tenant}", "/{tenant}", "https:///{tenant}",
        "https://id.example/{{tenant}}", "id.example/x/y/{tenant}", "id.example//y/{tenant}",
        "https://id.example/}/{", "https:{tenant}", "https:/x/y/{tenant}",
    ])
    func `a template without one segment of a path for its place is refused`(_ text: String) {
        let error = #expect(throws: JWTError.self) { try IssuerRule.template(text, claim: "tid") }
        #expect(error?.code == .claimInvalid)
        #expect(error?.claim == "iss")
    }

    @Test func `rules a preset by text or by rule`() throws {
        let issuer = "https://id.example"
        #expect(TokenProfile.accessToken(issuer: issuer, audience: "a").issuer == .exact(issuer))
        #expect(TokenProfile.accessToken(issuer: "https://id.example", audience: "a").issuer == .exact(issuer))
        #expect(TokenProfile.accessToken(issuer: .oneOf([issuer]), audience: "a").issuer == .oneOf([issuer]))
        #expect(TokenProfile.idToken(issuer: issuer, clientID: "c").issuer == .exact(issuer))
        #expect(TokenProfile.idToken(issuer: .oneOf([issuer]), clientID: "c").issuer == .oneOf([issuer]))
        #expect(TokenProfile.logoutToken(issuer: issuer, clientID: "c").issuer == .exact(issuer))
    }

    @Test func `holds again when a remembered token is looked at`() throws {
        // A second look takes the same way as the first: the claims of the payload, not a memory of them.
        let key = try Forge.hs256()
        let rule = try IssuerRule.template("https://sts.example/{tenant}", claim: "tenant")
        let verifier = Forge.verifier(TokenProfile(issuer: rule), key.verifyingKey)
        let token = try Forge.claims(#"{"iss":"https:\/\/sts.example\/t1","tenant":"\u0074\u0031"}"#, signedBy: key)
        let verified = try verifier.verify(token)
        #expect(verified.issuer == "https://sts.example/t1")
        try verifier.recheck(verified)
        let others =
            [try .template("https://sts.example/{t}", claim: "t"), .oneOf(["https://sts.example/t2"])] as [IssuerRule]
        for rule in others {
            let other = Forge.verifier(TokenProfile(issuer: rule), key.verifyingKey)
            #expect(throws: JWTError.self) { try other.recheck(verified) }
        }
    }
}

@Suite struct `Several issuers with keys of their own` {
    let first: SigningKey
    let second: SigningKey
    let verifier: MultiIssuerVerifier

    init() throws {
        first = try SigningKey.generate(.es256, keyID: "k")
        second = try SigningKey.generate(.es256, keyID: "k")
        verifier = MultiIssuerVerifier([
            Forge.verifier(TokenProfile(issuer: "https://one.example", audiences: ["a"]), first.verifyingKey),
            Forge.verifier(TokenProfile(issuer: "https://two.example", maximumTokenSize: 4096), second.verifyingKey),
        ])
    }

    func refusal(_ claims: String, _ key: SigningKey) throws -> JWTError? {
        let token = try Forge.claims(claims, signedBy: key)
        do throws(JWTError) {
            _ = try verifier.verify(token)
            return nil
        } catch {
            return error
        }
    }

    @Test func `are each verified by their own keys and rules`() throws {
        #expect(try refusal(#"{"iss":"https://one.example","aud":"a"}"#, first) == nil)
        #expect(try refusal(#"{"iss":"https://two.example"}"#, second) == nil)
        #expect(try refusal(#"{"iss":"https:\/\/two.example"}"#, second) == nil)
        #expect(try refusal(#"{"iss":"https://one.example","aud":"b"}"#, first)?.code == .audienceMismatch)
    }

    @Test func `cannot sign in each other's name`() throws {
        #expect(try refusal(#"{"iss":"https://one.example","aud":"a"}"#, second)?.code == .signatureInvalid)
        #expect(try refusal(#"{"iss":"https://two.example"}"#, first)?.code == .signatureInvalid)
    }

    @Test func `are the only ones whose tokens are looked at`() throws {
        let expected = "https://one.example https://two.example"
        let other = JWTError(.issuerMismatch, claim: "iss", expected: expected, received: "https://three.example")
        #expect(try refusal(#"{"iss":"https://three.example"}"#, first) == other)
        #expect(try refusal("{}", first) == JWTError(.claimMissing, claim: "iss", expected: expected))
        #expect(try refusal(#"{"iss":["https://one.example"]}"#, first)?.code == .claimInvalid)
        #expect(try refusal("[]", first)?.code == .malformed)
        #expect(try refusal(#"{"iss":"https://one.example","iss":"https://two.example"}"#, second)?.code == .malformed)
        for text in ["", "a.b", "..", "a.!.c", String(repeating: ".", count: 1000)] {
            let error = #expect(throws: JWTError.self) { try verifier.verify(text) }
            #expect(error?.code == .malformed)
        }
        #expect(throws: JWTError.self) { try MultiIssuerVerifier([]).verify("a.e30.a") }
    }

    @Test func `have the bounds of their own profiles, and the largest before the issuer is known`() throws {
        let padding = String(repeating: "x", count: 4096)
        #expect(try refusal(#"{"iss":"https://two.example","x":"\#(padding)"}"#, second)?.code == .tooLarge)
        #expect(try refusal(#"{"iss":"https://one.example","aud":"a","x":"\#(padding)"}"#, first) == nil)
        let huge = String(repeating: "x", count: 16 << 10)
        #expect(try refusal(#"{"iss":"https://one.example","aud":"a","x":"\#(huge)"}"#, first)?.code == .tooLarge)
        // Nothing is read of what is too large for all of them.
        #expect(try refusal(#"{"iss":"https://three.example","x":"\#(huge)"}"#, first)?.code == .tooLarge)
    }

    @Test func `may be tenants of one template`() throws {
        let rule = try IssuerRule.template("https://sts.example/{tenant}", claim: "tenant")
        let verifier = MultiIssuerVerifier([Forge.verifier(TokenProfile(issuer: rule), first.verifyingKey)])
        let good = try Forge.claims(#"{"iss":"https://sts.example/t1","tenant":"t1"}"#, signedBy: first)
        #expect(try verifier.verify(good).issuer == "https://sts.example/t1")
        let bad = try Forge.claims(#"{"iss":"https://sts.example/t1","tenant":"t2"}"#, signedBy: first)
        #expect(throws: JWTError.self) { try verifier.verify(bad) }
    }
}
