import JOSE
import Testing

@Suite struct `A nested token` {
    static let profile = TokenProfile(type: "at+jwt", issuer: .exact(Forge.issuer), audiences: [Forge.audience])

    static func signer(_ key: SigningKey) -> TokenSigner {
        TokenSigner(key, issuer: Forge.issuer, audience: "orders", lifetime: .seconds(60), clock: Forge.clock)
    }

    /// Why a token is refused by a verifier of the profile; nil where it is taken.
    static func refusal(
        _ text: String,
        _ signing: SigningKey,
        _ key: DecryptionKey,
        _ profile: TokenProfile = profile,
        now: Int64 = Forge.now
    ) -> JWTError? {
        let verifier = Forge.verifier(profile, signing.verifyingKey, now: now)
        return jwtFault { () throws(JWTError) in try verifier.decryptAndVerify(text, with: [key]) }
    }

    @Test(arguments: KeyManagementAlgorithm.all)
    func `is signed and encrypted in one call, and read in one`(_ algorithm: KeyManagementAlgorithm) throws {
        struct Order: Codable { var cart: String }
        let signing = try SigningKey.generate(.es256)
        let key = try DecryptionKey.generate(algorithm, curve: .x25519)
        let signer = Self.signer(signing)
        let text = try signer.signAndEncrypt(subject: "u1", adding: ["cart": "c7"], for: key.encryptionKey)
        let verifier = Forge.verifier(Self.profile, signing.verifyingKey)
        let token = try verifier.decryptAndVerify(text, with: [key])
        #expect(token.subject == "u1")
        #expect(token.header.algorithm == .es256)
        #expect(try verifier.decryptAndVerify(text, as: Order.self, with: [key]).claims.cart == "c7")
        let typed = try signer.signAndEncrypt(subject: "u2", adding: Order(cart: "c8"), for: key.encryptionKey)
        #expect(try verifier.decryptAndVerify(typed, as: Order.self, with: [key]).claims.cart == "c8")
        let outer = try JWE.decrypt(text, keys: [key])
        #expect(outer.header["cty"] == "JWT")
        #expect(outer.header["iss"] == nil)
        let exact = try signer.signAndEncrypt(["iss": .string(Forge.issuer), "aud": "orders"], for: key.encryptionKey)
        #expect(try verifier.decryptAndVerify(exact, with: [key]).claims.count == 2)
    }

    @Test func `is checked in both layers`() throws {
        let signing = try Forge.hs256()
        let key = try DecryptionKey.generate(.a256kw, keyID: "e")
        let text = try Self.signer(signing).signAndEncrypt(subject: "u1", for: key.encryptionKey)
        #expect(Self.refusal(text, signing, key) == nil)
        // The outer one.
        let other = try DecryptionKey.generate(.a256kw, keyID: "e")
        #expect(Self.refusal(text, signing, other)?.code == .decryptionFailed)
        #expect(Self.refusal(try text.changing(part: 3) { $0[0] ^= 1 }, signing, key)?.code == .decryptionFailed)
        // The inner one: signature, type, issuer, audience and time.
        #expect(Self.refusal(text, try Forge.hs256(fill: 8), key)?.code == .signatureInvalid)
        #expect(Self.refusal(text, signing, key, TokenProfile(type: "JWT"))?.code == .typeMismatch)
        #expect(Self.refusal(text, signing, key, TokenProfile(issuer: "other"))?.code == .issuerMismatch)
        #expect(Self.refusal(text, signing, key, TokenProfile(audiences: ["other"]))?.code == .audienceMismatch)
        #expect(Self.refusal(text, signing, key, now: Forge.now + 60)?.code == .expired)
        let profile = TokenProfile(maximumTokenSize: text.utf8.count - 1)
        #expect(Self.refusal(text, signing, key, profile)?.code == .tooLarge)
    }

    @Test func `allows the content encryptions that the caller names`() throws {
        let signing = try Forge.hs256()
        let key = try DecryptionKey.generate(.a256kw)
        let text = try Self.signer(signing).signAndEncrypt(subject: "u", for: key.encryptionKey, using: .a128gcm)
        let verifier = Forge.verifier(Self.profile, signing.verifyingKey)
        let fault = jwtFault { () throws(JWTError) in
            try verifier.decryptAndVerify(text, with: [key], allowing: [.a256gcm])
        }
        #expect(fault?.code == .algorithmNotAllowed)
    }

