/// Where the parts of a compact JWE (RFC 7516 §3.1) stand.
///
/// Nothing in it is trusted yet.
struct CompactJWE {
    private let dots: (Int, Int, Int, Int)

    /// Finds the parts; nil where there are no four dots, or no header, vector or tag.
    ///
    /// An encrypted key and a ciphertext may be empty, which the algorithms decide. A fifth dot, wherever it stands,
    /// is outside the alphabet of the tag.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        let dot = UInt8(ascii: ".")
        guard let first = text.firstIndex(of: dot, from: 0), first > 0,
            let second = text.firstIndex(of: dot, from: first &+ 1),
            let third = text.firstIndex(of: dot, from: second &+ 1), third > second &+ 1,
            let fourth = text.firstIndex(of: dot, from: third &+ 1), fourth &+ 1 < text.count
        else { return nil }
        dots = (first, second, third, fourth)
    }

    /// The message that the text holds.
    ///
    /// - Throws: `JWTError` `malformed` where a part is no strict base64url, or the header no strict JSON.
    func message(in text: UnsafeBufferPointer<UInt8>) throws(JWTError) -> EncryptedMessage {
        guard let header = Base64URL.decode(buffer: text.slice(0..<dots.0)),
            let encryptedKey = Base64URL.decode(buffer: text.slice(dots.0 &+ 1..<dots.1)),
            let iv = Base64URL.decode(buffer: text.slice(dots.1 &+ 1..<dots.2)),
            let ciphertext = Base64URL.decode(buffer: text.slice(dots.2 &+ 1..<dots.3)),
            let tag = Base64URL.decode(buffer: text.slice(dots.3 &+ 1..<text.count))
        else { throw JWTError(.malformed) }
        return EncryptedMessage(
            protected: try JWEHeader.read(header),
            protectedText: Array(text.slice(0..<dots.0)),
            recipients: [EncryptedMessage.Recipient(header: [:], encryptedKey: encryptedKey)],
            content: SealedContent(iv: iv, ciphertext: ciphertext, tag: tag)
        )
    }
}
