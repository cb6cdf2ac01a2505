/// A JWS in one of its JSON forms (RFC 7515 §7.2), taken apart.
///
/// Nothing in it is trusted yet.
struct JSONJWS {
    /// One signature with its header.
    struct Signature {
        let header: SignatureHeader
        let bytes: [UInt8]
    }

    /// The text of `payload`; nil where the content is detached.
    let payload: [UInt8]?
    /// The signatures, one at least.
    let signatures: [Signature]
    /// Whether the payload is signed as base64url: all signatures agree (RFC 7797 §3).
    let isEncoded: Bool

    /// The most signatures of a text: each may cost a verification.
    static let maximumSignatures = 16

    /// Reads the flattened or the general form, whichever it is.
    ///
    /// - Throws: `JWTError` `malformed` for what is neither or both, `too_large`, `critical_header_unsupported`.
    init(_ text: UnsafeBufferPointer<UInt8>, maximumSize: Int) throws(JWTError) {
        guard text.count <= maximumSize else { throw JWTError(.tooLarge, expected: "at most \(maximumSize) bytes") }
        let object: JSONObject
        do throws(JSONError) {
            object = try JSONObject(parsing: text, limits: JSONLimits(depth: 16, members: 64, bytes: maximumSize))
        } catch {
            throw JWTError(error)
        }
        // RFC 7516 §9: what has a ciphertext is encrypted, and no text is both.
        guard object["ciphertext"] == nil else { throw JWTError(.malformed, received: "an encrypted text") }
        if let member = object["payload"] {
            guard let text = member.stringValue else { throw JWTError(.malformed) }
            payload = Array(text.utf8)
        } else {
            payload = nil
        }
        var signatures: [Signature] = []
        for members in try Self.members(of: object) { signatures.append(try Signature(members)) }
        guard let first = signatures.first else { throw JWTError(.malformed, expected: "a signature") }
        isEncoded = first.header.isEncoded
        guard signatures.allSatisfy({ $0.header.isEncoded == first.header.isEncoded }) else {
            throw JWTError(.malformed, expected: "one \"b64\" for all signatures")
        }
        self.signatures = signatures
    }

    /// The members of each signature, from the list or from the object itself, never from both.
    private static func members(of object: JSONObject) throws(JWTError) -> [JSONObject] {
        guard let list = object["signatures"] else { return [object] }
        guard object["signature"] == nil, object["protected"] == nil, object["header"] == nil,
            let list = list.arrayValue
        else { throw JWTError(.malformed) }
        guard list.count <= maximumSignatures else {
            throw JWTError(.tooLarge, expected: "at most \(maximumSignatures) signatures")
        }
        var signatures: [JSONObject] = []
        for element in list {
            guard let members = element.objectValue else { throw JWTError(.malformed) }
            signatures.append(members)
        }
        return signatures
    }
}

extension JSONJWS.Signature {
    fileprivate init(_ members: JSONObject) throws(JWTError) {
        var text: [UInt8] = []
        if let member = members["protected"] {
            // RFC 7515 §7.2.1: absent where it would be empty.
            guard let protected = member.stringValue, !protected.isEmpty else { throw JWTError(.malformed) }
            text = Array(protected.utf8)
        }
        var unprotected = JSONObject()
        if let member = members["header"] {
            guard let header = member.objectValue else { throw JWTError(.malformed) }
            unprotected = header
        }
        header = try SignatureHeader(text: text, unprotected: unprotected)
        guard let encoded = members["signature"]?.stringValue, !encoded.isEmpty,
            let signature = Base64URL.decode(encoded)
        else { throw JWTError(.malformed) }
        bytes = signature
    }

    /// Checks the signature with the key that its header names.
    ///
    /// - Throws: `JWTError` `algorithm_not_allowed`, `key_not_found` or `signature_invalid`.
    func verified(_ content: [UInt8], keys: KeySet) throws(JWTError) -> JWS.VerifiedSignature {
        let key = try header.key(in: keys)
        guard key.isValid(signature: bytes, for: header.signingInput(content)) else {
            throw JWTError(.signatureInvalid)
        }
        return JWS.VerifiedSignature(
            protectedHeader: header.protected,
            unprotectedHeader: header.unprotected,
            algorithm: key.algorithm,
            keyID: key.keyID
        )
    }
}
