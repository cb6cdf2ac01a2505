/// A token's content that nobody has verified: for a person to look at, never to decide by.
///
/// It is the only door to unverified content, and there is no way from it to a ``VerifiedToken``.
public struct UnverifiedToken: Sendable {
    /// The header as it is written.
    public let header: JSONObject
    /// The claims as they are written.
    public let claims: JSONObject

    /// Takes a token apart without verifying it.
    ///
    /// - Parameter text: The compact token, of at most 1 MiB.
    /// - Throws: `JWTError` where it is malformed or too large.
    public init(_ text: String) throws(JWTError) {
        let parts = try withBytes(of: text) { (text) throws(JWTError) -> CompactJWS in
            guard text.count <= 1 << 20 else { throw JWTError(.tooLarge, expected: "1 MiB") }
            guard let parts = CompactJWS(text),
                Base64URL.decode(buffer: text.slice(parts.signedCount + 1..<text.count)) != nil
            else { throw JWTError(.malformed) }
            return parts
        }
        do {
            header = try JSONObject(parsing: parts.bytes[..<parts.headerCount], limits: JWSHeader.limits)
            claims = try JSONObject(parsing: parts.bytes[parts.headerCount...])
        } catch {
            throw JWTError(.malformed)
        }
    }
}
