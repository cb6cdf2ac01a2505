/// A content key on its way to one recipient.
struct KeyDelivery {
    /// The content key: the one that was to be delivered, or the one that the algorithm determines.
    let contentKey: [UInt8]
    /// The JWE Encrypted Key; empty where the algorithm determines the content key.
    let encryptedKey: [UInt8]
    /// What the recipient's header must say besides `alg`.
    let parameters: JSONObject
}

/// Who agrees on a key: `apu` and `apv` (RFC 7518 §4.6.1), each absent where it is empty.
struct AgreementParties {
    var producer: [UInt8] = []
    var recipient: [UInt8] = []
}

/// Brings content keys to the owner of one key, by one algorithm.
protocol KeyEncrypting: AnyObject, Sendable {
    /// Delivers a content key, or another in its place where the algorithm determines it.
    func deliver(
        _ contentKey: [UInt8],
        for algorithm: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) throws -> KeyDelivery
}

/// Gets content keys back with one key, by one algorithm.
protocol KeyDecrypting: AnyObject, Sendable {
    /// The content key; nil where the key does not open what was encrypted.
    ///
    /// Its length is the caller's to check. Never traps, whatever the bytes.
    ///
    /// - Throws: `JWTError` for a header that anybody can see to be wrong, and never for what depends on the key.
    func contentKey(
        from encryptedKey: [UInt8],
        header: JSONObject,
        for algorithm: ContentEncryptionAlgorithm
    ) throws(JWTError) -> [UInt8]?
}

/// The key is the content key (RFC 7518 §4.5).
final class DirectKey: KeyEncrypting, KeyDecrypting {
    private let key: [UInt8]

    init(_ key: [UInt8]) { self.key = key }

    func deliver(
        _ contentKey: [UInt8],
        for algorithm: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) throws -> KeyDelivery {
        KeyDelivery(contentKey: key, encryptedKey: [], parameters: [:])
    }

    func contentKey(
        from encryptedKey: [UInt8],
        header: JSONObject,
        for algorithm: ContentEncryptionAlgorithm
    ) throws(JWTError) -> [UInt8]? {
        key
    }
}

extension KeyMaterial {
    /// What encrypts content keys with these numbers; the algorithm has been found to fit them.
    func encrypter(for algorithm: KeyManagementAlgorithm) throws(KeyError) -> any KeyEncrypting {
        switch (algorithm.kind, self) {
        case (.dir, .secret(let key)): return DirectKey(key)
        case (.a128kw, .secret(let key)), (.a192kw, .secret(let key)), (.a256kw, .secret(let key)):
            return AESKeyWrapper(key)
        case (.a128gcmkw, .secret(let key)), (.a192gcmkw, .secret(let key)), (.a256gcmkw, .secret(let key)):
            return AESGCMKeyWrapper(key)
        case (.rsaOAEP, .rsa(let key, _)), (.rsaOAEP256, .rsa(let key, _)):
            return try RSAEncrypter(key, isSHA256: algorithm.kind == .rsaOAEP256)
        case (.ecdhES, _), (.ecdhESA128KW, _), (.ecdhESA192KW, _), (.ecdhESA256KW, _):
            return try ECDHEncrypter(AgreementPublicKey(self), algorithm)
        default: throw KeyError(.algorithmMismatch, "\(algorithm) does not fit \(summary)")
        }
    }

    /// What decrypts content keys with these numbers; the algorithm has been found to fit them.
    func decrypter(for algorithm: KeyManagementAlgorithm) throws(KeyError) -> any KeyDecrypting {
        guard isPrivate else { throw KeyError(.wrongHalf, "a public key cannot decrypt") }
        switch (algorithm.kind, self) {
        case (.dir, .secret(let key)): return DirectKey(key)
        case (.a128kw, .secret(let key)), (.a192kw, .secret(let key)), (.a256kw, .secret(let key)):
            return AESKeyWrapper(key)
        case (.a128gcmkw, .secret(let key)), (.a192gcmkw, .secret(let key)), (.a256gcmkw, .secret(let key)):
            return AESGCMKeyWrapper(key)
        case (.rsaOAEP, .rsa(_, let key?)), (.rsaOAEP256, .rsa(_, let key?)):
            return try RSADecrypter(key, isSHA256: algorithm.kind == .rsaOAEP256)
        case (.ecdhES, _), (.ecdhESA128KW, _), (.ecdhESA192KW, _), (.ecdhESA256KW, _):
            return try ECDHDecrypter(AgreementPrivateKey(self), algorithm)
        default: throw KeyError(.algorithmMismatch, "\(algorithm) does not fit \(summary)")
        }
    }
}
