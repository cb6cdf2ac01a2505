/// A JWE taken apart, whatever its serialization.
///
/// Nothing in it is trusted yet.
struct EncryptedMessage {
    /// What is there for one recipient.
    struct Recipient {
        let header: JSONObject
        let encryptedKey: [UInt8]
    }

    var protected: JSONObject = [:]
    /// The protected header as it is written, in base64url; empty where there is none.
    var protectedText: [UInt8] = []
    var unprotected: JSONObject = [:]
    var recipients: [Recipient]
    var content: SealedContent
    /// `aad`, which only the JSON serializations have.
    var additionalData: [UInt8] = []

    /// How many recipients a message may have.
    static let maximumRecipients = 64

    /// What the tag is over besides the ciphertext (RFC 7516 §5.1, step 14).
    var authenticated: [UInt8] { Self.authenticated(protectedText, additionalData) }

    static func authenticated(_ protectedText: [UInt8], _ additionalData: [UInt8]) -> [UInt8] {
        if additionalData.isEmpty { return protectedText }
        return protectedText + [UInt8(ascii: ".")] + Base64URL.encode(additionalData).utf8
    }

    /// Decrypts the message with the one key that it names.
    ///
    /// Everything that anybody can see is checked first. After that there is one error for all that may go wrong: a
    /// content key that does not unwrap is replaced by a random one, which fails at the tag (RFC 7516 §11.5).
    ///
    /// - Throws: `JWTError` with the reason.
    func open(
        with keys: DecryptionKeySet,
        allowing allowed: [ContentEncryptionAlgorithm]
    ) throws(JWTError) -> JWE.Decrypted {
        var headers: [JWEHeader] = []
        for recipient in recipients {
            headers.append(try JWEHeader(protected: protected, unprotected: unprotected, recipient: recipient.header))
        }
        guard let first = headers.first,
            // RFC 7516 §7.2.1: one content, one content encryption.
            headers.allSatisfy({ $0.contentEncryption.hasSameBytes(as: first.contentEncryption) })
        else { throw JWTError(.malformed, expected: "one enc for all recipients") }
        guard let contentEncryption = ContentEncryptionAlgorithm(first.contentEncryption),
            allowed.contains(contentEncryption)
        else {
            throw JWTError(
                .algorithmNotAllowed,
                expected: allowed.map(\.name).joined(separator: " "),
                received: first.contentEncryption
            )
        }
        guard contentEncryption.fits(iv: content.iv, ciphertext: content.ciphertext, tag: content.tag) else {
            throw JWTError(.malformed, expected: "an iv, a ciphertext and a tag of the lengths of \(contentEncryption)")
        }
        let (index, key) = try keys.key(for: headers)
        let encryptedKey = recipients[index].encryptedKey
        // Steps 10 and 11 of §5.2: what is agreed on or shared cannot be anyone else's, and nothing is encrypted.
        guard key.algorithm.determinesContentKey == encryptedKey.isEmpty,
            !key.algorithm.determinesContentKey || recipients.count == 1
        else { throw JWTError(.malformed, expected: "an encrypted key, or none with \(key.algorithm)") }
        let chance = RandomBytes.make(contentEncryption.keyByteCount)
        let found = try key.decrypter.contentKey(
            from: encryptedKey,
            header: headers[index].parameters,
            for: contentEncryption
        )
        let contentKey = found?.count == contentEncryption.keyByteCount ? found ?? chance : chance
        guard let plaintext = contentEncryption.open(content, key: contentKey, authenticating: authenticated) else {
            throw JWTError(.decryptionFailed)
        }
        return JWE.Decrypted(
            plaintext: plaintext,
            header: headers[index].parameters,
            protectedHeader: protected,
            additionalData: additionalData,
            algorithm: key.algorithm,
            contentEncryption: contentEncryption,
            keyID: key.keyID
        )
    }
}
