/// What a client knows of the log-in that an ID token ends, for the token to agree with.
///
/// ```swift
/// let verifier = TokenVerifier(.idToken(issuer: issuer, clientID: "app"), keys: keys)
/// let expected = IDTokenExpectations(nonce: nonce, accessToken: accessToken)
/// let token = try verifier.verify(idToken, expecting: expected)
/// ```
///
/// What is given must be in the token; what is not given is not looked at (OpenID Connect Core 1.0 §3.1.3.7, §3.3.2).
public struct IDTokenExpectations: Sendable {
    /// The `nonce` that the client sent with its request.
    public var nonce: String?
    /// The access token that came with the ID token, whose hash `at_hash` must be.
    ///
    /// Give it where the issuer writes `at_hash`: of a token that came from the token endpoint it need not (§3.1.3.6).
    public var accessToken: String?
    /// The code that came with the ID token, whose hash `c_hash` must be.
    public var code: String?
    /// How long ago the user may have been authenticated by `auth_time`: the `max_age` of the request.
    public var maximumAuthenticationAge: Duration?
    /// The values of which `acr` must be one; empty for any or none.
    public var authenticationContextClasses: [String]

    /// Says what is expected.
    public init(
        nonce: String? = nil,
        accessToken: String? = nil,
        code: String? = nil,
        maximumAuthenticationAge: Duration? = nil,
        authenticationContextClasses: [String] = []
    ) {
        self.nonce = nonce
        self.accessToken = accessToken
        self.code = code
        self.maximumAuthenticationAge = maximumAuthenticationAge
        self.authenticationContextClasses = authenticationContextClasses
    }
}

extension IDTokenExpectations: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The type's name; never the nonce, the code or the token.
    public var description: String { "IDTokenExpectations" }
    /// The type's name; never the nonce, the code or the token.
    public var debugDescription: String { description }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension TokenVerifier {
    /// Verifies an ID token, and that it ends the log-in that the client began.
    ///
    /// - Parameters:
    ///   - token: The compact token.
    ///   - expected: What the client knows of the log-in.
    /// - Returns: What the token says.
    /// - Throws: `JWTError` with the reason; `claim_missing` where an expected claim is absent.
    public func verify(_ token: String, expecting expected: IDTokenExpectations) throws(JWTError) -> VerifiedToken {
        let verified = try verify(token)
        let claims = verified.claims
        let algorithm = verified.header.algorithm
        if let nonce = expected.nonce {
            try claims.requireSecret("nonce", nonce, "the nonce of the request")
        }
        if let accessToken = expected.accessToken {
            let hash = try Self.halfHash("at_hash", of: accessToken, algorithm)
            try claims.requireSecret("at_hash", hash, "the hash of the access token")
        }
        if let code = expected.code {
            let hash = try Self.halfHash("c_hash", of: code, algorithm)
            try claims.requireSecret("c_hash", hash, "the hash of the code")
        }
        if let age = expected.maximumAuthenticationAge { try requireAuthenticationTime(claims, age) }
        let classes = expected.authenticationContextClasses
        if !classes.isEmpty {
            let received = try claims.require(.authenticationContextClass)
            guard classes.contains(where: { received.hasSameBytes(as: $0) }) else {
                let wanted = classes.joined(separator: " ")
                throw JWTError(.claimInvalid, claim: "acr", expected: wanted, received: received)
            }
        }
        return verified
    }

    private static func halfHash(
        _ claim: String,
        of text: String,
        _ algorithm: SignatureAlgorithm
    ) throws(JWTError) -> String {
        if let hash = algorithm.halfHash(of: text) { return hash }
        throw JWTError(.claimInvalid, claim: claim, expected: "an algorithm with a hash", received: algorithm.name)
    }

    private func requireAuthenticationTime(_ claims: JSONObject, _ age: Duration) throws(JWTError) {
        let name = "auth_time"
        guard let value = claims[name] else { throw JWTError(.claimMissing, claim: name) }
        guard let time = value.seconds else {
            throw JWTError(.claimInvalid, claim: name, expected: "seconds since 1970", received: value.kind)
        }
        let now = clock.now
        let leeway = profile.leeway.components.seconds
        guard now >= time - leeway else {
            throw JWTError(.claimInvalid, claim: name, expected: "\(now) or before", received: "\(time)")
        }
        // An age of over 3,000 years asks nothing; the bound keeps the sum from overflowing.
        let seconds = min(max(age.components.seconds, 0), 100_000_000_000)
        guard now <= time + seconds + leeway else {
            throw JWTError(.expired, claim: name, expected: "an age of \(seconds) s", received: "\(time)")
        }
    }
}

extension JSONObject {
    /// Checks a claim that only the issuer and the client know, in a time that does not tell where it differs.
    ///
    /// The error quotes neither.
    fileprivate func requireSecret(_ name: String, _ secret: String, _ expected: String) throws(JWTError) {
        guard let value = self[name] else { throw JWTError(.claimMissing, claim: name, expected: expected) }
        guard let text = value.stringValue, text.hasSameBytesInConstantTime(as: secret) else {
            let received = value.stringValue == nil ? value.kind : "another"
            throw JWTError(.claimInvalid, claim: name, expected: expected, received: received)
        }
    }
}
