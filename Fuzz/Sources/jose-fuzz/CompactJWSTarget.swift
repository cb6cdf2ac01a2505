import JOSE

extension FuzzTarget {
    /// Compact tokens: nothing passes without a signature, and with one what passes is what the rules say.
    ///
    /// The first character chooses: `e` changes an honest token at places, `s` signs a header and a payload divided
    /// by a line break, `t` signs a text as it stands, any other stands before a whole token.
    static let compactJWS = FuzzTarget(name: "compact-jws") { data in
        guard let choice = data.first else { return }
        let rest = Array(data.dropFirst())
        let keys = FuzzKeys.shared
        switch choice {
        case UInt8(ascii: "e"):
            for honest in keys.honestTokens {
                let changed = edited(honest, by: rest)
                let passes = (try? keys.any.verify(changed)) != nil
                require(passes == (changed == honest), "only the honest token passes")
            }
        case UInt8(ascii: "s"):
            let parts = rest.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return }
            checkSigned(Base64URL.encode(parts[0]) + "." + Base64URL.encode(parts[1]), keys)
        case UInt8(ascii: "t"):
            checkSigned(String(decoding: rest, as: UTF8.self), keys)
        default:
            require((try? keys.any.verify(rest)) == nil, "no token passes without a signature")
            require((try? keys.any.verify(rest.lazy.map { $0 })) == nil, "nor one stored in another way")
            let text = String(decoding: rest, as: UTF8.self)
            require((try? JWS.verify(text, keys: keys.set)) == nil, "no JWS passes without a signature")
            _ = try? UnverifiedToken(text)
        }
    }

    /// Signs whatever text stands where header and payload do, and compares the answers with what must come.
    private static func checkSigned(_ input: String, _ keys: FuzzKeys) {
        guard let signature = try? keys.hmac.sign(input.utf8) else { fatalError("a key signs") }
        let token = input + "." + Base64URL.encode(signature)
        let content = ExpectedToken(token)
        for verifier in [keys.any, keys.accessToken] {
            do {
                let verified = try verifier.verify(token)
                guard let content, content.passes(verifier.profile) else {
                    fatalError("a token passes against the rules")
                }
                require(verified.claims == content.claims, "the claims are the payload's")
                require(verified.header.parameters == content.header, "the header is the token's")
                content.compare(with: verified)
                require(token.utf8.count <= verifier.profile.maximumTokenSize, "the length is bounded")
            } catch {
                require(!(content?.passes(verifier.profile) ?? false), "a token that the rules allow passes")
                require(error.received?.unicodeScalars.count ?? 0 <= 200, "an error's text is bounded")
            }
        }
        let verified = try? JWS.verify(token, keys: keys.set)
        require((verified != nil) == ExpectedToken.isJWS(token), "a JWS passes by its form and its header")
        if content != nil {
            require((try? UnverifiedToken(token))?.claims == content?.claims, "an unverified token has the same claims")
        }
    }

    /// Changes bytes of a text: each three bytes are a place and what to flip there.
    static func edited(_ text: [UInt8], by edits: [UInt8]) -> [UInt8] {
        var text = text
        var rest = edits[...]
        while rest.count >= 3 {
            let place = (Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])) % text.count
            text[place] ^= rest[rest.startIndex + 2]
            rest = rest.dropFirst(3)
        }
        return text
    }
}

/// Keys that no input can know, new in every process, and what is verified with them.
struct FuzzKeys: Sendable {
    static let shared: FuzzKeys = {
        guard let hmac = try? SigningKey.generate(.hs256, keyID: "k1"),
            let ecdsa = try? SigningKey.generate(.es256, keyID: "k2")
        else { fatalError("no keys") }
        return FuzzKeys(hmac: hmac, ecdsa: ecdsa)
    }()

    static let now: Int64 = 1_800_000_000
    static let issuer = "https://id.example"
    static let audience = "orders"

    let hmac: SigningKey
    let ecdsa: SigningKey
    let set: KeySet
    let any: TokenVerifier
    let accessToken: TokenVerifier
    let honestTokens: [[UInt8]]

    private init(hmac: SigningKey, ecdsa: SigningKey) {
        let clock = EpochClock { Self.now }
        self.hmac = hmac
        self.ecdsa = ecdsa
        set = [hmac.verifyingKey, ecdsa.verifyingKey]
        any = TokenVerifier(.any, keys: set, clock: clock)
        accessToken = TokenVerifier(
            .accessToken(issuer: Self.issuer, audience: [Self.audience, "é"], leeway: .seconds(30)),
            keys: set,
            clock: clock
        )
        honestTokens = [hmac, ecdsa].map { key in
            let signer = TokenSigner(key, issuer: Self.issuer, audience: "orders", lifetime: .seconds(60), clock: clock)
            guard let token = try? signer.sign(subject: "u1") else { fatalError("a signer signs") }
            return token.bytes
        }
    }
}
