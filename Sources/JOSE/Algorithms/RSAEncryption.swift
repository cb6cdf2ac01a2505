internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

extension _RSA.Encryption.Padding {
    /// RSAES-OAEP (RFC 8017 §7.1); the padding of PKCS #1 v1.5 is an oracle and is not here.
    fileprivate static func oaep(isSHA256: Bool) -> Self { isSHA256 ? .PKCS1_OAEP_SHA256 : .PKCS1_OAEP }
}

/// Encrypts content keys with RSAES-OAEP (RFC 7518 §4.3).
final class RSAEncrypter: KeyEncrypting {
    // swift-crypto declares the same key Sendable for signatures, and forgot to do so here.
    nonisolated(unsafe) private let key: _RSA.Encryption.PublicKey
    private let padding: _RSA.Encryption.Padding

    init(_ key: _RSA.Signing.PublicKey, isSHA256: Bool) throws(KeyError) {
        do {
            self.key = try _RSA.Encryption.PublicKey(derRepresentation: key.derRepresentation)
        } catch {
            throw KeyError(.invalid, "not an RSA key for encryption")
        }
        padding = .oaep(isSHA256: isSHA256)
    }

    func deliver(
        _ contentKey: [UInt8],
        for algorithm: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) throws -> KeyDelivery {
        let encryptedKey = try Array(key.encrypt(contentKey, padding: padding))
        return KeyDelivery(contentKey: contentKey, encryptedKey: encryptedKey, parameters: [:])
    }
}

/// Decrypts content keys with RSAES-OAEP (RFC 7518 §4.3).
final class RSADecrypter: KeyDecrypting {
    // As above; BoringSSL's private keys take any number of threads.
    nonisolated(unsafe) private let key: _RSA.Encryption.PrivateKey
    private let padding: _RSA.Encryption.Padding
    private let byteCount: Int

    init(_ key: _RSA.Signing.PrivateKey, isSHA256: Bool) throws(KeyError) {
        do {
            self.key = try _RSA.Encryption.PrivateKey(derRepresentation: key.derRepresentation)
        } catch {
            throw KeyError(.invalid, "not an RSA key for encryption")
        }
        padding = .oaep(isSHA256: isSHA256)
        byteCount = (key.keySizeInBits + 7) / 8
    }

    func contentKey(
        from encryptedKey: [UInt8],
        header: JSONObject,
        for algorithm: ContentEncryptionAlgorithm
    ) throws(JWTError) -> [UInt8]? {
        // RFC 8017 §7.1.2: exactly the modulus's length.
        guard encryptedKey.count == byteCount else { return nil }
        return (try? key.decrypt(encryptedKey, padding: padding)).map { Array($0) }
    }
}
