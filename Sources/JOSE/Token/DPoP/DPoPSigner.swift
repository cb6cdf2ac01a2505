/// Makes DPoP proofs, by which a client shows that it has the key its tokens are bound to (RFC 9449 §4.2).
///
/// ```swift
/// let signer = try DPoPSigner(SigningKey.generate(.es256))
/// request.headers["DPoP"] = try signer.proof(method: "GET", url: url, accessToken: token)
/// request.headers["Authorization"] = "DPoP \(token)"
/// ```
///
/// Each request needs a proof of its own.
public struct DPoPSigner: Sendable {
    /// The key that signs.
    public let key: SigningKey
    /// The RFC 7638 thumbprint of the key: `dpop_jkt` of an authorisation request (RFC 9449 §10).
    public let thumbprint: String
    private let writer: CompactWriter
    private let clock: EpochClock

    /// Makes a signer.
    ///
    /// - Parameters:
    ///   - key: The client's own key, of an asymmetric algorithm.
    ///   - clock: Where `iat` comes from.
    /// - Throws: `KeyError` `algorithm_mismatch` for a symmetric key, which would stand in the proof.
    public init(_ key: SigningKey, clock: EpochClock = .system) throws(KeyError) {
        guard !key.algorithm.isSymmetric else {
            throw KeyError(.algorithmMismatch, "a DPoP proof needs an asymmetric key")
        }
        self.key = key
        self.clock = clock
        let members = key.material.verifying.members(private: false)
        thumbprint = try JWK(members: members).thumbprint()
        let header: JSONObject = [
            "typ": .string(PresentedProof.type), "alg": .string(key.algorithm.name), "jwk": .object(members),
        ]
        writer = CompactWriter(header: header, key: key)
    }

    /// Signs a proof for one request.
    ///
    /// - Parameters:
    ///   - method: The request's method.
    ///   - url: The request's URL; its query and fragment stay out of the proof.
    ///   - accessToken: The token that the request presents; nil at a token endpoint.
    ///   - nonce: What the server last gave in a `DPoP-Nonce` header field, if it did.
    /// - Returns: The value of the request's `DPoP` header field.
    /// - Throws: `JWTError` where the URL is no absolute `http` URL, or signing fails.
    public func proof(
        method: String,
        url: String,
        accessToken: String? = nil,
        nonce: String? = nil
    ) throws(JWTError) -> String {
        guard let target = TargetURI(url) else {
            throw JWTError(.claimInvalid, claim: "htu", expected: "an absolute http or https URL")
        }
        var claims: JSONObject = [
            "jti": .string(IssuedClaims.newID()), "htm": .string(method), "htu": .string(target.text),
            "iat": .number(JSONNumber(clock.now)),
        ]
        if let accessToken { claims["ath"] = .string(TokenHash.sha256(accessToken)) }
        if let nonce { claims["nonce"] = .string(nonce) }
        return try withBytes(of: claims.serialized()) { (payload) throws(JWTError) in try writer.write(payload) }
    }
}
