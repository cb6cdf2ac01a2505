/// A compact JWS (RFC 7515 §3.1) taken apart: where its parts stand, its header and payload decoded.
///
/// Nothing in it is trusted yet.
struct CompactJWS {
    /// The decoded header and, right after it, the decoded payload.
    let bytes: [UInt8]
    /// How many of the bytes are the header.
    let headerCount: Int
    /// How many bytes of the text are signed: header, dot, payload.
    let signedCount: Int

    /// Takes a token apart; nil where it is not two dots and three parts of strict base64url.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard let firstDot = text.firstIndex(of: UInt8(ascii: "."), from: 0), firstDot > 0,
            let secondDot = text.firstIndex(of: UInt8(ascii: "."), from: firstDot &+ 1),
            // A third dot, wherever it stands, is outside the alphabet of the signature.
            secondDot &+ 1 < text.count,
            let headerCount = Base64URL.decodedCount(firstDot),
            let payloadCount = Base64URL.decodedCount(secondDot &- firstDot &- 1)
        else { return nil }
        var isValid = false
        bytes = [UInt8](unsafeUninitializedCapacity: headerCount &+ payloadCount) { buffer, count in
            let header = UnsafeMutableBufferPointer(rebasing: buffer[..<headerCount])
            let payload = UnsafeMutableBufferPointer(rebasing: buffer[headerCount...])
            isValid =
                Base64URL.decode(text.slice(0..<firstDot), into: header)
                && Base64URL.decode(text.slice(firstDot &+ 1..<secondDot), into: payload)
            count = isValid ? headerCount &+ payloadCount : 0
        }
        guard isValid else { return nil }
        self.headerCount = headerCount
        signedCount = secondDot
    }

    /// Checks the signature that stands in the text this was made from.
    ///
    /// - Throws: `JWTError` `malformed` where it is no base64url, `signature_invalid` where it is not the key's.
    func requireSignature(
        of verifier: any SignatureVerifying,
        in text: UnsafeBufferPointer<UInt8>
    ) throws(JWTError) {
        let encoded = text.slice(signedCount &+ 1..<text.count)
        guard let count = Base64URL.decodedCount(encoded.count) else { throw JWTError(.malformed) }
        let isValid = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer -> Bool? in
            guard Base64URL.decode(encoded, into: buffer) else { return nil }
            return verifier.isValid(UnsafeBufferPointer(buffer), for: text.slice(0..<signedCount))
        }
        guard let isValid else { throw JWTError(.malformed) }
        guard isValid else { throw JWTError(.signatureInvalid) }
    }
}
