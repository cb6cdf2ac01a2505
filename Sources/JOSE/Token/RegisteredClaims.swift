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

        /// A string's place with its quotes.
        init(quoted text: JSONScanner.Text) {
            self.init(JSONScanner.Text(start: text.start &- 1, end: text.end &+ 1, isPlain: text.isPlain))
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
            guard payload.count <= JSONLimits.default.bytes else { throw JSONError(.tooLong) }
            var scanner = JSONScanner(bounded: payload, limits: .default, scratch: scratch)
            scanner.skipSpace()
            // Not `scanObject`: its closure would be called for each member.
            if var members = try scanner.openObject(depth: 0) {
                repeat {
                    let name = try scanner.scanName(&members)
                    let isValid: Bool
                    if scanner.next == UInt8(ascii: "\"") {
                        let text = try scanner.scanString()
                        if let letters = scanner.letters(name) {
                            isValid = claims.take(text, letters)
                        } else {
                            claims.take(text, of: name, in: &scanner)
                            isValid = true
                        }
                    } else {
                        isValid = try claims.read(name, from: &scanner)
                    }
                    if !isValid, invalid == nil { invalid = Self.claim(name, in: scanner) }
                } while try scanner.scanComma(members)
            }
            try scanner.finish()
        } catch {
            throw JWTError(error)
        }
        if let invalid { throw JWTError(registered: invalid.description, in: payload) }
        self = claims
    }

    private init() {}

    /// Notes the place of a string, by the three letters of its name, as nearly all have; false for a claim that holds none.
    @inline(__always)
    private mutating func take(_ text: JSONScanner.Text, _ letters: Letters) -> Bool {
        switch letters {
        case Letters("iss"): issuer = Place(text)
        case Letters("sub"): subject = Place(text)
        case Letters("aud"): audience = Place(quoted: text)
        case Letters("jti"): id = Place(text)
        case Letters("sid"): sessionID = Place(text)
        case Letters("scp"): scopeList = Place(quoted: text)
        case Letters("cnf"): hasConfirmation = true
        case Letters("exp"), Letters("iat"), Letters("nbf"): return false
        default: break
        }
        return true
    }

    /// Notes the place of a string with a longer name.
    private mutating func take(
        _ text: JSONScanner.Text,
        of name: JSONScanner.Text,
        in scanner: inout JSONScanner
    ) {
        if scanner.matches(name, "scope") {
            scope = Place(quoted: text)
        } else if scanner.matches(name, "client_id") {
            clientID = Place(text)
        }
    }

    /// Reads a member that is no string; false where its value is not what the claim may hold.
    private mutating func read(
        _ name: JSONScanner.Text,
        from scanner: inout JSONScanner
    ) throws(JSONError) -> Bool {
        var isValid = true
        switch scanner.letters(name) {
        case Letters("exp"): return try scanner.time(&expiresAt)
        case Letters("iat"): return try scanner.time(&issuedAt)
        case Letters("nbf"): return try scanner.time(&notBefore)
        case Letters("aud"): return try scanner.placeStrings(&audience)
        case Letters("scp"): return try scanner.placeStrings(&scopeList)
        case Letters("iss"), Letters("sub"), Letters("jti"), Letters("sid"): isValid = false
        case Letters("cnf"): hasConfirmation = true
        case nil where scanner.matches(name, "scope"): return try scanner.placeStrings(&scope)
        case nil where scanner.matches(name, "client_id"): isValid = false
        default: break
        }
        try scanner.skipValue(depth: 1)
        return isValid
    }

    /// The registered name that a member has.
    private static func claim(_ name: JSONScanner.Text, in scanner: borrowing JSONScanner) -> StaticString? {
        let names: [StaticString] = [
            "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "sid", "scp", "scope", "client_id",
        ]
        return names.first { scanner.matches(name, $0) }
    }
}

extension JSONScanner {
    /// Takes a value and notes its place, brackets included, if it is an array of strings.
    fileprivate mutating func placeStrings(_ place: inout RegisteredClaims.Place) throws(JSONError) -> Bool {
        let start = position
        guard next == UInt8(ascii: "[") else {
            try skipValue(depth: 1)
            return false
        }
        var isStrings = true
        var count = 0
        try scanArray(depth: 1) { (scanner) throws(JSONError) in
            count &+= 1
            isStrings = isStrings && scanner.next == UInt8(ascii: "\"")
            try scanner.skipValue(depth: 2)
        }
        guard isStrings, count <= RegisteredClaims.maximumAudiences else { return false }
        place = RegisteredClaims.Place(Text(start: start, end: position, isPlain: false))
        return true
    }

    /// Takes a value as a NumericDate (RFC 7519 §2): from 1970 to the end of year 9999.
    ///
    /// A fraction is dropped, as clocks here tell whole seconds: a token ends no later than it says, and is not from
    /// the future within the second in which it was issued.
    @inline(__always)
    fileprivate mutating func time(_ time: inout Int64) throws(JSONError) -> Bool {
        if let seconds = plainSeconds() {
            time = seconds
            return seconds <= NumericDate.last
        }
        guard let first = next, first &- 0x30 <= 9 else {
            try skipValue(depth: 1)
            return false
        }
        let digits = source.slice(try scanNumber())
        guard let seconds = NumericDate.seconds(digits.text) else { return false }
        time = seconds
        return true
    }

    /// Takes a number of eight to twelve digits and nothing else, as nearly all times are; nil, and nothing taken, for another.
    @inline(__always)
    private mutating func plainSeconds() -> Int64? {
        guard let bytes = UnsafeRawPointer(source.baseAddress), source.count &- position >= 16 else { return nil }
        // Eight digits in one step: pairs of them, pairs of pairs, and the two halves, the first of each in the lower place.
        var digits = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        let others = (digits ^ 0x3030_3030_3030_3030) | ((digits ^ 0x3030_3030_3030_3030) &+ 0x0606_0606_0606_0606)
        guard others & 0xF0F0_F0F0_F0F0_F0F0 == 0 else { return nil }
        digits = digits & 0x0F0F_0F0F_0F0F_0F0F
        digits = (digits &* 10 &+ digits &>> 8) & 0xFF_00FF_00FF_00FF
        digits = (digits &* 100 &+ digits &>> 16) & 0xFFFF_0000_FFFF
        var value = Int64(truncatingIfNeeded: (digits &* 10_000 &+ digits &>> 32) & 0xFFFF_FFFF)
        let last = position &+ 12
        var index = position &+ 8
        while index < last, source[index] &- 0x30 <= 9 {
            value = value &* 10 &+ Int64(source[index] & 15)
            index &+= 1
        }
        guard source[position] != UInt8(ascii: "0"),
            source[index] == UInt8(ascii: ",") || source[index] == UInt8(ascii: "}")
        else { return nil }
        position = index
        return value
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
