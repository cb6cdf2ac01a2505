internal import JOSE

/// An issuer whose tokens are taken, and where it is asked for its keys.
///
/// ```swift
/// let auth = try BearerAuth(
///     issuers: [
///         "https://id.example",
///         .template("https://login.example/{tenant}/v2.0", claim: "tid", metadata: "https://login.example/common/v2.0"),
///     ],
///     audience: "orders"
/// )
/// ```
public struct TrustedIssuer: Sendable, Hashable, ExpressibleByStringLiteral {
    /// What its metadata must name as `issuer`.
    let name: String
    /// Where its metadata is looked for.
    let address: String
    /// The claim that a template's placeholder stands for; nil where the name is a token's `iss` as it is.
    let claim: String?

    /// An issuer, byte for byte as its metadata and its tokens name it.
    public init(_ issuer: String) { (name, address, claim) = (issuer, issuer, nil) }

    /// An issuer, byte for byte as its metadata and its tokens name it.
    public init(stringLiteral value: String) { self.init(value) }

    private init(name: String, address: String, claim: String) {
        (self.name, self.address, self.claim) = (name, address, claim)
    }

    /// An issuer that names each of its tenants in its tokens, and all of them by a template in its metadata.
    ///
    /// Any tenant passes: which of them may come in is for the app to decide, by the claim.
    ///
    /// - Parameters:
    ///   - template: The template as the metadata gives it: one placeholder in braces, a whole segment of the path.
    ///   - claim: The claim whose value stands in the placeholder's place in a token's `iss`.
    ///   - address: The address whose `/.well-known/openid-configuration` is the metadata.
    /// - Returns: The issuer.
    public static func template(_ template: String, claim: String, metadata address: String) -> TrustedIssuer {
        TrustedIssuer(name: template, address: address, claim: claim)
    }

    /// The rule for a token's `iss`.
    func rule() throws(IssuerError) -> IssuerRule {
        guard let claim else { return .exact(name) }
        do throws(JWTError) {
            return try .template(name, claim: claim)
        } catch {
            throw IssuerError(description: "\(name) is no URL with one {placeholder} as a segment of its path")
        }
    }
}

/// An address that is not an issuer's.
public struct IssuerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in words.
    public let description: String
}
