/// JSON Web Signatures in their compact form over any payload.
///
/// Tokens have their own types, ``TokenSigner`` and ``TokenVerifier``, which check what is signed as well.
public enum JWS {
    /// A payload whose signature holds.
    public struct Verified: Sendable {
        /// The header, authenticated.
        public let header: JSONObject
        /// The payload's bytes.
        public let payload: [UInt8]
        /// The algorithm of the key that verified.
        public let algorithm: SignatureAlgorithm
    }

    /// Signs a payload.
    ///
    /// - Parameters:
    ///   - payload: Any bytes.
    ///   - extra: Header parameters besides `alg` and `kid`, which are the key's.
    ///   - key: The key that signs.
    /// - Returns: The compact JWS.
    /// - Throws: `JWTError` where the header asks for another algorithm or an extension, or signing fails.
    public static func sign(
        payload: some Collection<UInt8>,
        header extra: JSONObject = [:],
        key: SigningKey
    ) throws(JWTError) -> String {
        for name in ["alg", "crit", "b64"] where extra[name] != nil { throw JWTError(.malformed) }
        var header: JSONObject = ["alg": .string(key.algorithm.name)]
        for member in extra.members { header[member.name] = member.value }
        if let keyID = key.keyID { header["kid"] = .string(keyID) }
        let writer = CompactWriter(header: header, key: key)
        return try withBytes(of: payload) { (payload) throws(JWTError) in try writer.write(payload) }
    }

    /// Verifies a compact JWS.
    ///
    /// - Parameters:
    ///   - text: The compact JWS.
    ///   - keys: The keys to choose from, by `kid` and algorithm.
    ///   - maximumSize: How many bytes the text may have.
    /// - Returns: The payload and the header.
    /// - Throws: `JWTError` where it is malformed or no key's.
    public static func verify(
        _ text: String,
        keys: KeySet,
        maximumSize: Int = 1 << 20
    ) throws(JWTError) -> Verified {
        try withBytes(of: text) { (text) throws(JWTError) in
            guard text.count <= maximumSize else { throw JWTError(.tooLarge, expected: "\(maximumSize) bytes") }
            guard let parts = CompactJWS(text) else { throw JWTError(.malformed) }
            let (key, header) = try parts.bytes.withUnsafeBufferPointer { bytes in
                Result { () throws(JWTError) -> (VerifyingKey, JSONObject) in
                    let raw = bytes.slice(0..<parts.headerCount)
                    do {
                        var scanner = try JSONScanner(raw, limits: JWSHeader.limits)
                        let key = try keys.key(for: JWSHeader(&scanner), in: scanner, allowed: nil)
                        return (key, try JSONObject(parsing: raw, limits: JWSHeader.limits))
                    } catch let error as JWTError {
                        throw error
                    } catch {
                        throw JWTError(.malformed)
                    }
                }
            }.get()
            try parts.requireSignature(of: key.verifier, in: text)
            return Verified(
                header: header,
                payload: Array(parts.bytes[parts.headerCount...]),
                algorithm: key.algorithm
            )
        }
    }
}
