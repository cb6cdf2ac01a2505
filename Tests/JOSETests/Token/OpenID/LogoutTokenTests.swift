import JOSE
import Testing

@Suite struct `A logout token` {
    static let event = "http://schemas.openid.net/event/backchannel-logout"
    static let profile = TokenProfile.logoutToken(issuer: Forge.issuer, clientID: "app")
    static let honest: JSONObject = [
        "iss": .string(Forge.issuer), "sub": "u1", "aud": "app", "exp": 1_800_000_060, "iat": 1_800_000_000,
        "jti": "l1", "events": ["http://schemas.openid.net/event/backchannel-logout": [:]],
    ]

    static func refusal(
        type: String? = "logout+jwt",
        _ profile: TokenProfile = profile,
        _ change: (inout JSONObject) -> Void = { _ in }
    ) throws -> JWTError? {
        let key = try Forge.hs256()
        var claims = honest
        change(&claims)
        var header: JSONObject = ["alg": "HS256"]
        if let type { header["typ"] = .string(type) }
        let token = try Forge.token(header.text, claims.text, signedBy: key)
        return Forge.verifier(profile, key.verifyingKey).refusal(of: token)
    }

    @Test func `of the standard's form is taken`() throws {
        #expect(try Self.refusal() == nil)
        #expect(try Self.refusal { $0["sid"] = "s1" } == nil)
        #expect(
            try Self.refusal {
                $0["sub"] = nil
                $0["sid"] = "s1"
            } == nil
        )
        #expect(try Self.refusal { $0["events"] = [Self.eventMember, .init(name: "x", value: 1)].object } == nil)
    }

    static let eventMember = JSONObject.Member(name: event, value: ["why": "admin"])

    @Test(arguments: ["iss", "aud", "exp", "iat", "jti", "events"])
    func `has the claims that the standard requires`(_ name: String) throws {
        let refusal = try Self.refusal { $0[name] = nil }
        #expect(refusal?.code == .claimMissing)
        #expect(refusal?.claim == name)
    }

    @Test func `without sub and sid is refused`() throws {
        let refusal = try Self.refusal { $0["sub"] = nil }
        #expect(refusal == JWTError(.claimMissing, claim: "sub", expected: "sub or sid"))
    }

    @Test func `with a nonce is refused: it could pass for an ID token`() throws {
        for value in ["n", nil, 7] as [JSONValue] {
            let refusal = try Self.refusal { $0["nonce"] = value }
            #expect(refusal?.code == .claimInvalid)
            #expect(refusal?.claim == "nonce")
            #expect(refusal?.expected == "absent")
        }
    }

    @Test func `tells of the log-out by its exact URI, as an object`() throws {
        let uris = [
            "https://schemas.openid.net/event/backchannel-logout",
            "http://schemas.openid.net/event/backchannel-logout/",
            "http://schemas.openid.net/event/Backchannel-logout",
            "http://schemas.openid.net/event/backchannel-logou\u{FF54}",
        ]
        for uri in uris {
            let refusal = try Self.refusal { $0["events"] = [.init(name: uri, value: [:])].object }
            #expect(refusal?.code == .claimInvalid)
            #expect(refusal?.claim == "events")
            #expect(refusal?.expected == Self.event)
        }
        for value in [nil, true, "x", [], 7] as [JSONValue] {
            #expect(try Self.refusal { $0["events"] = [.init(name: Self.event, value: value)].object } != nil)
            #expect(try Self.refusal { $0["events"] = value }?.code == .claimInvalid)
        }
        #expect(try Self.refusal { $0["events"] = [:] }?.code == .claimInvalid)
    }

    @Test func `of another type or of none is refused`() throws {
        for type in ["JWT", "at+jwt", "dpop+jwt", "logout+jwt2", "", nil] {
            #expect(try Self.refusal(type: type)?.code == .typeMismatch)
        }
        #expect(try Self.refusal(type: "application/logout+jwt") == nil)
    }

    @Test func `without a type is taken where the caller says so`() throws {
        var profile = Self.profile
        profile.allowsMissingType = true
        #expect(try Self.refusal(type: nil, profile) == nil)
        #expect(try Self.refusal(type: "JWT", profile)?.code == .typeMismatch)
    }

    @Test func `expired, for another client or of another issuer is refused`() throws {
        #expect(try Self.refusal { $0["exp"] = 1_800_000_000 }?.code == .expired)
        #expect(try Self.refusal { $0["aud"] = "other" }?.code == .audienceMismatch)
        #expect(try Self.refusal { $0["iss"] = "https://other" }?.code == .issuerMismatch)
    }

    @Test func `never passes for an ID token, even without a type of its own`() throws {
        let asIdentity = TokenProfile.idToken(issuer: Forge.issuer, clientID: "app")
        #expect(try Self.refusal(asIdentity)?.code == .typeMismatch)
        for type in ["JWT", nil] { #expect(try Self.refusal(type: type, asIdentity)?.claim == "events") }
    }

    @Test func `is signed as it is verified`() throws {
        let key = try SigningKey.generate(.es256)
        let signer = LogoutTokenSigner(key, issuer: Forge.issuer, clock: Forge.clock)
        let verifier = Forge.verifier(Self.profile, key.verifyingKey)
        let user = try verifier.verify(signer.sign(for: "app", subject: "u1"))
        #expect(user.subject == "u1")
        #expect(user.sessionID == nil)
        #expect(user.header.type == "logout+jwt")
        #expect(user.expiresAt == Forge.now + 120)
        #expect(try user.require(.events).names == [Self.event])
        let both = try verifier.verify(signer.sign(for: "app", subject: "u1", sessionID: "s1"))
        #expect(both.subject == "u1")
        #expect(both.sessionID == "s1")
        let session = try verifier.verify(signer.sign(for: "app", sessionID: "s1"))
        #expect(session.subject == nil)
        #expect(session.sessionID == "s1")
        #expect(Set([user.id, both.id, session.id]).count == 3)
        #expect(verifier.refusal(of: try signer.sign(for: "other", subject: "u1"))?.code == .audienceMismatch)
        for now in [Int64.min, .max] {
            let signer = LogoutTokenSigner(key, issuer: "i", lifetime: .seconds(Int64.max), clock: EpochClock { now })
            _ = try signer.sign(for: "app", subject: "u")
        }
    }
}

extension [JSONObject.Member] {
    /// An object of these members.
    fileprivate var object: JSONValue {
        var object = JSONObject()
        for member in self { object[member.name] = member.value }
        return .object(object)
    }
}