    @Test func `says that it holds a token, as a media type`() throws {
        let signing = try Forge.hs256()
        let key = try DecryptionKey.generate(.a256kw)
        let token = try Self.signer(signing).sign(subject: "u1")
        for (contentType, isToken) in [
            ("JWT", true), ("jwt", true), ("application/jwt", true), ("Application/JWT", true), (nil, false),
            ("", false), ("JWE", false), ("at+jwt", false), ("JW\u{FF34}", false), ("text/jwt", false),
        ] as [(String?, Bool)] {
            let header = contentType.map { ["cty": .string($0)] as JSONObject } ?? [:]
            let text = try JWE.encrypt(token.utf8, for: key.encryptionKey, header: header)
            #expect(Self.refusal(text, signing, key)?.code == (isToken ? nil : .typeMismatch))
        }
    }

    @Test func `holds a signed token: bare claims, an encrypted token or one more layer is none`() throws {
        let signing = try Forge.hs256()
        let key = try DecryptionKey.generate(.a256kw)
        let claims = #"{"iss":"\#(Forge.issuer)","sub":"u1","aud":"orders"}"#
        let token = try Self.signer(signing).signAndEncrypt(subject: "u1", for: key.encryptionKey)
        for (inner, code) in [
            (claims, JWTError.Code.malformed), (token, .malformed), ("", .malformed), ("a.b.c", .malformed),
        ] {
            let text = try JWE.encrypt(inner.utf8, for: key.encryptionKey, header: ["cty": "JWT"])
            #expect(Self.refusal(text, signing, key)?.code == code)
        }
        let unsigned =
            Base64URL.encode(Array(#"{"alg":"none"}"#.utf8)) + "." + Base64URL.encode(Array(claims.utf8)) + "."
        for inner in [unsigned, unsigned + "AA"] {
            let text = try JWE.encrypt(inner.utf8, for: key.encryptionKey, header: ["cty": "JWT"])
            #expect(Self.refusal(text, signing, key) != nil)
        }
        // A signed token alone has no outer layer.
        #expect(Self.refusal(try Self.signer(signing).sign(subject: "u1"), signing, key)?.code == .malformed)
    }

    @Test func `repeats claims in its header where it is asked to, and they must agree`() throws {
        let signing = try Forge.hs256()
        let key = try DecryptionKey.generate(.a256kw)
        let signer = Self.signer(signing)
        let text = try signer.signAndEncrypt(
            subject: "u1",
            adding: ["tenant": "t"],
            for: key.encryptionKey,
            replicating: ["iss", "aud", "tenant"]
        )
        let header = try JWE.decrypt(text, keys: [key]).header
        #expect(header["iss"]?.stringValue == Forge.issuer)
        #expect(header["tenant"] == "t")
        #expect(Self.refusal(text, signing, key) == nil)
        let posing: JSONObject = ["alg": "dir", "kid": "x", "typ": "Bearer", "epk": "x"]
        for name in ["absent", "alg", "kid", "typ", "epk"] {
            let fault = jwtFault { () throws(JWTError) in
                try signer.signAndEncrypt(subject: "u1", adding: posing, for: key.encryptionKey, replicating: [name])
            }
            #expect(fault?.code == .claimMissing)
        }
        let token = try signer.sign(subject: "u1", adding: ["typ": "Bearer", "tenant": "t", "kid": "claim"])
        for (name, value, isTaken) in [
            ("iss", "https://evil.example", false), ("sub", "u2", false), ("aud", ["orders"], false),
            ("exp", 1_800_000_061, false), ("nbf", 1, false), ("jti", "x", false), ("tenant", "u", false),
            ("tenant", "t", true), ("sub", "u1", true), ("aud", "orders", true), ("other", "x", true),
            ("typ", "JWT", true),
        ] as [(String, JSONValue, Bool)] {
            let header: JSONObject = ["cty": "JWT", name: value]
            let text = try JWE.encrypt(token.utf8, for: key.encryptionKey, header: header)
            let fault = Self.refusal(text, signing, key)
            #expect(fault?.code == (isTaken ? nil : .claimInvalid), "\(name)")
            if !isTaken { #expect(fault?.claim == name) }
        }
    }
}
