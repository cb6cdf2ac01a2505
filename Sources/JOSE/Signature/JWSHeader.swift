/// The header parameters that a verifier decides by, found in one strict pass without building anything.
struct JWSHeader {
    /// `alg`, as a place in the header's bytes.
    let algorithm: JSONScanner.Text
    /// `kid`.
    let keyID: JSONScanner.Text?
    /// `typ`.
    let type: JSONScanner.Text?

    /// Headers are small; more is hostile.
    static let limits = JSONLimits(depth: 16, members: 64, bytes: 8 << 10)

    /// Begins to read a header's bytes.
    ///
    /// - Throws: `JWTError` `too_large`.
    static func scanner(
        _ bytes: UnsafeBufferPointer<UInt8>,
        scratch: UnsafeMutableBufferPointer<JSONScanner.Text> = UnsafeMutableBufferPointer(start: nil, count: 0)
    ) throws(JWTError) -> JSONScanner {
        do throws(JSONError) {
            return try JSONScanner(bytes, limits: limits, scratch: scratch)
        } catch {
            throw JWTError(error)
        }
    }

    /// Reads a header.
    ///
    /// - Throws: `JWTError` `malformed`, or `critical_header_unsupported` where an extension is asked for: this
    ///   library has none, so that any `crit` is unknown, empty or otherwise wrong (RFC 7515 §4.1.11).
    init(_ scanner: inout JSONScanner) throws(JWTError) {
        var algorithm: JSONScanner.Text?
        var keyID: JSONScanner.Text?
        var type: JSONScanner.Text?
        var asksForExtension = false
        do throws(JSONError) {
            scanner.skipSpace()
            try scanner.scanObject(depth: 0) { (scanner, name) throws(JSONError) in
                switch scanner.letters(name) {
                case Letters("alg"): algorithm = try scanner.scanString()
                case Letters("kid"): keyID = try scanner.scanString()
                case Letters("typ"): type = try scanner.scanString()
                case Letters("b64"):
                    // RFC 7797: only with `crit`; without it, true says nothing new and anything else is wrong.
                    if scanner.next != UInt8(ascii: "t") { asksForExtension = true }
                    try scanner.skipValue(depth: 1)
                default:
                    if scanner.matches(name, "crit") { asksForExtension = true }
                    try scanner.skipValue(depth: 1)
                }
            }
            try scanner.finish()
        } catch {
            throw JWTError(error)
        }
        if asksForExtension { throw JWTError(.criticalHeaderUnsupported) }
        guard let algorithm else { throw JWTError(.malformed) }
        if let keyID, keyID.end - keyID.start > KeyLimits.keyIDBytes { throw JWTError(.tooLarge) }
        self.algorithm = algorithm
        self.keyID = keyID
        self.type = type
    }
}
