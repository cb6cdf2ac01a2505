/// The registered claims of a payload, found in one strict pass: places of texts, and times as numbers.
struct RegisteredClaims: Sendable {
    /// Where a value stands in the payload; positions fit, for a token is far smaller.
    struct Place: Sendable {
        let start: UInt32
        let end: UInt32
        let isPlain: Bool

        init(_ text: JSONScanner.Text) {
            start = UInt32(truncatingIfNeeded: text.start)
            end = UInt32(truncatingIfNeeded: text.end)
            isPlain = text.isPlain
        }

        var text: JSONScanner.Text { JSONScanner.Text(start: Int(start), end: Int(end), isPlain: isPlain) }
    }

    /// The claims that a profile may require, as a set of bits.
    struct Names: OptionSet, Sendable {
        let rawValue: UInt16

        /// Each name with its bit.
        static let all: [(String, Names)] = [
            ("iss", Names(rawValue: 1)), ("sub", Names(rawValue: 2)), ("aud", Names(rawValue: 4)),
            ("exp", Names(rawValue: 8)), ("nbf", Names(rawValue: 16)), ("iat", Names(rawValue: 32)),
            ("jti", Names(rawValue: 64)), ("sid", Names(rawValue: 128)), ("client_id", Names(rawValue: 256)),
        ]
    }

    /// The claims that are there.
    @inline(__always)
    var present: Names {
        var bits: UInt16 = 0
        bits |= issuer != nil ? 1 : 0
        bits |= subject != nil ? 2 : 0
        bits |= audience != nil ? 4 : 0
        bits |= expiresAt != nil ? 8 : 0
        bits |= notBefore != nil ? 16 : 0
        bits |= issuedAt != nil ? 32 : 0
        bits |= id != nil ? 64 : 0
        bits |= sessionID != nil ? 128 : 0
        bits |= clientID != nil ? 256 : 0
        return Names(rawValue: bits)
    }

    var issuer: Place?
    var subject: Place?
    var id: Place?
    var sessionID: Place?
    var clientID: Place?
    /// The whole value of `aud`, a string or an array of strings.
    var audience: Place?
    /// The whole value of `scope`, a string or an array of strings.
    var scope: Place?
    /// The whole value of `scp`, likewise.
    var scopeList: Place?
    var expiresAt: Int64?
    var notBefore: Int64?
    var issuedAt: Int64?
    var hasConfirmation = false

    /// How many names `aud` may list.
    static let maximumAudiences = 256

    /// Reads a payload.
    ///
    /// - Throws: `JWTError` `malformed` for what is not a strict JSON object, `claim_invalid` for a claim of a wrong
    ///   type or out of range.
    init(
        _ payload: UnsafeBufferPointer<UInt8>,
        scratch: UnsafeMutableBufferPointer<JSONScanner.Text>
    ) throws(JWTError) {
        var claims = RegisteredClaims()
        var invalid: StaticString?
        do throws(JSONError) {
            var scanner = try JSONScanner(payload, limits: .default, scratch: scratch)
            scanner.skipSpace()
            try scanner.scanObject(depth: 0) { (scanner, name) throws(JSONError) in
                if let fault = try claims.read(name, from: &scanner), invalid == nil { invalid = fault }
            }
            try scanner.finish()
        } catch {
            throw JWTError(.malformed)
        }
        if let invalid { throw JWTError(.claimInvalid, claim: invalid.description) }
        self = claims
    }

    private init() {}

    /// Reads one member; answers the claim's name where its value is not what the claim may hold.
    @inline(__always)
    private mutating func read(
        _ name: JSONScanner.Text,
        from scanner: inout JSONScanner
    ) throws(JSONError) -> StaticString? {
        // Nearly every name is told by its length and first byte; the rest of the look is a compare.
        if scanner.matches(name, "iss") { return try scanner.place(&issuer) ? nil : "iss" }
        if scanner.matches(name, "sub") { return try scanner.place(&subject) ? nil : "sub" }
        if scanner.matches(name, "aud") { return try scanner.placeStrings(&audience) ? nil : "aud" }
        if scanner.matches(name, "exp") { return try scanner.time(&expiresAt) ? nil : "exp" }
        if scanner.matches(name, "iat") { return try scanner.time(&issuedAt) ? nil : "iat" }
        if scanner.matches(name, "nbf") { return try scanner.time(&notBefore) ? nil : "nbf" }
        if scanner.matches(name, "jti") { return try scanner.place(&id) ? nil : "jti" }
        if scanner.matches(name, "sid") { return try scanner.place(&sessionID) ? nil : "sid" }
        if scanner.matches(name, "scp") { return try scanner.placeStrings(&scopeList) ? nil : "scp" }
        if scanner.matches(name, "scope") { return try scanner.placeStrings(&scope) ? nil : "scope" }
        if scanner.matches(name, "client_id") { return try scanner.place(&clientID) ? nil : "client_id" }
        if scanner.matches(name, "cnf") { hasConfirmation = true }
        try scanner.skipValue(depth: 1)
        return nil
    }
}

extension JSONScanner {
    /// Takes a value and notes its place if it is a string.
    fileprivate mutating func place(_ place: inout RegisteredClaims.Place?) throws(JSONError) -> Bool {
        guard next == UInt8(ascii: "\"") else {
            try skipValue(depth: 1)
            return false
        }
        place = RegisteredClaims.Place(try scanString())
        return true
    }

    /// Takes a value and notes its place, quotes and brackets included, if it is a string or an array of strings.
    fileprivate mutating func placeStrings(_ place: inout RegisteredClaims.Place?) throws(JSONError) -> Bool {
        let start = position
        var isStrings = true
        var isPlain = false
        if next == UInt8(ascii: "\"") {
            isPlain = try scanString().isPlain
        } else if next == UInt8(ascii: "[") {
            var count = 0
            try scanArray(depth: 1) { (scanner) throws(JSONError) in
                count &+= 1
                isStrings = isStrings && scanner.next == UInt8(ascii: "\"")
                try scanner.skipValue(depth: 2)
            }
            isStrings = isStrings && count <= RegisteredClaims.maximumAudiences
        } else {
            try skipValue(depth: 1)
            isStrings = false
        }
        if isStrings { place = RegisteredClaims.Place(Text(start: start, end: position, isPlain: isPlain)) }
        return isStrings
    }

    /// Takes a value as a NumericDate (RFC 7519 §2): from 1970 to the end of year 9999; a fraction is dropped, so
    /// that a token ends no later and begins no later than it says.
    fileprivate mutating func time(_ time: inout Int64?) throws(JSONError) -> Bool {
        guard let first = next, first &- 0x30 <= 9 else {
            try skipValue(depth: 1)
            return false
        }
        let digits = source.slice(try scanNumber())
        if digits.count <= 12 {
            var value: Int64 = 0
            var isWhole = true
            for byte in digits {
                isWhole = isWhole && byte &- 0x30 <= 9
                value = value &* 10 &+ Int64(byte & 15)
            }
            if isWhole {
                time = value
                return value <= NumericDate.last
            }
        }
        time = NumericDate.seconds(digits.text)
        return time != nil
    }
}

/// The bounds of a NumericDate.
enum NumericDate {
    /// The last second of year 9999.
    static let last: Int64 = 253_402_300_799

    /// The whole seconds of a JSON number with a fraction or an exponent; nil where it is out of range.
    static func seconds(_ digits: String) -> Int64? {
        guard let value = Double(digits), value >= 0, value < Double(last) + 1 else { return nil }
        return Int64(value)
    }
}
