/// The claims that a signer gives each of its tokens.
struct IssuedClaims: Sendable {
    let issuer: String
    let audience: Audience
    let clock: EpochClock
    private let lifetime: Int64

    /// A lifetime is cut to whole seconds, one at least.
    init(issuer: String, audience: Audience, lifetime: Duration, clock: EpochClock) {
        self.issuer = issuer
        self.audience = audience
        self.lifetime = min(max(lifetime.components.seconds, 1), NumericDate.last)
        self.clock = clock
    }

    /// The claims `iss sub aud exp iat jti` of a new token.
    func claims(about subject: String) -> JSONObject {
        let now = clock.now
        return JSONObject(checked: [
            .init(name: "iss", value: .string(issuer)),
            .init(name: "sub", value: .string(subject)),
            .init(name: "aud", value: audience.json),
            .init(name: "exp", value: .number(JSONNumber(expiry(after: now)))),
            .init(name: "iat", value: .number(JSONNumber(now))),
            .init(name: "jti", value: .string(Self.newID())),
        ])
    }

    /// Those claims with an app's own laid over them.
    ///
    /// - Throws: `JWTError` `claim_invalid` for a value that encodes as no object, or whatever encoding throws.
    func claims(about subject: String, adding own: some Encodable) throws -> JSONObject {
        guard let own = try JSONValue(encoding: own).objectValue else {
            throw JWTError(.claimInvalid, expected: "claims that encode as an object")
        }
        return claims(about: subject).merging(own)
    }

    /// The end of a lifetime; a clock at the end of time is survived.
    func expiry(after now: Int64) -> Int64 {
        let (sum, overflow) = now.addingReportingOverflow(lifetime)
        return overflow ? .max : sum
    }

    /// A new `jti` of 128 random bits.
    static func newID() -> String {
        var random = SystemRandomNumberGenerator()
        return withUnsafeBytes(of: (random.next(), random.next())) { Base64URL.encode($0) }
    }
}
