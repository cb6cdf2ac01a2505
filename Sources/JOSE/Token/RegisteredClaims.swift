/// The registered claims of a payload, found in one strict pass: places of texts, and times as numbers.
struct RegisteredClaims: Sendable {
    /// Where a value stands in the payload, in eight bytes: its end is never 0, so that 0 says there is none.
    struct Place: Sendable {
        static let none = Place()

        private let first: UInt32
        private let endAndForm: UInt32

        private init() { (first, endAndForm) = (0, 0) }

        init(_ text: JSONScanner.Text) {
            // A payload is bounded by `JSONLimits.default`, far below these 31 bits.
            first = UInt32(truncatingIfNeeded: text.start)
            endAndForm = UInt32(truncatingIfNeeded: text.end) << 1 | (text.isPlain ? 1 : 0)
        }

        var isPresent: Bool { endAndForm != 0 }
        /// Whether the bytes are the value itself, with no escape among them.
        var isPlain: Bool { endAndForm & 1 == 1 }
        var start: Int { Int(first) }
        var end: Int { Int(endAndForm >> 1) }
        var range: Range<Int> { start..<end }
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
        bits |= issuer.isPresent ? 1 : 0
        bits |= subject.isPresent ? 2 : 0
        bits |= audience.isPresent ? 4 : 0
        bits |= expiresAt >= 0 ? 8 : 0
        bits |= notBefore >= 0 ? 16 : 0
        bits |= issuedAt >= 0 ? 32 : 0
        bits |= id.isPresent ? 64 : 0
        bits |= sessionID.isPresent ? 128 : 0
        bits |= clientID.isPresent ? 256 : 0
        return Names(rawValue: bits)
    }

    var issuer = Place.none
    var subject = Place.none
    var id = Place.none
    var sessionID = Place.none
    var clientID = Place.none
    /// The whole value of `aud`, a string or an array of strings.
    var audience = Place.none
    /// The whole value of `scope`, a string or an array of strings.
    var scope = Place.none
    /// The whole value of `scp`, likewise.
    var scopeList = Place.none
    /// The times in seconds since 1970; ``absent`` where there is none.
    var expiresAt = absent
    var notBefore = absent
    var issuedAt = absent
    var hasConfirmation = false

    /// What stands for a time that is not there; no time is negative.
    static let absent: Int64 = -1

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
            throw JWTError(error)
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
        // A name of three plain letters, as nearly all are, is told apart in one step.
        switch scanner.letters(name) {
        case Letters("iss"): return try scanner.place(&issuer) ? nil : "iss"
        case Letters("sub"): return try scanner.place(&subject) ? nil : "sub"
        case Letters("aud"): return try scanner.placeStrings(&audience) ? nil : "aud"
        case Letters("exp"): return try scanner.time(&expiresAt) ? nil : "exp"
        case Letters("iat"): return try scanner.time(&issuedAt) ? nil : "iat"
        case Letters("nbf"): return try scanner.time(&notBefore) ? nil : "nbf"
        case Letters("jti"): return try scanner.place(&id) ? nil : "jti"
        case Letters("sid"): return try scanner.place(&sessionID) ? nil : "sid"
        case Letters("scp"): return try scanner.placeStrings(&scopeList) ? nil : "scp"
        case Letters("cnf"): hasConfirmation = true
        case nil where scanner.matches(name, "scope"):
            return try scanner.placeStrings(&scope) ? nil : "scope"
        case nil where scanner.matches(name, "client_id"):
            return try scanner.place(&clientID) ? nil : "client_id"
        default: break
        }
        try scanner.skipValue(depth: 1)
        return nil
    }
}

extension JSONScanner {
    /// Takes a value and notes its place if it is a string.
    fileprivate mutating func place(_ place: inout RegisteredClaims.Place) throws(JSONError) -> Bool {
        guard next == UInt8(ascii: "\"") else {
            try skipValue(depth: 1)
            return false
        }
        place = RegisteredClaims.Place(try scanString())
        return true
    }

    /// Takes a value and notes its place, quotes and brackets included, if it is a string or an array of strings.
    fileprivate mutating func placeStrings(_ place: inout RegisteredClaims.Place) throws(JSONError) -> Bool {
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

    /// Takes a value as a NumericDate (RFC 7519 §2): from 1970 to the end of year 9999.
    ///
    /// A fraction is dropped, as clocks here tell whole seconds: a token ends no later than it says, and is not from
    /// the future within the second in which it was issued.
    fileprivate mutating func time(_ time: inout Int64) throws(JSONError) -> Bool {
        guard let first = next, first &- 0x30 <= 9 else {
            try skipValue(depth: 1)
            return false
        }
        let start = position
        let digits = source.slice(try scanNumber())
        if digits.count <= 12 {
            var value: Int64 = 0
            var index = 0
            while index < digits.count, digits[index] &- 0x30 <= 9 {
                value = value &* 10 &+ Int64(digits[index] & 15)
                index &+= 1
            }
            if start &+ index == position {
                time = value
                return value <= NumericDate.last
            }
        }
        guard let seconds = NumericDate.seconds(digits.text) else { return false }
        time = seconds
        return true
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
