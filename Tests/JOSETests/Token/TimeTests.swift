import JOSE
import Testing

@Suite struct `Times` {
    static func refusal(_ claims: String, leeway: Duration = .zero, now: Int64 = Forge.now) throws -> JWTError? {
        let key = try Forge.hs256()
        let verifier = Forge.verifier(TokenProfile(leeway: leeway), key.verifyingKey, now: now)
        return verifier.refusal(of: try Forge.claims("{\(claims)}", signedBy: key))
    }

    @Test func `exp equal to now is expired`() throws {
        let now = Forge.now
        #expect(try Self.refusal("\"exp\":\(now + 1)") == nil)
        for past in [now, now - 1, 0] {
            let refusal = try Self.refusal("\"exp\":\(past)")
            #expect(refusal?.code == .expired)
            #expect(refusal?.claim == "exp")
        }
    }

    @Test func `a time reads the same however many digits it has and whatever follows`() throws {
        for digits in 1...12 {
            let time = String(repeating: "1", count: digits)
            guard let value = Int64(time) else { continue }
            for (before, after) in [
                ("", ""), ("", " "), (" ", ",\"a\":1"), ("", "\n,\"nbf\":0"), ("\t", " , \"b\":[]"),
            ] {
                let claims = "\"exp\":\(before)\(time)\(after)"
                #expect(try Self.refusal(claims, now: value - 1) == nil, "\(claims)")
                #expect(try Self.refusal(claims, now: value)?.code == .expired, "\(claims)")
            }
            for wrong in ["0\(time)", "\(time)a", "\(time).", "\(time)e", "\(time)]", "\(time):"] {
                #expect(try Self.refusal("\"exp\":\(wrong)")?.code == .malformed, "\(wrong)")
            }
            #expect(try Self.refusal("\"exp\":\(time).9,\"a\":1", now: value - 1) == nil)
            #expect(try Self.refusal("\"exp\":\(time).9,\"a\":1", now: value)?.code == .expired)
        }
    }

    @Test func `no token is too early by a clock that is a moment behind`() throws {
        let now = Forge.now
        let key = try Forge.hs256()
        let clock = EpochClock({ now }, recent: { now - 1 })
        let verifier = TokenVerifier(TokenProfile(), keys: [key.verifyingKey], clock: clock)
        for claim in ["nbf", "iat"] {
            #expect(verifier.refusal(of: try Forge.claims("{\"\(claim)\":\(now)}", signedBy: key)) == nil)
            let early = verifier.refusal(of: try Forge.claims("{\"\(claim)\":\(now + 1)}", signedBy: key))
            #expect(early?.claim == claim)
        }
        let system = EpochClock.system
        #expect((0...1).contains(system.now - system.recent))
    }

    @Test func `nbf equal to now is valid, later is not`() throws {
        #expect(try Self.refusal("\"nbf\":\(Forge.now)") == nil)
        #expect(try Self.refusal("\"nbf\":\(Forge.now + 1)")?.code == .notYetValid)
    }

    @Test func `iat in the future is refused`() throws {
        #expect(try Self.refusal("\"iat\":\(Forge.now)") == nil)
        #expect(try Self.refusal("\"iat\":\(Forge.now + 1)")?.code == .issuedInFuture)
    }

    @Test func `leeway widens each by itself and is 300 s at most`() throws {
        let now = Forge.now
        for (leeway, seconds) in [
            (Duration.seconds(30), Int64(30)), (.seconds(300), 300), (.seconds(1 << 40), 300), (.seconds(-5), 0),
        ] {
            #expect(try Self.refusal("\"exp\":\(now - seconds + 1)", leeway: leeway) == nil)
            #expect(try Self.refusal("\"exp\":\(now - seconds)", leeway: leeway)?.code == .expired)
            #expect(try Self.refusal("\"nbf\":\(now + seconds)", leeway: leeway) == nil)
            #expect(try Self.refusal("\"nbf\":\(now + seconds + 1)", leeway: leeway)?.code == .notYetValid)
            #expect(try Self.refusal("\"iat\":\(now + seconds)", leeway: leeway) == nil)
            #expect(try Self.refusal("\"iat\":\(now + seconds + 1)", leeway: leeway)?.code == .issuedInFuture)
        }
        var profile = TokenProfile()
        #expect(profile.leeway == .zero)
        profile.leeway = .seconds(100_000)
        #expect(profile.leeway == .seconds(300))
    }

