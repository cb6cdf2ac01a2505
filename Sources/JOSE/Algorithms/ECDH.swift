/// What ECDH-ES derives from an agreed secret: the content key, or the key that wraps it (RFC 7518 §4.6).
private struct AgreedKey {
    let algorithm: KeyManagementAlgorithm

    /// Derives the key for a content encryption.
    func derive(
        from secret: [UInt8],
        for contentEncryption: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) -> [UInt8] {
        ConcatKDF.derive(
            from: secret,
            // The name of what the key is used with: §4.6.2, AlgorithmID.
            algorithm: algorithm.determinesContentKey ? contentEncryption.name : algorithm.name,
            producer: parties.producer,
            recipient: parties.recipient,
            byteCount: algorithm.wrappingKeyByteCount ?? contentEncryption.keyByteCount
        )
    }
}

/// Brings content keys to a recipient by ECDH-ES with a new key each time.
final class ECDHEncrypter: KeyEncrypting {
    private let recipient: AgreementPublicKey
    private let agreed: AgreedKey

    init(_ recipient: AgreementPublicKey, _ algorithm: KeyManagementAlgorithm) {
        self.recipient = recipient
        agreed = AgreedKey(algorithm: algorithm)
    }

    func deliver(
        _ contentKey: [UInt8],
        for algorithm: ContentEncryptionAlgorithm,
        between parties: AgreementParties
    ) throws -> KeyDelivery {
        let (secret, ephemeral) = try recipient.agree()
        let key = agreed.derive(from: secret, for: algorithm, between: parties)
        var parameters: JSONObject = ["epk": .object(ephemeral)]
        if !parties.producer.isEmpty { parameters["apu"] = .string(Base64URL.encode(parties.producer)) }
        if !parties.recipient.isEmpty { parameters["apv"] = .string(Base64URL.encode(parties.recipient)) }
        if agreed.algorithm.determinesContentKey {
            return KeyDelivery(contentKey: key, encryptedKey: [], parameters: parameters)
        }
        let encryptedKey = try AESKeyWrap.wrap(contentKey, with: key)
        return KeyDelivery(contentKey: contentKey, encryptedKey: encryptedKey, parameters: parameters)
    }
}

/// Gets content keys back by ECDH-ES.
final class ECDHDecrypter: KeyDecrypting {
    private let key: AgreementPrivateKey
    private let agreed: AgreedKey

    init(_ key: AgreementPrivateKey, _ algorithm: KeyManagementAlgorithm) {
        self.key = key
        agreed = AgreedKey(algorithm: algorithm)
    }

    func contentKey(
        from encryptedKey: [UInt8],
        header: JSONObject,
        for algorithm: ContentEncryptionAlgorithm
    ) throws(JWTError) -> [UInt8]? {
        let parties = AgreementParties(
            producer: try Self.party("apu", in: header),
            recipient: try Self.party("apv", in: header)
        )
        // What is wrong with a sender's key is wrong for every recipient: the answer tells nothing of this one's.
        guard let ephemeral = header["epk"]?.objectValue, let secret = key.secret(with: ephemeral) else {
            throw JWTError(.malformed, expected: "epk: a public key on the recipient's curve")
        }
        let key = agreed.derive(from: secret, for: algorithm, between: parties)
        return agreed.algorithm.determinesContentKey ? key : AESKeyWrap.unwrap(encryptedKey, with: key)
    }

    /// `apu` or `apv`, which may be absent.
    private static func party(_ name: String, in header: JSONObject) throws(JWTError) -> [UInt8] {
        guard let value = header[name] else { return [] }
        guard let text = value.stringValue, let bytes = Base64URL.decode(text) else {
            throw JWTError(.malformed, expected: "\(name): base64url")
        }
        return bytes
    }
}
