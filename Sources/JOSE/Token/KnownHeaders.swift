/// The headers that this library's own signers write for the keys of a verifier, known by their encoded text.
///
/// Most tokens that a server verifies are its own, and their headers are one text for each key. Such a header need
/// not be decoded and parsed each time. Nothing is learned from tokens: the list is made with the verifier, it ends
/// with its keys, and any other spelling takes the common way.
struct KnownHeaders: Sendable {
    /// An object, so that using one counts one reference.
    final class Entry: Sendable {
        /// The header as it stands in a token.
        let text: [UInt8]
        let header: TokenHeader
        let verifier: any SignatureVerifying
        /// How many characters the signature has.
        let signatureCount: Int

        init(text: [UInt8], header: TokenHeader, verifier: any SignatureVerifying) {
            self.text = text
            self.header = header
            self.verifier = verifier
            signatureCount = Base64URL.encodedCount(verifier.signatureByteCount)
        }
    }

    let entries: [Entry]

    /// How many keys a set may have for their headers to be known: each is compared with.
    private static let maximumKeys = 4

    init(keys: KeySet, profile: TokenProfile) {
        guard keys.keys.count <= Self.maximumKeys else {
            entries = []
            return
        }
        let type = profile.type ?? "at+jwt"
        entries = keys.keys.compactMap { key in
            let algorithm = key.algorithm
            // The profile may exclude a key's algorithm; and without a kid a header names the one key that fits, or none.
            guard profile.allowedAlgorithms?.contains(algorithm) ?? true else { return nil }
            let keyID = key.keyID
            if keyID == nil, keys.keys.count(where: { $0.algorithm == algorithm }) > 1 { return nil }
            let bytes = TokenHeader.parameters(algorithm: algorithm, type: type, keyID: keyID).serialized()
            return Entry(
                text: Array(Base64URL.encode(bytes).utf8),
                header: TokenHeader(algorithm: algorithm, keyID: keyID, type: type, bytes: bytes),
                verifier: key.verifier
            )
        }
    }

    /// Which entry's text a token begins with, up to its first dot.
    @inline(__always)
    func index(of token: UnsafeBufferPointer<UInt8>) -> Int? {
        for index in entries.indices {
            let count = entries[index].text.count
            guard token.count > count, token[count] == UInt8(ascii: ".") else { continue }
            if entries[index].text.withUnsafeBufferPointer({ $0.equals(token.slice(0..<count)) }) { return index }
        }
        return nil
    }
}

extension TokenHeader {
    /// The header of a token that this library signs.
    static func parameters(algorithm: SignatureAlgorithm, type: String, keyID: String?) -> JSONObject {
        var header: JSONObject = ["alg": .string(algorithm.name), "typ": .string(type)]
        if let keyID { header["kid"] = .string(keyID) }
        return header
    }
}
