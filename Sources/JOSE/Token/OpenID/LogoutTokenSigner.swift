/// Signs the logout tokens that an OpenID provider sends to its clients.
///
/// ```swift
/// let signer = LogoutTokenSigner(key, issuer: issuer)
/// let text = try signer.sign(for: "app", subject: "u1", sessionID: "s1")
/// ```
///
/// They follow OpenID Connect Back-Channel Logout 1.0 §2.4; `logoutToken` of ``TokenProfile``
/// is their other side.
public struct LogoutTokenSigner: Sendable {
    /// The key that signs.
    public let key: SigningKey
    private let writer: CompactWriter
    private let issuer: String
    private let lifetime: Int64
    private let clock: EpochClock

    /// Makes a signer.
    ///
    /// - Parameters:
    ///   - key: The key that signs the provider's ID tokens too.
    ///   - issuer: `iss`.
    ///   - lifetime: From `iat` to `exp`; the standard asks for two minutes at most.
    ///   - clock: Where `iat` comes from.
    public init(
        _ key: SigningKey,
        issuer: String,
        lifetime: Duration = .seconds(120),
        clock: EpochClock = .system
    ) {
        self.key = key
        self.issuer = issuer
        self.lifetime = min(max(lifetime.components.seconds, 1), NumericDate.last)
        self.clock = clock
        let header = TokenHeader.parameters(algorithm: key.algorithm, type: "logout+jwt", keyID: key.keyID)
        writer = CompactWriter(header: header, key: key)
    }

    /// Signs a token that ends a user's session, or all of the user's sessions where none is named.
    ///
    /// - Parameters:
    ///   - clientID: `aud`: the client that is to end them.
    ///   - subject: `sub`.
    ///   - sessionID: `sid`.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func sign(
        for clientID: String,
        subject: String,
        sessionID: String? = nil
    ) throws(JWTError) -> String {
        try sign(["sub": .string(subject)], clientID, sessionID)
    }

    /// Signs a token that ends one session, whose user it does not name.
    ///
    /// - Parameters:
    ///   - clientID: `aud`: the client that is to end it.
    ///   - sessionID: `sid`.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func sign(for clientID: String, sessionID: String) throws(JWTError) -> String {
        try sign([:], clientID, sessionID)
    }

    private func sign(_ subject: JSONObject, _ clientID: String, _ sessionID: String?) throws(JWTError) -> String {
        let now = clock.now
        let (expiry, overflow) = now.addingReportingOverflow(lifetime)
        var claims = JSONObject(dictionaryLiteral: ("iss", .string(issuer))).merging(subject)
        claims["aud"] = .string(clientID)
        claims["exp"] = .number(JSONNumber(overflow ? .max : expiry))
        claims["iat"] = .number(JSONNumber(now))
        claims["jti"] = .string(IssuedClaims.newID())
        if let sessionID { claims["sid"] = .string(sessionID) }
        claims["events"] = .object([TokenProfile.logoutEvent: .object([:])])
        return try withBytes(of: claims.serialized()) { (payload) throws(JWTError) in try writer.write(payload) }
    }
}
