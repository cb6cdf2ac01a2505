internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// AES-CBC and HMAC composed as RFC 7518 §5.2 says: the first half of the key authenticates, the second encrypts.
package enum AESCBCHMAC {
    /// Encrypts, then authenticates the ciphertext.
    ///
    /// - Throws: Whatever the cryptographic library throws.
    package static func seal(
        _ plaintext: UnsafeBufferPointer<UInt8>,
        key: [UInt8],
        iv: [UInt8],
        authenticating additionalData: [UInt8]
    ) throws -> (ciphertext: [UInt8], tag: [UInt8]) {
        let half = key.count / 2
        let ciphertext = try AES._CBC.encrypt(
            plaintext,
            using: SymmetricKey(data: key[half...]),
            iv: AES._CBC.IV(ivBytes: iv)
        )
        let content = Array(ciphertext)
        return (content, tag(over: content, iv: iv, additionalData: additionalData, key: Array(key[..<half])))
    }

    /// Decrypts; nil where the tag does not hold or a length is wrong.
    ///
    /// The tag is compared, in constant time, before a block is decrypted: the padding of what nobody authenticated
    /// is never looked at.
    static func open(_ content: SealedContent, key: [UInt8], authenticating additionalData: [UInt8]) -> [UInt8]? {
        let half = key.count / 2
        let expected = tag(
            over: content.ciphertext,
            iv: content.iv,
            additionalData: additionalData,
            key: Array(key[..<half])
        )
        guard content.tag.hasSameSecretBytes(as: expected), let iv = try? AES._CBC.IV(ivBytes: content.iv) else {
            return nil
        }
        let key = SymmetricKey(data: key[half...])
        return (try? AES._CBC.decrypt(content.ciphertext, using: key, iv: iv)).map { Array($0) }
    }

    /// Decrypts; nil where the tag does not hold or a length is wrong.
    package static func open(
        _ ciphertext: [UInt8],
        tag: [UInt8],
        key: [UInt8],
        iv: [UInt8],
        authenticating additionalData: [UInt8]
    ) -> [UInt8]? {
        open(SealedContent(iv: iv, ciphertext: ciphertext, tag: tag), key: key, authenticating: additionalData)
    }

    /// The MAC over additional data, vector, ciphertext and the additional data's length in bits, cut to the key's size.
    private static func tag(over ciphertext: [UInt8], iv: [UInt8], additionalData: [UInt8], key: [UInt8]) -> [UInt8] {
        func code<Hash: HashFunction>(_ hash: Hash.Type) -> [UInt8] {
            var code = HMAC<Hash>(key: SymmetricKey(data: key))
            code.update(data: additionalData)
            code.update(data: iv)
            code.update(data: ciphertext)
            withUnsafeBytes(of: (UInt64(additionalData.count) * 8).bigEndian) { code.update(data: Array($0)) }
            return Array(code.finalize().prefix(key.count))
        }
        return switch key.count {
        case 16: code(SHA256.self)
        case 24: code(SHA384.self)
        default: code(SHA512.self)
        }
    }
}
