extension EncryptedMessage {
    /// Takes a JSON serialization apart (RFC 7516 §7.2).
    ///
    /// - Throws: `JWTError` `malformed` where a member is of a wrong type, empty where it must be absent, or of a
    ///   signed message; `too_large`.
    init(json object: JSONObject) throws(JWTError) {
        // A text that is a signed message as well is none (CVE-2023-51774).
        for name in ["payload", "signatures", "signature"] where object[name] != nil { throw JWTError(.malformed) }
        guard let iv = try object.part("iv"), let ciphertext = try object.part("ciphertext", mayBeEmpty: true),
            let tag = try object.part("tag")
        else { throw JWTError(.malformed, expected: "iv, ciphertext and tag") }
        recipients = try Self.recipients(of: object)
        content = SealedContent(iv: iv, ciphertext: ciphertext, tag: tag)
        unprotected = try object.header("unprotected")
        additionalData = try object.part("aad") ?? []
        if let bytes = try object.part("protected"), let text = object["protected"]?.stringValue {
            protected = try JWEHeader.read(bytes)
            protectedText = Array(text.utf8)
        }
    }

    private static func recipients(of object: JSONObject) throws(JWTError) -> [Recipient] {
        guard let list = object["recipients"] else { return [try Recipient(json: object)] }
        // Flattened and general do not mix.
        guard let list = list.arrayValue, object["header"] == nil, object["encrypted_key"] == nil else {
            throw JWTError(.malformed, expected: "recipients, or a header and an encrypted_key")
        }
        guard list.count <= maximumRecipients else {
            throw JWTError(.tooLarge, expected: "at most \(maximumRecipients) recipients")
        }
        var recipients: [Recipient] = []
        for member in list {
            guard let object = member.objectValue else { throw JWTError(.malformed) }
            recipients.append(try Recipient(json: object))
        }
        return recipients
    }
}

extension EncryptedMessage.Recipient {
    fileprivate init(json object: JSONObject) throws(JWTError) {
        header = try object.header("header")
        encryptedKey = try object.part("encrypted_key") ?? []
    }
}

extension JSONObject {
    /// A member's bytes in base64url; nil where it is absent, as it must be rather than empty.
    fileprivate func part(_ name: String, mayBeEmpty: Bool = false) throws(JWTError) -> [UInt8]? {
        guard let value = self[name] else { return nil }
        guard let text = value.stringValue, let bytes = Base64URL.decode(text), mayBeEmpty || !bytes.isEmpty else {
            throw JWTError(.malformed, expected: "\(name): base64url")
        }
        return bytes
    }

    /// A member that is a header; empty where it is absent.
    fileprivate func header(_ name: String) throws(JWTError) -> JSONObject {
        guard let value = self[name] else { return [:] }
        guard let header = value.objectValue else { throw JWTError(.malformed, expected: "\(name): an object") }
        guard header.count <= JWSHeader.limits.members, header.serialized().count <= JWSHeader.limits.bytes else {
            throw JWTError(.tooLarge, expected: "\(name): a header of at most \(JWSHeader.limits.bytes) bytes")
        }
        return header
    }
}
