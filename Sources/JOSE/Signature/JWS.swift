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
            guard let parts = CompactJWS(text), let raw = parts.header(in: text),
                let payload = parts.payload(in: text)
            else { throw JWTError(.malformed) }
            let key = try keys.key(forHeader: raw)
            try parts.requireSignature(of: key.verifier, in: text)
            do throws(JSONError) {
                let header = try JSONObject(parsing: raw, limits: JWSHeader.limits)
                return Verified(header: header, payload: payload, algorithm: key.algorithm)
            } catch {
                throw JWTError(error)
            }
        }
    }
}

extension KeySet {
    /// The one key that a header names.
    fileprivate func key(forHeader bytes: [UInt8]) throws(JWTError) -> VerifyingKey {
        try bytes.withUnsafeBufferPointer { (bytes) throws(JWTError) in
            var scanner = try JWSHeader.scanner(bytes)
            return try key(for: JWSHeader(&scanner), in: scanner, allowed: nil)
        }
    }
}