    @Test(arguments: ["exp", "nbf", "iat"])
    func `of a wrong type or out of range are claim_invalid and never a trap`(_ name: String) throws {
        for value in [
            "\"1800000001\"", "null", "true", "[]", "{}", "[1800000001]", "\"\"", "1e300", "1e99999", "-1", "-0",
            "-1e300", "-0.5",
            "253402300800", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e12",
            "99999999999999999999999999999999999999", "0.1e400", "1e-99999999999999999999x",
        ] {
            for now in [Forge.now, 0, .max, .min] {
                let refusal = try Self.refusal("\"\(name)\":\(value)", now: now)
                if value.hasSuffix("x") {
                    #expect(refusal?.code == .malformed)
                } else {
                    #expect(refusal?.code == .claimInvalid, "\(name) \(value)")
                    #expect(refusal?.claim == name)
                }
            }
        }
    }

    @Test func `a fraction is dropped, an exponent is read`() throws {
        let now = Forge.now
        let key = try Forge.hs256()
        #expect(try Self.refusal("\"exp\":\(now).9")?.code == .expired)
        #expect(try Self.refusal("\"exp\":\(now + 1).0") == nil)
        #expect(try Self.refusal("\"iat\":\(now).9,\"nbf\":\(now).9") == nil)
        let token = try Forge.claims(#"{"exp":1.8e9,"iat":18E+8,"nbf":1800000000.999999}"#, signedBy: key)
        let early = Forge.verifier(.any, key.verifyingKey, now: 1_800_000_000 - 1).refusal(of: token)
        #expect(early?.code == .notYetValid)
        let read = try Forge.verifier(TokenProfile(leeway: .seconds(9)), key.verifyingKey).verify(token)
        #expect(read.expiresAt == 1_800_000_000)
        #expect(read.issuedAt == 1_800_000_000)
        #expect(read.notBefore == 1_800_000_000)
        #expect(try Self.refusal("\"exp\":253402300799.5,\"iat\":1e-400,\"nbf\":0e5") == nil)
    }

    @Test func `any clock is survived`() throws {
        for now in [Int64.min, .min + 1, -1, 0, .max - 1, .max] {
            for claims in [
                "\"exp\":253402300799", "\"nbf\":0", "\"iat\":253402300799", "\"exp\":0,\"nbf\":0,\"iat\":0",
            ] {
                _ = try Self.refusal(claims, leeway: .seconds(300), now: now)
            }
        }
        let key = try Forge.hs256()
        for now in [Int64.min, .max] {
            for lifetime in [Duration.seconds(Int64.max), .seconds(-1), .zero] {
                let signer = TokenSigner(key, issuer: "i", audience: "a", lifetime: lifetime, clock: EpochClock { now })
                _ = try signer.sign(subject: "s")
            }
        }
    }

    @Test func `a token without times is taken by the bare verifier, and by no preset`() throws {
        #expect(try Self.refusal("") == nil)
        let key = try Forge.hs256()
        let preset = TokenProfile.accessToken(issuer: Forge.issuer, audience: "orders")
        #expect(
            Forge.verifier(preset, key.verifyingKey).refusal(of: try Forge.claims("{}", signedBy: key))?.code
                == .claimMissing
        )
    }

