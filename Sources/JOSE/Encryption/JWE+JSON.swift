extension JWE {
    /// One of those a message in JSON is for.
    public struct Recipient: Sendable {
        /// The recipient's key.
        public var key: EncryptionKey
        /// Header parameters for this recipient, which nothing authenticates in the general form.
        public var header: JSONObject
        /// Who agrees on the key with the recipient, for ECDH-ES (RFC 7518 §4.6.1.2).
        public var apu: [UInt8]
        /// Who the recipient is, for ECDH-ES (RFC 7518 §4.6.1.3).
        public var apv: [UInt8]

        /// Makes a recipient of a key.
        public init(_ key: EncryptionKey, header: JSONObject = [:], apu: [UInt8] = [], apv: [UInt8] = []) {
            self.key = key
            self.header = header
            self.apu = apu
            self.apv = apv
        }
    }

    /// Encrypts a plaintext for one recipient into the flattened JSON form (RFC 7516 §7.2.2).
    ///
    /// What the key and the algorithms say stands in the protected header.
    ///
    /// - Parameters:
    ///   - plaintext: Any bytes.
    ///   - recipient: The recipient.
    ///   - contentEncryption: How to encrypt the content; nil for AES-GCM of 256 bits, or what the key is bound to.
    ///   - protected: More header parameters, authenticated.
    ///   - unprotected: More header parameters, which anybody may change on the way.
    ///   - additionalData: Bytes that are sent in the clear and authenticated: `aad`.
    /// - Returns: The JSON text.
    /// - Throws: `JWTError` `malformed` where a header asks for what is not the caller's to ask, or two have one name;
    ///   `encryption_failed` where the key is bound to another content encryption or agrees on nothing.
    public static func encryptFlattened(
        _ plaintext: some Collection<UInt8>,
        for recipient: Recipient,
        using contentEncryption: ContentEncryptionAlgorithm? = nil,
        protected: JSONObject = [:],
        unprotected: JSONObject = [:],
        additionalData: [UInt8] = []
    ) throws(JWTError) -> String {
        var message = try OutgoingMessage(recipients: [recipient], using: contentEncryption)
        try message.addProtected(protected)
        try message.protectRecipient()
        message.unprotected = unprotected
        return try message.seal(plaintext, authenticating: additionalData).flattened
    }

    /// Encrypts a plaintext once for several recipients into the general JSON form (RFC 7516 §7.2.1).
    ///
    /// They share the content key: each of them can write another message in the name of this one's sender. `dir`
    /// and `ECDH-ES` alone say what the content key is, and are for one recipient.
    ///
    /// - Parameters:
    ///   - plaintext: Any bytes.
    ///   - recipients: 1 to 64 recipients.
    ///   - contentEncryption: How to encrypt the content; nil for AES-GCM of 256 bits, or what the key is bound to.
    ///   - protected: More header parameters, authenticated.
    ///   - unprotected: More header parameters, which anybody may change on the way.
    ///   - additionalData: Bytes that are sent in the clear and authenticated: `aad`.
    /// - Returns: The JSON text.
    /// - Throws: `JWTError` `malformed` where a header asks for what is not the caller's to ask, or two have one name;
    ///   `encryption_failed` where the recipients cannot share a content key, or one's key does not fit.
    public static func encryptGeneral(
        _ plaintext: some Collection<UInt8>,
        for recipients: [Recipient],
        using contentEncryption: ContentEncryptionAlgorithm? = nil,
        protected: JSONObject = [:],
        unprotected: JSONObject = [:],
        additionalData: [UInt8] = []
    ) throws(JWTError) -> String {
        var message = try OutgoingMessage(recipients: recipients, using: contentEncryption)
        try message.addProtected(protected)
        message.unprotected = unprotected
        return try message.seal(plaintext, authenticating: additionalData).general
    }

    /// Decrypts a JWE in a JSON form, flattened or general.
    ///
    /// - Parameters:
    ///   - text: The JSON text.
    ///   - keys: The keys to choose from, by `kid` and algorithm.
    ///   - allowed: The content encryptions to accept.
    ///   - maximumSize: How many bytes the text may have; the plaintext has fewer.
    /// - Returns: The plaintext and the headers.
    /// - Throws: `JWTError` where it is malformed, no key's, or `decryption_failed`, which tells no more.
    public static func decryptJSON(
        _ text: String,
        keys: DecryptionKeySet,
        allowing allowed: [ContentEncryptionAlgorithm] = ContentEncryptionAlgorithm.all,
        maximumSize: Int = 1 << 20
    ) throws(JWTError) -> Decrypted {
        let object: JSONObject
        do throws(JSONError) {
            object = try JSONObject(parsing: text, limits: JSONLimits(bytes: maximumSize))
        } catch {
            throw JWTError(error)
        }
        return try EncryptedMessage(json: object).open(with: keys, allowing: allowed)
    }
}
