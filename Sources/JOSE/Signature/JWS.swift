/// JSON Web Signatures over any payload: compact here, in JSON beside it.
///
/// Tokens have their own types, ``TokenSigner`` and ``TokenVerifier``, which check what is signed as well, and take the
/// compact form alone, with its payload inside and encoded.
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

    /// How a payload is signed and carried.
    public struct Options: OptionSet, Sendable {
        /// The options as bits.
        public let rawValue: Int

        /// Makes options from bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The payload is left out of the text and travels apart from it (RFC 7515 appendix F).
        public static let detached = Options(rawValue: 1)
        /// The payload is signed and written as it is, not in base64url: `b64` is false (RFC 7797).
        public static let unencoded = Options(rawValue: 2)
    }

    /// Signs a payload.
    ///
    /// - Parameters:
    ///   - payload: Any bytes; printable ASCII without a dot where it is neither encoded nor detached.
    ///   - extra: Header parameters besides `alg` and `kid`, which are the key's.
    ///   - key: The key that signs.
    ///   - options: Whether the payload is left out, and whether it is encoded.
    /// - Returns: The compact JWS.
    /// - Throws: `JWTError` where the header asks for another algorithm or an extension, or signing fails.
    public static func sign(
        payload: some Collection<UInt8>,
        header extra: JSONObject = [:],
        key: SigningKey,
        options: Options = []
    ) throws(JWTError) -> String {
        let header = try SignatureHeader(
            signing: key.verifyingKey,
            protected: extra,
            unprotected: [:],
            options: options
        )
        guard !options.isEmpty else {
            let writer = CompactWriter(header: header.protected, key: key)
            return try withBytes(of: payload) { (payload) throws(JWTError) in try writer.write(payload) }
        }
        let content = JWSContent(payload, options: options)
        return try content.compact(header, signature: key.sign(header.signingInput(content.signed)))
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
            let header = try SignatureHeader(text: parts.headerText(in: text))
            let payload: [UInt8]
            if header.isEncoded {
                guard let decoded = parts.payload(in: text) else { throw JWTError(.malformed) }
                payload = decoded
            } else {
                payload = Array(parts.payloadText(in: text))
                guard JWSContent.mayStandInCompact(payload) else { throw JWTError(.malformed) }
            }
            let key = try header.key(in: keys)
            try parts.requireSignature(of: key.verifier, in: text)
            return Verified(header: header.protected, payload: payload, algorithm: key.algorithm)
        }
    }

    /// Verifies a compact JWS whose payload came apart from it (RFC 7515 appendix F).
    ///
    /// - Parameters:
    ///   - text: The compact JWS, with nothing between its dots.
    ///   - content: The payload's bytes.
    ///   - keys: The keys to choose from, by `kid` and algorithm.
    ///   - maximumSize: How many bytes the text may have, and the content.
    /// - Returns: The payload and the header.
    /// - Throws: `JWTError` where it is malformed, has a payload, or is no key's.
    public static func verify(
        _ text: String,
        detached content: some Collection<UInt8>,
        keys: KeySet,
        maximumSize: Int = 1 << 20
    ) throws(JWTError) -> Verified {
        guard content.count <= maximumSize else { throw JWTError(.tooLarge, expected: "at most \(maximumSize) bytes") }
        return try withBytes(of: text) { (text) throws(JWTError) in
            guard text.count <= maximumSize else { throw JWTError(.tooLarge, expected: "\(maximumSize) bytes") }
            guard let parts = CompactJWS(text) else { throw JWTError(.malformed) }
            guard parts.payloadText(in: text).isEmpty else {
                throw JWTError(.malformed, expected: "no payload: the content is detached")
            }
            let header = try SignatureHeader(text: parts.headerText(in: text))
            guard let signature = Base64URL.decode(buffer: parts.signature(in: text)) else {
                throw JWTError(.malformed)
            }
            let key = try header.key(in: keys)
            let signed = JWSContent(content, options: header.isEncoded ? [] : .unencoded).signed
            guard key.isValid(signature: signature, for: header.signingInput(signed)) else {
                throw JWTError(.signatureInvalid)
            }
            return Verified(header: header.protected, payload: Array(content), algorithm: key.algorithm)
        }
    }
}