    @Test func `an age is bounded where the profile says so`() throws {
        let key = try Forge.hs256()
        func refusal(_ claims: String, _ age: Duration) throws -> JWTError.Code? {
            let verifier = Forge.verifier(TokenProfile(maximumAge: age), key.verifyingKey)
            return verifier.refusal(of: try Forge.claims(claims, signedBy: key))?.code
        }
        #expect(try refusal("{\"iat\":\(Forge.now - 60)}", .seconds(60)) == nil)
        #expect(try refusal("{\"iat\":\(Forge.now - 61)}", .seconds(60)) == .expired)
        #expect(try refusal("{}", .seconds(60)) == .claimMissing)
        #expect(try refusal("{\"iat\":0}", .seconds(Int64.max)) == nil)
        let lenient = Forge.verifier(TokenProfile(leeway: .seconds(30), maximumAge: .seconds(60)), key.verifyingKey)
        for (age, code) in [(90, nil), (91, .expired)] as [(Int64, JWTError.Code?)] {
            let token = try Forge.claims("{\"iat\":\(Forge.now - age)}", signedBy: key)
            #expect(lenient.refusal(of: token)?.code == code)
        }
    }
}

@Suite struct `Types` {
    static func refusal(_ type: String?, _ profile: TokenProfile) throws -> JWTError? {
        let key = try Forge.hs256()
        let header = type.map { #"{"alg":"HS256","kid":"k1","typ":"\#($0)"}"# } ?? #"{"alg":"HS256","kid":"k1"}"#
        return Forge.verifier(profile, key.verifyingKey).refusal(of: try Forge.token(header, "{}", signedBy: key))
    }

    @Test func `at+jwt is application/at+jwt, in any case`() throws {
        for asked in ["at+jwt", "application/at+jwt", "AT+JWT"] {
            for type in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt", "at\\u002bjwt"] {
                #expect(try Self.refusal(type, TokenProfile(type: asked)) == nil)
            }
        }
    }

    @Test func `cross-JWT confusion: a token of another type or of none is refused`() throws {
        let types = [
            "JWT", "jwt", "dpop+jwt", "logout+jwt", "", "at+jwt2", "application/application/at+jwt", "text/at+jwt",
            "at+jwt ",
        ]
        for type in types + [nil] {
            let refusal = try Self.refusal(type, TokenProfile(type: "at+jwt"))
            #expect(refusal?.code == .typeMismatch)
            #expect(refusal?.expected == "at+jwt")
        }
    }

    @Test func `a look-alike of a type is another type`() throws {
        #expect("to\u{212A}en+jwt".lowercased() == "token+jwt")
        #expect(try Self.refusal("to\u{212A}en+jwt", TokenProfile(type: "token+jwt"))?.code == .typeMismatch)
        #expect(try Self.refusal("TOKEN+JWT", TokenProfile(type: "token+jwt")) == nil)
    }

    @Test func `the bare verifier takes any type`() throws {
        for type in ["JWT", "x", "", nil] { #expect(try Self.refusal(type, .any) == nil) }
    }

    @Test func `the presets exclude each other`() throws {
        let key = try Forge.hs256()
        let access = TokenSigner(key, issuer: "i", audience: "c", lifetime: .seconds(60), clock: Forge.clock)
        let identity = TokenSigner(
            key,
            issuer: "i",
            audience: "c",
            lifetime: .seconds(60),
            type: "JWT",
            clock: Forge.clock
        )
        let client: JSONObject = ["client_id": "c"]
        let accessText = try access.sign(subject: "s", adding: client)
        let identityText = try identity.sign(subject: "s", adding: client)
        let accessVerifier = Forge.verifier(.accessToken(issuer: "i", audience: "c"), key.verifyingKey)
        let identityVerifier = Forge.verifier(.idToken(issuer: "i", clientID: "c"), key.verifyingKey)
        #expect(accessVerifier.refusal(of: accessText) == nil)
        #expect(identityVerifier.refusal(of: identityText) == nil)
        #expect(accessVerifier.refusal(of: identityText)?.code == .typeMismatch)
        #expect(identityVerifier.refusal(of: accessText)?.code == .typeMismatch)
    }
}
