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
        let (raw, payload) = try withBytes(of: text) { (text) throws(JWTError) -> ([UInt8], [UInt8]) in
            guard text.count <= 1 << 20 else { throw JWTError(.tooLarge, expected: "at most \(1 << 20) bytes") }
            guard let parts = CompactJWS(text), let header = parts.header(in: text),
                let payload = parts.payload(in: text), Base64URL.decode(buffer: parts.signature(in: text)) != nil
            else { throw JWTError(.malformed) }
            return (header, payload)
        }
        do throws(JSONError) {
            header = try JSONObject(parsing: raw, limits: JWSHeader.limits)
            claims = try JSONObject(parsing: payload)
        } catch {
            throw JWTError(error)
        }
    }
}
