internal import Crypto
internal import FoundationEssentials

/// AES in Galois/Counter Mode (RFC 7518 §5.3): a vector of 12 bytes and a tag of 16, neither more nor fewer.
enum AESGCM {
    static func seal(
        _ plaintext: UnsafeBufferPointer<UInt8>,
        key: [UInt8],
        iv: [UInt8],
        authenticating additionalData: [UInt8]
    ) throws -> (ciphertext: [UInt8], tag: [UInt8]) {
        let box = try AES.GCM.seal(
            plaintext,
            using: SymmetricKey(data: key),
            nonce: AES.GCM.Nonce(data: iv),
            authenticating: additionalData
        )
        return (Array(box.ciphertext), Array(box.tag))
    }

    /// Decrypts; nil where the tag does not hold or a length is wrong.
    static func open(_ content: SealedContent, key: [UInt8], authenticating additionalData: [UInt8]) -> [UInt8]? {
        // swift-crypto takes longer vectors too, and other libraries' tags were cut short by who asked.
        guard content.iv.count == 12, content.tag.count == 16, let nonce = try? AES.GCM.Nonce(data: content.iv),
            let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: content.ciphertext, tag: content.tag)
        else { return nil }
        return (try? AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: additionalData)).map {
            Array($0)
        }
    }
}

/// Wraps content keys with AES-GCM (RFC 7518 §4.7): the vector and the tag are header parameters.
final class AESGCMKeyWrapper: KeyEncrypting, KeyDecrypting {
    private let key: [UInt8]

    init(_ key: [UInt8]) { self.key = key }

    func deliver(
        _ contentKey: [UInt8],
        for algorithm: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) throws -> KeyDelivery {
        let iv = RandomBytes.make(12)
        let sealed = try contentKey.withUnsafeBufferPointer { contentKey in
            try AESGCM.seal(contentKey, key: key, iv: iv, authenticating: [])
        }
        return KeyDelivery(
            contentKey: contentKey,
            encryptedKey: sealed.ciphertext,
            parameters: ["iv": .string(Base64URL.encode(iv)), "tag": .string(Base64URL.encode(sealed.tag))]
        )
    }

    func contentKey(
        from encryptedKey: [UInt8],
        header: JSONObject,
        for algorithm: ContentEncryptionAlgorithm
    ) throws(JWTError) -> [UInt8]? {
        let iv = try header.bytes("iv", count: 12)
        let tag = try header.bytes("tag", count: 16)
        let content = SealedContent(iv: iv, ciphertext: encryptedKey, tag: tag)
        return AESGCM.open(content, key: key, authenticating: [])
    }
}

extension JSONObject {
    /// The bytes of a header parameter in base64url.
    ///
    /// - Throws: `JWTError` `malformed` where it is absent, no base64url, or of another length.
    func bytes(_ name: String, count: Int) throws(JWTError) -> [UInt8] {
        guard let text = self[name]?.stringValue, let bytes = Base64URL.decode(text), bytes.count == count else {
            throw JWTError(.malformed, expected: "\(name): \(count) bytes in base64url")
        }
        return bytes
    }
}
