/// Signs tokens of one issuer for one audience with a key that is somewhere else.
///
/// It is ``TokenSigner`` for an ``ExternalSigner``: the same claims and the same header, one wait a token.
public struct ExternalTokenSigner: Sendable {
    /// Who signs.
    public let signer: any ExternalSigner
    private let header: JSONObject
    private let issued: IssuedClaims

    /// Makes a signer.
    ///
    /// - Parameters:
    ///   - signer: Who signs; the key's `kid`, where it has one, goes into the header.
    ///   - issuer: `iss`.
    ///   - audience: `aud`.
    ///   - lifetime: From `iat` to `exp`; whole seconds, one at least.
    ///   - type: `typ` of the header.
    ///   - clock: Where `iat` comes from.
    public init(
        _ signer: any ExternalSigner,
        issuer: String,
        audience: Audience,
        lifetime: Duration,
        type: String = "at+jwt",
        clock: EpochClock = .system
    ) {
        self.signer = signer
        header = ["typ": .string(type)]
        issued = IssuedClaims(issuer: issuer, audience: audience, lifetime: lifetime, clock: clock)
    }

    /// Signs a token about a subject with the claims `iss sub aud exp iat jti`.
    ///
    /// - Parameter subject: `sub`.
    /// - Returns: The compact token.
    /// - Throws: Whatever the signer throws; `JWTError` `signing_failed` where the signature is not the key's.
    public func sign(subject: String) async throws -> String {
        try await sign(issued.claims(about: subject))
    }

    /// Signs a token about a subject with the claims `iss sub aud exp iat jti` and the app's own.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - claims: A value that encodes as an object; its claims win over those named above.
    /// - Returns: The compact token.
    /// - Throws: Whatever the signer or encoding throws; `JWTError` `signing_failed` where the signature is not the key's.
    public func sign(subject: String, adding claims: some Encodable) async throws -> String {
        let claims = try issued.claims(about: subject, adding: claims)
        return try await sign(claims)
    }

    /// Signs a token about a subject with the claims `iss sub aud exp iat jti` and others.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - claims: More claims; they win over those named above.
    /// - Returns: The compact token.
    /// - Throws: Whatever the signer throws; `JWTError` `signing_failed` where the signature is not the key's.
    public func sign(subject: String, adding claims: JSONObject) async throws -> String {
        try await sign(issued.claims(about: subject).merging(claims))
    }

    /// Signs exactly these claims; only the header is the signer's.
    ///
    /// - Parameter claims: All claims of the token.
    /// - Returns: The compact token.
    /// - Throws: Whatever the signer throws; `JWTError` `signing_failed` where the signature is not the key's.
    public func sign(_ claims: JSONObject) async throws -> String {
        try await JWS.sign(payload: claims.serialized(), header: header, signer: signer)
    }
}
