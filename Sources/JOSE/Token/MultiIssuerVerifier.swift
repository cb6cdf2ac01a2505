/// Verifies tokens of several issuers, each with keys and rules of its own.
///
/// ```swift
/// let verifier = MultiIssuerVerifier([
///     TokenVerifier(.accessToken(issuer: "https://id.example", audience: "orders"), keys: ownKeys),
///     TokenVerifier(.accessToken(issuer: "https://partner.example", audience: "orders"), keys: partnerKeys),
/// ])
/// let token = try verifier.verify(text)
/// ```
///
/// Keys belong to `iss` (RFC 8725 §3.8): the token's `iss`, not verified yet, only chooses among the issuers named
/// here, and then that issuer's verifier decides all. No issuer's key ever vouches for another's name.
public struct MultiIssuerVerifier: Sendable {
    /// The verifiers; of two whose rules an issuer meets, the first decides.
    public let verifiers: [TokenVerifier]
    private let rules: [IssuerRule]
    private let maximumTokenSize: Int

    /// Makes a verifier of several; each one's profile must name its issuer.
    public init(_ verifiers: [TokenVerifier]) {
        let rules = verifiers.compactMap(\.profile.issuer)
        precondition(rules.count == verifiers.count, "each verifier's profile needs an issuer")
        self.verifiers = verifiers
        self.rules = rules
        maximumTokenSize = verifiers.map(\.profile.maximumTokenSize).max() ?? 0
    }

    /// Verifies a token by the rules and keys of the issuer it names.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: What it says.
    /// - Throws: `JWTError` with the reason; `issuer_mismatch` for an issuer that is not among those named.
    public func verify(_ token: String) throws(JWTError) -> VerifiedToken {
        try verifier(for: token).verify(token)
    }

    /// The verifier of the issuer that a token names: what the token says is not verified by this.
    ///
    /// - Parameter token: The compact token.
    /// - Returns: The verifier that must decide about the token.
    /// - Throws: `JWTError` where the token is malformed, too large, or of no issuer named here.
    public func verifier(for token: String) throws(JWTError) -> TokenVerifier {
        let payload = try withBytes(of: token) { (text) throws(JWTError) in
            guard text.count <= maximumTokenSize else {
                throw JWTError(
                    .tooLarge,
                    expected: "at most \(maximumTokenSize) bytes",
                    received: "\(text.count) bytes"
                )
            }
            guard let payload = CompactJWS(text)?.payload(in: text) else { throw JWTError(.malformed) }
            return payload
        }
        let claims: JSONObject
        do throws(JSONError) {
            claims = try JSONObject(parsing: payload)
        } catch {
            throw JWTError(error)
        }
        let expected = rules.map(\.description).joined(separator: " ")
        guard let value = claims["iss"] else { throw JWTError(.claimMissing, claim: "iss", expected: expected) }
        guard let issuer = value.stringValue else {
            throw JWTError(.claimInvalid, claim: "iss", expected: "a string", received: value.kind)
        }
        guard let index = rules.firstIndex(where: { $0.mayBeMet(by: issuer) }) else {
            throw JWTError(.issuerMismatch, claim: "iss", expected: expected, received: issuer)
        }
        return verifiers[index]
    }
}
