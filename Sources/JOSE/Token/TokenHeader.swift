/// The header of a verified token.
public struct TokenHeader: Sendable {
    /// The algorithm of the key that verified.
    public let algorithm: SignatureAlgorithm
    /// The name of the key that verified, as the token gives it.
    public let keyID: String?
    /// The token's `typ`, as it is written.
    public let type: String?
}
