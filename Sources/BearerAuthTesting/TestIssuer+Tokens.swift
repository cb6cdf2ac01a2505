public import JOSE

extension TestIssuer {
    /// Signs a token that is good unless the arguments say otherwise.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - scope: The scope values, separated by spaces.
    ///   - clientID: `client_id`.
    ///   - sessionID: `sid`.
    ///   - lifetime: From `iat` to `exp`.
    ///   - type: `typ` of the header.
    ///   - audience: `aud`, where it is not the issuer's usual one.
    ///   - claims: More claims, or others in the place of those.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func token(
        subject: String = "u1",
        scope: String = "",
        clientID: String = "app",
        sessionID: String = "s1",
        lifetime: Duration = .seconds(1800),
        type: String = "at+jwt",
        audience: Audience? = nil,
        adding claims: JSONObject = [:]
    ) throws(JWTError) -> String {
        let signer = TokenSigner(
            key,
            issuer: issuer,
            audience: audience ?? self.audience,
            lifetime: lifetime,
            type: type,
            clock: clock
        )
        let own: JSONObject = [
            "client_id": .string(clientID), "sid": .string(sessionID), "scope": .string(scope),
        ]
        return try signer.sign(subject: subject, adding: own.merging(claims))
    }

    /// Signs a token that has expired, by a minute.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - scope: The scope values, separated by spaces.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func expiredToken(subject: String = "u1", scope: String = "") throws(JWTError) -> String {
        let now = clock.now
        return try token(
            subject: subject,
            scope: scope,
            adding: ["iat": .number(JSONNumber(now - 1860)), "exp": .number(JSONNumber(now - 60))]
        )
    }

    /// Signs a token with a key of the same name that is not the issuer's.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - scope: The scope values, separated by spaces.
    /// - Returns: The compact token.
    /// - Throws: `KeyError` or `JWTError` where signing fails.
    public func forgedToken(subject: String = "u1", scope: String = "") throws -> String {
        let forger = try TestIssuer(key.algorithm, keyID: key.keyID, issuer: issuer, audience: audience)
        forger.advance(by: clock.now - forger.clock.now)
        return try forger.token(subject: subject, scope: scope)
    }

    /// Signs a token and takes it back.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - scope: The scope values, separated by spaces.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func revokedToken(subject: String = "u1", scope: String = "") throws(JWTError) -> String {
        let token = try token(subject: subject, scope: scope)
        revoke(token: token)
        return token
    }
}
