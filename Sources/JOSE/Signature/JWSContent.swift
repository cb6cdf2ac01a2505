/// A payload in the form it is signed in, and in the form it stands in the text, if it does (RFC 7797 §3).
struct JWSContent {
    /// The payload in base64url, or as it is where `b64` is false.
    let signed: [UInt8]
    private let options: JWS.Options

    init(_ payload: some Collection<UInt8>, options: JWS.Options) {
        signed = options.contains(.unencoded) ? Array(payload) : Array(Base64URL.encode(payload).utf8)
        self.options = options
    }

    /// Whether bytes may stand unencoded between the dots of a compact JWS: printable ASCII without a dot
    /// (RFC 7797 §5.2).
    static func mayStandInCompact(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.allSatisfy { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: ".") }
    }

    /// The compact JWS of one signature.
    ///
    /// - Throws: `JWTError` `malformed` for an unencoded payload that cannot stand there.
    func compact(_ header: SignatureHeader, signature: [UInt8]) throws(JWTError) -> String {
        let isDetached = options.contains(.detached)
        guard isDetached || !options.contains(.unencoded) || Self.mayStandInCompact(signed) else {
            throw JWTError(.malformed, expected: "a payload of printable ASCII without a dot; detach it, or use JSON")
        }
        let payload = isDetached ? [] : signed
        return String(decoding: header.signingInput(payload), as: UTF8.self) + "." + Base64URL.encode(signature)
    }

    /// The JSON of some signatures (RFC 7515 §7.2).
    ///
    /// - Throws: `JWTError` `malformed` for an unencoded payload that is not text, or no fitting number of signatures.
    func json(
        _ signatures: [(header: SignatureHeader, signature: [UInt8])],
        as serialization: JWS.Serialization
    ) throws(JWTError) -> String {
        var object = JSONObject()
        if !options.contains(.detached) {
            guard let text = String(validating: signed, as: UTF8.self) else {
                throw JWTError(.malformed, expected: "a payload in UTF-8; detach it, or encode it")
            }
            object["payload"] = .string(text)
        }
        let members = signatures.map { header, signature in
            var members = JSONObject()
            if !header.text.isEmpty { members["protected"] = .string(String(decoding: header.text, as: UTF8.self)) }
            if !header.unprotected.isEmpty { members["header"] = .object(header.unprotected) }
            members["signature"] = .string(Base64URL.encode(signature))
            return members
        }
        switch serialization {
        case .flattened:
            guard let only = members.first, members.count == 1 else {
                throw JWTError(.malformed, expected: "one signer for the flattened form")
            }
            object = object.merging(only)
        case .general:
            object["signatures"] = .array(members.map(JSONValue.object))
        }
        return object.text
    }
}
