extension SignatureAlgorithm {
    /// Turns an ECDSA signature in DER, as key management services and OpenSSL give it, into the form of a JWS.
    ///
    /// The one DER spelling of `ECDSA-Sig-Value` (RFC 3279 §2.2.3) is taken: nothing before, between or behind, no
    /// needless zero. Whether the signature holds is another question.
    ///
    /// - Parameter der: The signature in DER.
    /// - Returns: r and s, each of the curve's size (RFC 7518 §3.4).
    /// - Throws: `JWTError` `signature_invalid` for other bytes, or `algorithm_not_allowed` where this is not ECDSA.
    public func signature(fromDER der: some Collection<UInt8>) throws(JWTError) -> [UInt8] {
        let size: Int
        switch kind {
        case .es256: size = 32
        case .es384: size = 48
        case .es512: size = 66
        default: throw JWTError(.algorithmNotAllowed, expected: "ES256 ES384 ES512", received: name)
        }
        // Two numbers with their tags and a sign byte each, and the sequence around them.
        guard der.count <= 2 * (size + 3) + 3 else { throw JWTError(.signatureInvalid) }
        let bytes = Array(der)
        var outer = DERReader(bytes)
        guard var sequence = outer.sequence(), let r = sequence.integer(), let s = sequence.integer(),
            r != [0], s != [0], r.count <= size, s.count <= size,
            bytes == DERWriter.sequence(DERWriter.integer(r), DERWriter.integer(s))
        else { throw JWTError(.signatureInvalid) }
        return [r, s].flatMap { [UInt8](repeating: 0, count: size - $0.count) + $0 }
    }
}
