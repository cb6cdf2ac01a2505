// Nested JWTs (RFC 7519 §11.2): signed first, then encrypted, so that nobody can see or take off the signature.

extension TokenSigner {
    /// Signs a token about a subject and encrypts it for one recipient.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - claims: More claims; they win over those that the signer adds.
    ///   - key: The recipient's key.
    ///   - contentEncryption: How to encrypt the content; nil for AES-GCM of 256 bits, or what the key is bound to.
    ///   - names: Claims to repeat in the clear in the outer header (RFC 7519 §5.3), for who routes by them.
    /// - Returns: The compact nested token.
    /// - Throws: `JWTError` where signing or encrypting fails, or `claim_missing` where a claim to repeat is not there.
    public func signAndEncrypt(
        subject: String,
        adding claims: JSONObject = [:],
        for key: EncryptionKey,
        using contentEncryption: ContentEncryptionAlgorithm? = nil,
        replicating names: [String] = []
    ) throws(JWTError) -> String {
        let token = try claims.isEmpty ? sign(subject: subject) : sign(subject: subject, adding: claims)
        return try Self.encrypt(token, for: key, using: contentEncryption, replicating: names)
    }

    /// Signs a token about a subject with the app's own claims and encrypts it for one recipient.
    ///
    /// - Parameters:
    ///   - subject: `sub`.
    ///   - claims: A value that encodes as an object; its claims win over those that the signer adds.
    ///   - key: The recipient's key.
    ///   - contentEncryption: How to encrypt the content; nil for AES-GCM of 256 bits, or what the key is bound to.
    ///   - names: Claims to repeat in the clear in the outer header (RFC 7519 §5.3), for who routes by them.
    /// - Returns: The compact nested token.
    /// - Throws: `JWTError` where signing or encrypting fails, or `claim_missing` where a claim to repeat is not there;
    ///   or whatever encoding throws.
    public func signAndEncrypt(
        subject: String,
        adding claims: some Encodable,
        for key: EncryptionKey,
        using contentEncryption: ContentEncryptionAlgorithm? = nil,
        replicating names: [String] = []
    ) throws -> String {
        let token = try sign(subject: subject, adding: claims)
        return try Self.encrypt(token, for: key, using: contentEncryption, replicating: names)
    }

    /// Signs exactly these claims and encrypts the token for one recipient.
    ///
    /// - Parameters:
    ///   - claims: All claims of the token.
    ///   - key: The recipient's key.
    ///   - contentEncryption: How to encrypt the content; nil for AES-GCM of 256 bits, or what the key is bound to.
    ///   - names: Claims to repeat in the clear in the outer header (RFC 7519 §5.3), for who routes by them.
    /// - Returns: The compact nested token.
    /// - Throws: `JWTError` where signing or encrypting fails, or `claim_missing` where a claim to repeat is not there.
    public func signAndEncrypt(
        _ claims: JSONObject,
        for key: EncryptionKey,
        using contentEncryption: ContentEncryptionAlgorithm? = nil,
        replicating names: [String] = []
    ) throws(JWTError) -> String {
        try Self.encrypt(sign(claims), for: key, using: contentEncryption, replicating: names)
    }

    private static func encrypt(
        _ token: String,
        for key: EncryptionKey,
        using contentEncryption: ContentEncryptionAlgorithm?,
        replicating names: [String]
    ) throws(JWTError) -> String {
        var header: JSONObject = ["cty": "JWT"]
        if !names.isEmpty {
            let claims = try UnverifiedToken(token).claims
            for name in names {
                guard !NestedHeader.isOwn(name), let value = claims[name] else {
                    throw JWTError(.claimMissing, claim: name)
                }
                header[name] = value
            }
        }
        return try JWE.encrypt(token.utf8, for: key, using: contentEncryption, header: header)
    }
}

extension TokenVerifier {
    /// Decrypts a nested token and verifies the one inside by this verifier's profile.
    ///
    /// - Parameters:
    ///   - token: The compact nested token, of at most the profile's size.
    ///   - decryptionKeys: The keys to decrypt with.
    ///   - allowed: The content encryptions to accept.
    /// - Returns: What the inner token says.
    /// - Throws: `JWTError` with the reason: `type_mismatch` where what was encrypted is not said to be a token,
    ///   `claim_invalid` where the outer header repeats a claim with another value.
    public func decryptAndVerify(
        _ token: String,
        with decryptionKeys: DecryptionKeySet,
        allowing allowed: [ContentEncryptionAlgorithm] = ContentEncryptionAlgorithm.all
    ) throws(JWTError) -> VerifiedToken {
        let outer = try JWE.decrypt(
            token,
            keys: decryptionKeys,
            allowing: allowed,
            maximumSize: profile.maximumTokenSize
        )
        // RFC 7519 §5.2: the content of a nested token is a token, and its header says so.
        let contentType = outer.header["cty"]?.stringValue
        guard ClaimRules.mediaType(contentType ?? "").hasSameBytes(as: "jwt") else {
            throw JWTError(.typeMismatch, expected: "cty JWT", received: contentType)
        }
        let inner = try verify(outer.plaintext)
        try NestedHeader.requireAgreement(of: outer.header, with: inner.claims)
        return inner
    }

    /// Decrypts a nested token, verifies the one inside and decodes its claims.
    ///
    /// - Parameters:
    ///   - token: The compact nested token, of at most the profile's size.
    ///   - type: The type to decode; it has only the claims the app knows.
    ///   - decryptionKeys: The keys to decrypt with.
    ///   - allowed: The content encryptions to accept.
    /// - Returns: The inner token and its claims.
    /// - Throws: `JWTError` with the reason; `claim_invalid` or `claim_missing` where the claims do not decode.
    public func decryptAndVerify<Claims: Decodable & Sendable>(
        _ token: String,
        as type: Claims.Type,
        with decryptionKeys: DecryptionKeySet,
        allowing allowed: [ContentEncryptionAlgorithm] = ContentEncryptionAlgorithm.all
    ) throws(JWTError) -> VerifiedClaims<Claims> {
        let verified = try decryptAndVerify(token, with: decryptionKeys, allowing: allowed)
        return VerifiedClaims(token: verified, claims: try Self.decode(type, from: verified))
    }
}

/// The header of a nested token's outer layer, where claims may be repeated (RFC 7519 §5.3).
private enum NestedHeader {
    /// The parameters that say something about the encryption, and are no repeated claims whatever a claim's name.
    private static let own = [
        "alg", "enc", "zip", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "epk", "apu",
        "apv", "iv", "tag", "p2s", "p2c",
    ]
    /// The claims that nobody puts into a header for another reason: there they must be in the token too.
    private static let claims = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"]

    static func isOwn(_ name: String) -> Bool { own.contains { $0.hasSameBytes(as: name) } }

    /// Checks that whatever is in both is the same.
    static func requireAgreement(of header: JSONObject, with claims: JSONObject) throws(JWTError) {
        for member in header.members where !isOwn(member.name) {
            let claim = claims[member.name]
            let mustBeThere = Self.claims.contains { $0.hasSameBytes(as: member.name) }
            guard claim == member.value || (claim == nil && !mustBeThere) else {
                throw JWTError(.claimInvalid, claim: member.name, expected: "the same in the header and the token")
            }
        }
    }
}
