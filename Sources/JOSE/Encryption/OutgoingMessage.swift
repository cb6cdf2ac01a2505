/// A JWE in the making: headers and recipients, before a plaintext is sealed.
struct OutgoingMessage {
    private let contentEncryption: ContentEncryptionAlgorithm
    private var deliveries: [KeyDelivery] = []
    private var contentKey: [UInt8]
    private var protected: JSONObject
    /// The headers of the recipients; empty where all that they say is protected.
    private var recipientHeaders: [JSONObject] = []
    /// Header parameters that are not authenticated.
    var unprotected: JSONObject = [:]

    /// What the keys and the algorithms alone write.
    private static let reserved = ["alg", "enc", "zip", "crit", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"]

    /// Makes a content key and brings it to the recipients.
    ///
    /// - Throws: `JWTError` `encryption_failed` where they cannot share one, or a key does not fit.
    init(recipients: [JWE.Recipient], using wanted: ContentEncryptionAlgorithm?) throws(JWTError) {
        guard let first = recipients.first, recipients.count <= EncryptedMessage.maximumRecipients else {
            throw JWTError(.encryptionFailed, expected: "1 to \(EncryptedMessage.maximumRecipients) recipients")
        }
        let bound = first.key.algorithm.contentEncryption
        contentEncryption = wanted ?? bound ?? .a256gcm
        if let bound, bound != contentEncryption {
            throw JWTError(.encryptionFailed, expected: "\(bound), which the key is bound to")
        }
        guard recipients.count == 1 || recipients.allSatisfy({ !$0.key.algorithm.determinesContentKey }) else {
            throw JWTError(.encryptionFailed, expected: "one recipient, or algorithms that share a content key")
        }
        protected = ["enc": .string(contentEncryption.name)]
        contentKey = RandomBytes.make(contentEncryption.keyByteCount)
        for recipient in recipients {
            let parties = AgreementParties(producer: recipient.apu, recipient: recipient.apv)
            guard recipient.key.algorithm.isAgreement || (parties.producer.isEmpty && parties.recipient.isEmpty) else {
                throw JWTError(.encryptionFailed, expected: "no apu and apv with \(recipient.key.algorithm)")
            }
            let delivery: KeyDelivery
            do {
                delivery = try recipient.key.encrypter.deliver(contentKey, for: contentEncryption, between: parties)
            } catch {
                throw JWTError(.encryptionFailed)
            }
            contentKey = delivery.contentKey
            deliveries.append(delivery)
            recipientHeaders.append(try Self.header(of: recipient, delivery))
        }
    }

    private static func header(of recipient: JWE.Recipient, _ delivery: KeyDelivery) throws(JWTError) -> JSONObject {
        var header: JSONObject = ["alg": .string(recipient.key.algorithm.name)]
        if let keyID = recipient.key.keyID { header["kid"] = .string(keyID) }
        try requireFree(recipient.header)
        for member in recipient.header.members where header[member.name] == nil {
            header[member.name] = member.value
        }
        return header.merging(delivery.parameters)
    }

    private static func requireFree(_ header: JSONObject) throws(JWTError) {
        for name in reserved where header[name] != nil {
            throw JWTError(.malformed, expected: "no \(name), which is the key's to write")
        }
    }

    /// Adds the caller's parameters to the protected header.
    ///
    /// - Throws: `JWTError` `malformed` where one is not the caller's to write.
    mutating func addProtected(_ header: JSONObject) throws(JWTError) {
        try Self.requireFree(header)
        protected = protected.merging(header)
    }

    /// Moves what the one recipient's header says into the protected header, `alg` first; a key's `kid` wins.
    ///
    /// - Throws: `JWTError` `malformed` where both have another name.
    mutating func protectRecipient() throws(JWTError) {
        guard let header = recipientHeaders.first else { return }
        for name in header.names where !name.hasSameBytes(as: "kid") && protected[name] != nil {
            throw JWTError(.malformed, expected: "each name in one header", received: name)
        }
        protected = header.merging(protected).merging(header)
        recipientHeaders = []
    }

    /// Encrypts a plaintext.
    ///
    /// - Throws: `JWTError` `malformed` where a name is in two headers, `too_large` where a header is larger than this
    ///   library reads, `encryption_failed`.
    func seal(
        _ plaintext: some Collection<UInt8>,
        authenticating additionalData: [UInt8]
    ) throws(JWTError) -> SealedMessage {
        try Self.requireFree(unprotected)
        for header in recipientHeaders.isEmpty ? [[:]] : recipientHeaders {
            _ = try JWEHeader(protected: protected, unprotected: unprotected, recipient: header)
        }
        let headers = recipientHeaders + [protected, unprotected]
        guard headers.allSatisfy({ $0.serialized().count <= JWSHeader.limits.bytes }) else {
            throw JWTError(.tooLarge, expected: "headers of at most \(JWSHeader.limits.bytes) bytes")
        }
        let protectedText = Base64URL.encode(protected.serialized())
        let authenticated = EncryptedMessage.authenticated(Array(protectedText.utf8), additionalData)
        let content: SealedContent
        do {
            content = try withBytes(of: plaintext) { (plaintext) throws in
                try contentEncryption.seal(plaintext, key: contentKey, authenticating: authenticated)
            }
        } catch {
            throw JWTError(.encryptionFailed)
        }
        return SealedMessage(
            protectedText: protectedText,
            unprotected: unprotected,
            recipientHeaders: recipientHeaders,
            encryptedKeys: deliveries.map { Base64URL.encode($0.encryptedKey) },
            content: content,
            additionalData: additionalData
        )
    }
}
