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
    ///
    /// A third dot, wherever it stands, is in one of the parts then, and outside of their alphabet.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - firstDot: Where its first dot stands.
    ///   - signatureCount: How many characters the signature should have, where that is known: the dot before it need
    ///     not be looked for.
    @inline(__always)
    init?(_ text: UnsafeBufferPointer<UInt8>, firstDot: Int, signatureCount: Int? = nil) {
        if let signatureCount, signatureCount > 0 {
            let likely = text.count &- signatureCount &- 1
            if likely > firstDot, firstDot > 0, text[likely] == UInt8(ascii: ".") {
                (self.firstDot, secondDot) = (firstDot, likely)
                return
            }
        }
        // From the end, for a signature is shorter than most payloads.
        guard firstDot > 0, let secondDot = text.lastIndex(of: UInt8(ascii: "."), downTo: firstDot &+ 1),
            secondDot &+ 1 < text.count
        else { return nil }
        self.firstDot = firstDot
        self.secondDot = secondDot
    }

    /// The header's text.
    @inline(__always)
    func headerText(in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> { text.slice(0..<firstDot) }

    /// The payload's text; empty where the content is detached.
    @inline(__always)
    func payloadText(in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        text.slice(firstDot &+ 1..<secondDot)
    }

    /// The header's bytes; nil where it is no strict base64url.
    func header(in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        Base64URL.decode(buffer: headerText(in: text))
    }

    /// The payload's bytes; nil where it is no strict base64url.
    func payload(in text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        Base64URL.decode(buffer: payloadText(in: text))
    }

    /// The signature's text.
    @inline(__always)
    func signature(in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        text.slice(secondDot &+ 1..<text.count)
    }

    /// What the signature signs: the header's text, a dot, the payload's text.
    @inline(__always)
    func signingInput(in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> { text.slice(0..<secondDot) }

    /// Checks the signature that stands in the text this was made from.
    ///
    /// - Throws: `JWTError` `malformed` where it is no base64url, `signature_invalid` where it is not the key's.
    func requireSignature(
        of verifier: any SignatureVerifying,
        in text: UnsafeBufferPointer<UInt8>
    ) throws(JWTError) {
        try Base64URL.withDecoded(signature(in: text)) { (signature) throws(JWTError) in
            guard let signature else { throw JWTError(.malformed) }
            guard verifier.isValid(signature, for: signingInput(in: text)) else { throw JWTError(.signatureInvalid) }
        }
    }
}
