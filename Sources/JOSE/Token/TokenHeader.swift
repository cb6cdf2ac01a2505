/// The header of a verified token.
public struct TokenHeader: Sendable {
    /// The algorithm of the key that verified.
    public let algorithm: SignatureAlgorithm
    /// The name of the key that verified; nil where the token named none.
    public let keyID: String?
    /// The token's `typ`, as it is written.
    public let type: String?
    /// The header as it was signed: its JSON text.
    let bytes: [UInt8]

    /// All header parameters.
    ///
    /// They are parsed at each call: keep the result where several are read.
    public var parameters: JSONObject {
        // The header was read strictly before; it cannot fail now.
        (try? JSONObject(parsing: bytes, limits: JWSHeader.limits)) ?? [:]
    }
}
