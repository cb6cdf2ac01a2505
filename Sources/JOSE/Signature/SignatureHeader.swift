/// The header of one signature: the part that is signed, and the part that is not (RFC 7515 §4).
struct SignatureHeader {
    let protected: JSONObject
    let unprotected: JSONObject
    /// Whether the payload is signed as base64url; false where `b64` is false (RFC 7797 §3).
    let isEncoded: Bool
    /// The protected part as it stands in the text and is signed; empty where there is none.
    let text: [UInt8]

    /// Reads the two parts.
    ///
    /// - Throws: `JWTError` `malformed`, `too_large`, or `critical_header_unsupported` for any extension but a `b64`
    ///   that is protected and named by `crit`.
    init(text: some Collection<UInt8>, unprotected: JSONObject = [:]) throws(JWTError) {
        guard text.count <= Base64URL.encodedCount(JWSHeader.limits.bytes),
            unprotected.serialized().count <= JWSHeader.limits.bytes
        else { throw JWTError(.tooLarge, expected: "a header of at most \(JWSHeader.limits.bytes) bytes") }
        self.text = Array(text)
        self.unprotected = unprotected
        if text.isEmpty {
            protected = [:]
        } else {
            guard let bytes = Base64URL.decode(text) else { throw JWTError(.malformed) }
            do throws(JSONError) {
                protected = try JSONObject(parsing: bytes, limits: JWSHeader.limits)
            } catch {
                throw JWTError(error)
            }
        }
        isEncoded = try Self.isEncoded(protected: protected, unprotected: unprotected)
    }

    /// Makes the header of a signature to come: `alg` and `kid` are the key's, `b64` and `crit` the options'.
    ///
    /// - Throws: `JWTError` `malformed` where a parameter is in both parts or not the caller's to choose.
    init(
        signing key: VerifyingKey,
        protected extra: JSONObject,
        unprotected: JSONObject,
        options: JWS.Options
    ) throws(JWTError) {
        for name in ["crit", "b64"] where extra[name] != nil || unprotected[name] != nil {
            throw JWTError(.malformed, expected: "no \"\(name)\": the options decide")
        }
        guard extra["alg"] == nil else { throw JWTError(.malformed, expected: "no \"alg\": the key decides") }
        var protected = JSONObject()
        // Where the caller has put a name of the key's outside of the signature, it has to be the key's.
        for (name, value) in [("alg", key.algorithm.name), ("kid", key.keyID)] {
            if let given = unprotected[name] {
                guard value == nil || given == value.map(JSONValue.string) else {
                    throw JWTError(.malformed, expected: "the key's \"\(name)\"")
                }
            } else if let value {
                if name == "kid" { protected = protected.merging(extra) }
                protected[name] = .string(value)
            }
        }
        for member in extra.members where protected[member.name] == nil { protected[member.name] = member.value }
        if options.contains(.unencoded) {
            protected["b64"] = false
            protected["crit"] = ["b64"]
        }
        self.protected = protected
        self.unprotected = unprotected
        text = protected.isEmpty ? [] : Array(Base64URL.encode(protected.serialized()).utf8)
        isEncoded = try Self.isEncoded(protected: protected, unprotected: unprotected)
    }

    /// What `b64` says, after the rules for both parts together.
    private static func isEncoded(protected: JSONObject, unprotected: JSONObject) throws(JWTError) -> Bool {
        // RFC 7515 §4: no name in both.
        guard !unprotected.members.contains(where: { protected[$0.name] != nil }) else {
            throw JWTError(.malformed, expected: "header parameters in one part alone")
        }
        // RFC 7515 §4.1.11, RFC 7797 §3: neither means anything where nobody signed it.
        guard unprotected["crit"] == nil, unprotected["b64"] == nil else { throw JWTError(.criticalHeaderUnsupported) }
        let value = protected["b64"]
        guard let critical = protected["crit"] else {
            // RFC 7797 §6: whoever does not know b64 would read a false as a true.
            guard value == nil || value == true else { throw JWTError(.criticalHeaderUnsupported) }
            return true
        }
        // The one extension known here; a list that is empty, repeats it or names another is wrong.
        guard critical == ["b64"], let value = value?.boolValue else { throw JWTError(.criticalHeaderUnsupported) }
        return value
    }

    /// The one key of a set that the header names, by the rules of every token.
    ///
    /// - Throws: `JWTError` `malformed`, `algorithm_not_allowed` or `key_not_found`.
    func key(in keys: KeySet) throws(JWTError) -> VerifyingKey {
        var named = JSONObject()
        for name in ["alg", "kid", "typ"] { named[name] = protected[name] ?? unprotected[name] }
        return try named.serialized().withUnsafeBufferPointer { (bytes) throws(JWTError) in
            var scanner = try JWSHeader.scanner(bytes)
            return try keys.key(for: JWSHeader(&scanner), in: scanner, allowed: nil)
        }
    }

    /// What is signed: the protected part, a dot and the payload as `b64` has it.
    func signingInput(_ content: [UInt8]) -> [UInt8] { text + [UInt8(ascii: ".")] + content }
}
