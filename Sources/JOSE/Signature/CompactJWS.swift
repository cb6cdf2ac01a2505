/// Where the parts of a compact JWS (RFC 7515 §3.1) stand.
///
/// Nothing in it is trusted yet.
struct CompactJWS {
    private let firstDot: Int
    private let secondDot: Int

    /// Finds the parts; nil where there are no two dots, or no header or signature.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        guard let firstDot = text.firstIndex(of: UInt8(ascii: "."), from: 0) else { return nil }
        self.init(text, firstDot: firstDot)
    }

    /// Finds the parts of a text whose first dot is known.
    init?(_ text: UnsafeBufferPointer<UInt8>, firstDot: Int) {
        guard firstDot > 0, let secondDot = text.firstIndex(of: UInt8(ascii: "."), from: firstDot &+ 1),
            // A third dot, wherever it stands, is outside the alphabet of the signature.
            secondDot &+ 1 < text.count
        else { return nil }
        self.firstDot = firstDot
        self.secondDot = secondDot
    }

    /// The header's bytes; nil where it is no strict base64url.
    func header(in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        Base64URL.decode(buffer: text.slice(0..<firstDot))
    }

    /// The payload's bytes; nil where it is no strict base64url.
    @inline(__always)
    func payload(in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        Base64URL.decode(buffer: text.slice(firstDot &+ 1..<secondDot))
    }

    /// The signature's text.
    @inline(__always)
    func signature(in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        text.slice(secondDot &+ 1..<text.count)
    }

    /// Checks the signature that stands in the text this was made from.
    ///
    /// - Throws: `JWTError` `malformed` where it is no base64url, `signature_invalid` where it is not the key's.
    func requireSignature(
        of verifier: any SignatureVerifying,
        in text: UnsafeBufferPointer<UInt8>
    ) throws(JWTError) {
        let encoded = signature(in: text)
        guard let count = Base64URL.decodedCount(encoded.count) else { throw JWTError(.malformed) }
        let isValid = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count) { buffer -> Bool? in
            guard Base64URL.decode(encoded, into: buffer) else { return nil }
            return verifier.isValid(UnsafeBufferPointer(buffer), for: text.slice(0..<secondDot))
        }
        guard let isValid else { throw JWTError(.malformed) }
        guard isValid else { throw JWTError(.signatureInvalid) }
    }
}
