/// JSON Web Encryption (RFC 7516) over any plaintext.
///
/// ```swift
/// let key = try DecryptionKey.generate(.ecdhESA256KW, curve: .x25519)
/// let text = try JWE.encrypt(plaintext, for: key.encryptionKey)
/// let message = try JWE.decrypt(text, keys: [key])
/// message.plaintext
/// ```
///
/// Encryption says nothing about who wrote a message: whoever has the public key can. A token that must be both
/// signed and encrypted is made by `signAndEncrypt` of ``TokenSigner``.
/// Compression (`zip`) and RSA1_5 do not exist here.
public enum JWE {
    /// A plaintext whose authentication tag holds.
    public struct Decrypted: Sendable {
        /// The plaintext's bytes.
        public let plaintext: [UInt8]
        /// All header parameters; of a JSON serialization, the unauthenticated ones too.
        public let header: JSONObject
        /// The header parameters that are authenticated: all of them in the compact form.
        public let protectedHeader: JSONObject
        /// The additional data that is authenticated with the plaintext; empty where there is none.
        public let additionalData: [UInt8]
        /// The key management algorithm of the key that decrypted.
        public let algorithm: KeyManagementAlgorithm
        /// How the content was encrypted.
        public let contentEncryption: ContentEncryptionAlgorithm
        /// The name of the key that decrypted, where it has one.
        public let keyID: String?
    }

    /// Encrypts a plaintext into the compact form.
    ///
    /// - Parameters:
    ///   - plaintext: Any bytes.
    ///   - key: The recipient's key.
    ///   - contentEncryption: How to encrypt the content; nil for AES-GCM of 256 bits, or what the key is bound to.
    ///   - extra: Header parameters besides those that the key and the algorithms write.
    ///   - apu: Who agrees on the key with the recipient, for ECDH-ES (RFC 7518 §4.6.1.2).
    ///   - apv: Who the recipient is, for ECDH-ES (RFC 7518 §4.6.1.3).
    /// - Returns: The compact JWE.
    /// - Throws: `JWTError` `malformed` where the header asks for what is not the caller's to ask; `encryption_failed`
    ///   where the key is bound to another content encryption or agrees on nothing.
    public static func encrypt(
        _ plaintext: some Collection<UInt8>,
        for key: EncryptionKey,
        using contentEncryption: ContentEncryptionAlgorithm? = nil,
        header extra: JSONObject = [:],
        apu: [UInt8] = [],
        apv: [UInt8] = []
    ) throws(JWTError) -> String {
        let recipient = Recipient(key, apu: apu, apv: apv)
        var message = try OutgoingMessage(recipients: [recipient], using: contentEncryption)
        try message.addProtected(extra)
        try message.protectRecipient()
        return try message.seal(plaintext, authenticating: []).compact
    }

    /// Decrypts a compact JWE.
    ///
    /// - Parameters:
    ///   - text: The compact JWE.
    ///   - keys: The keys to choose from, by `kid` and algorithm.
    ///   - allowed: The content encryptions to accept.
    ///   - maximumSize: How many bytes the text may have; the plaintext has fewer.
    /// - Returns: The plaintext and the header.
    /// - Throws: `JWTError` where it is malformed, no key's, or `decryption_failed`, which tells no more.
    public static func decrypt(
        _ text: String,
        keys: DecryptionKeySet,
        allowing allowed: [ContentEncryptionAlgorithm] = ContentEncryptionAlgorithm.all,
        maximumSize: Int = 1 << 20
    ) throws(JWTError) -> Decrypted {
        try withBytes(of: text) { (text) throws(JWTError) in
            guard text.count <= maximumSize else { throw JWTError(.tooLarge, expected: "\(maximumSize) bytes") }
            guard let parts = CompactJWE(text) else { throw JWTError(.malformed) }
            return try parts.message(in: text).open(with: keys, allowing: allowed)
        }
    }
}
