/// The header parameters that a recipient decides by.
struct JWEHeader {
    /// All parameters: the JOSE Header of RFC 7516 §4.
    let parameters: JSONObject
    /// `alg`, as it is written.
    let algorithm: String
    /// `enc`, as it is written.
    let contentEncryption: String
    /// `kid`.
    let keyID: String?

    /// Reads a protected header's bytes.
    ///
    /// - Throws: `JWTError` `malformed` or `too_large`.
    static func read(_ bytes: [UInt8]) throws(JWTError) -> JSONObject {
        do throws(JSONError) {
            return try JSONObject(parsing: bytes, limits: JWSHeader.limits)
        } catch {
            throw JWTError(error)
        }
    }

    /// Takes the header's parts together.
    ///
    /// - Throws: `JWTError` `malformed` where a name is in two of them, or `alg` and `enc` are not both there;
    ///   `critical_header_unsupported` where an extension or compression is asked for.
    init(protected: JSONObject, unprotected: JSONObject, recipient: JSONObject) throws(JWTError) {
        var parameters = protected
        for member in unprotected.members + recipient.members {
            guard parameters[member.name] == nil else {
                throw JWTError(.malformed, expected: "each name in one header", received: member.name)
            }
            parameters[member.name] = member.value
        }
        // This library has no extension; and `zip` is how a small text becomes a huge one (CVE-2024-33664), and how
        // a plaintext leaks by its length (RFC 8725 §3.6).
        for name in ["crit", "zip"] where parameters[name] != nil {
            throw JWTError(.criticalHeaderUnsupported, expected: "no \(name)")
        }
        guard let algorithm = parameters["alg"]?.stringValue, let contentEncryption = parameters["enc"]?.stringValue
        else { throw JWTError(.malformed, expected: "alg and enc") }
        for name in ["kid", "typ", "cty"] {
            if let value = parameters[name], value.stringValue == nil { throw JWTError(.malformed) }
        }
        keyID = parameters["kid"]?.stringValue
        if let keyID, keyID.utf8.count > KeyLimits.keyIDBytes { throw JWTError(.tooLarge) }
        self.parameters = parameters
        self.algorithm = algorithm
        self.contentEncryption = contentEncryption
    }
}
