internal import Crypto
internal import FoundationEssentials

/// AES Key Wrap with the default initial value (RFC 3394, RFC 7518 §4.4).
package enum AESKeyWrap {
    /// Wraps a key of a multiple of 8 bytes, 16 at least.
    ///
    /// - Throws: Whatever the cryptographic library throws.
    package static func wrap(_ key: [UInt8], with wrappingKey: [UInt8]) throws -> [UInt8] {
        try Array(AES.KeyWrap.wrap(SymmetricKey(data: key), using: SymmetricKey(data: wrappingKey)))
    }

    /// Unwraps a key; nil where it was not wrapped with this one.
    package static func unwrap(_ wrapped: [UInt8], with wrappingKey: [UInt8]) -> [UInt8]? {
        // At least two blocks of 8 bytes, and the integrity value before them.
        guard wrapped.count >= 24, wrapped.count % 8 == 0 else { return nil }
        let key = try? AES.KeyWrap.unwrap(wrapped, using: SymmetricKey(data: wrappingKey))
        return key?.withUnsafeBytes { Array($0) }
    }
}

/// Wraps content keys with a shared AES key.
final class AESKeyWrapper: KeyEncrypting, KeyDecrypting {
    private let key: [UInt8]

    init(_ key: [UInt8]) { self.key = key }

    func deliver(
        _ contentKey: [UInt8],
        for algorithm: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) throws -> KeyDelivery {
        let encryptedKey = try AESKeyWrap.wrap(contentKey, with: key)
        return KeyDelivery(contentKey: contentKey, encryptedKey: encryptedKey, parameters: [:])
    }

    func contentKey(
        from encryptedKey: [UInt8],
        header: JSONObject,
        for algorithm: ContentEncryptionAlgorithm
    ) throws(JWTError) -> [UInt8]? {
        AESKeyWrap.unwrap(encryptedKey, with: key)
    }
}
