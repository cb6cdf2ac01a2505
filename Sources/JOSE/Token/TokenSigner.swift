/// Signs tokens of one issuer for one audience.
///
/// ```swift
/// let signer = TokenSigner(key, issuer: issuer, audience: "orders", lifetime: .seconds(1800))
/// let text = try signer.sign(subject: "u1", adding: Order(cart: "c7"))
/// ```
public struct TokenSigner: Sendable {
    /// The key that signs.
    public let key: SigningKey
    private let writer: CompactWriter
    private let issued: IssuedClaims
    /// The claims' text up to the subject, and from there to the expiry: the same in every token.
    private let opening: [UInt8]
    private let middle: [UInt8]

    /// Makes a signer.
    ///
    /// - Parameters:
    ///   - key: The key; its `kid`, where it has one, goes into the header.
    ///   - issuer: `iss`.
    ///   - audience: `aud`.
    ///   - lifetime: From `iat` to `exp`; whole seconds, one at least.
    ///   - type: `typ` of the header.
    ///   - clock: Where `iat` comes from.
    public init(
        _ key: SigningKey,
        issuer: String,
        audience: Audience,
        lifetime: Duration,
        type: String = "at+jwt",
        clock: EpochClock = .system
    ) {
        self.key = key
        issued = IssuedClaims(issuer: issuer, audience: audience, lifetime: lifetime, clock: clock)
        let header = TokenHeader.parameters(algorithm: key.algorithm, type: type, keyID: key.keyID)
        writer = CompactWriter(header: header, key: key)
        opening = Array("{\"iss\":\(JSONValue.string(issuer).text),\"sub\":".utf8)
        middle = Array(",\"aud\":\(audience.json.text),\"exp\":".utf8)
    }

    /// Signs a token about a subject with the claims `iss sub aud exp iat jti`.
    ///
    /// - Parameter subject: `sub`.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func sign(subject: String) throws(JWTError) -> String {
        let now = issued.clock.now
        let expiresAt = JSONNumber(issued.expiry(after: now)).description
        let issuedAt = JSONNumber(now).description
        let id = IssuedClaims.newID()
        func write(to json: inout JSONWriter) {
            withBytes(of: opening) { json.write(raw: $0) }
            json.write(subject)
            withBytes(of: middle) { json.write(raw: $0) }
            withBytes(of: expiresAt) { json.write(raw: $0) }
            json.write(",\"iat\":" as StaticString)
            withBytes(of: issuedAt) { json.write(raw: $0) }
            json.write(",\"jti\":" as StaticString)
            json.write(id)
            json.write(byte: UInt8(ascii: "}"))
        }
        return try JSONWriter.withText(write) { (payload) throws(JWTError) in
            try writer.write(payload)
        }
    }

    /// Signs a token about a subject with the claims `iss sub aud exp iat jti` and the app's own.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - claims: A value that encodes as an object; its claims win over those named above.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails, or whatever encoding throws.
    public func sign(subject: String, adding claims: some Encodable) throws -> String {
        try sign(issued.claims(about: subject, adding: claims))
    }

    /// Signs a token about a subject with the claims `iss sub aud exp iat jti` and others.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - claims: More claims; they win over those named above.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func sign(subject: String, adding claims: JSONObject) throws(JWTError) -> String {
        try sign(issued.claims(about: subject).merging(claims))
    }

    /// Signs exactly these claims; only the header is the signer's.
    ///
    /// - Parameter claims: All claims of the token.
    /// - Returns: The compact token.
    /// - Throws: `JWTError` where signing fails.
    public func sign(_ claims: JSONObject) throws(JWTError) -> String {
        try JSONWriter.withText({ $0.write(claims) }) { (payload) throws(JWTError) in
            try writer.write(payload)
        }
    }
}
