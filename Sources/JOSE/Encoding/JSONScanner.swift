/// Walks a JSON text once, strictly, without building anything.
///
/// Both readers stand on it: ``JSONReader`` builds values, the verifier picks its claims out and skips the rest.
struct JSONScanner {
    /// Where a string's characters stand in the text, without the quotes.
    struct Text {
        var start: Int
        var end: Int
        /// Whether the characters are the value itself, with no escape among them.
        var isPlain: Bool
    }

    let source: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var position = 0
    /// The names of the objects that are open, to find one that is repeated: in the caller's memory first.
    let scratch: UnsafeMutableBufferPointer<Text>
    var spill: [Text] = []
    var nameCount = 0

    /// Begins at a text's start.
    ///
    /// `scratch` is memory for as many names as most texts have, so that these cost no allocation.
    @inline(__always)
    init(
        _ source: UnsafeBufferPointer<UInt8>,
        limits: JSONLimits,
        scratch: UnsafeMutableBufferPointer<Text> = UnsafeMutableBufferPointer(start: nil, count: 0)
    ) throws(JSONError) {
        guard source.count <= limits.bytes else { throw JSONError(.tooLong) }
        self.init(bounded: source, limits: limits, scratch: scratch)
    }

    /// Begins at the start of a text whose length the caller has compared with the limits.
    @inline(__always)
    init(
        bounded source: UnsafeBufferPointer<UInt8>,
        limits: JSONLimits,
        scratch: UnsafeMutableBufferPointer<Text>
    ) {
        self.source = source
        self.limits = limits
        self.scratch = scratch
    }

    /// The byte at the position; nil at the end of the text.
    @inline(__always)
    var next: UInt8? { position < source.count ? source[position] : nil }

    @inline(__always)
    mutating func skipSpace() {
        while position < source.count, source[position] <= 0x20 {
            let byte = source[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return }
            position &+= 1
        }
    }

    /// Takes one byte, or fails.
    @inline(__always)
    mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard position < source.count, source[position] == byte else { throw unexpected() }
        position &+= 1
    }

    /// Checks that nothing but white space follows.
    mutating func finish() throws(JSONError) {
        skipSpace()
        guard position == source.count else { throw unexpected() }
    }

    func unexpected() -> JSONError {
        JSONError(position < source.count ? .unexpectedCharacter : .unexpectedEnd, at: position)
    }

    // MARK: - Objects and arrays

    /// What is known of an object's members so far.
    struct Members {
        /// How many names of other objects stand before its own.
        let outer: Int
        /// A bit for each kind of plain name that came by.
        var seen: UInt64 = 0
    }

    /// Walks an object; `member` is called at each value and must consume it.
    @inline(__always)
    mutating func scanObject(
        depth: Int,
        _ member: (inout JSONScanner, Text) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard var members = try openObject(depth: depth) else { return }
        repeat {
            try member(&self, try scanName(&members))
        } while try scanComma(members)
    }

    /// Takes the beginning of an object; nil, and its end too, where it is empty.
    @inline(__always)
    mutating func openObject(depth: Int) throws(JSONError) -> Members? {
        guard depth < limits.depth else { throw JSONError(.tooDeep, at: position) }
        try expect(UInt8(ascii: "{"))
        skipSpace()
        guard next == UInt8(ascii: "}") else { return Members(outer: nameCount) }
        position &+= 1
        return nil
    }

    /// Takes a member's name, and what stands between it and the value.
    @inline(__always)
    mutating func scanName(_ members: inout Members) throws(JSONError) -> Text {
        let name: Text
        let kind: UInt64
        if let letters = scanShortName() {
            name = Text(start: position &- 5, end: position &- 2, isPlain: true)
            kind = Self.kind(letters, count: 3)
        } else {
            name = try scanAnyName()
            kind = name.isPlain ? self.kind(of: name) : .max
        }
        try remember(name, kind, of: &members)
        skipSpace()
        return name
    }

    /// Takes a name of three small letters and its colon, in one step; nil, and nothing taken, for another.
    @inline(__always)
    private mutating func scanShortName() -> UInt64? {
        guard source.count &- position >= 8, let bytes = UnsafeRawPointer(source.baseAddress) else { return nil }
        let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
        guard word & 0xFFFF_0000_00FF == 0x3A22_0000_0022 else { return nil }
        // A letter sets its top bit when 0x1F is added to it, and not when 5 is.
        let letters = word &>> 8 & 0xFF_FFFF
        let others = letters | (letters &+ 0x05_0505) | ~(letters &+ 0x1F_1F1F)
        guard others & 0x80_8080 == 0 else { return nil }
        position &+= 6
        return letters
    }

    private mutating func scanAnyName() throws(JSONError) -> Text {
        skipSpace()
        let name = try scanString()
        skipSpace()
        try expect(UInt8(ascii: ":"))
        return name
    }

    /// Takes what follows a member's value: true after a comma, false after the object's end.
    @inline(__always)
    mutating func scanComma(_ members: Members) throws(JSONError) -> Bool {
        skipSpace()
        if next == UInt8(ascii: ",") {
            position &+= 1
            return true
        }
        try expect(UInt8(ascii: "}"))
        forgetNames(since: members.outer)
        return false
    }

    /// Walks an array; `element` is called at each value and must consume it.
    @inline(__always)
    mutating func scanArray(
        depth: Int,
        _ element: (inout JSONScanner) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard depth < limits.depth else { throw JSONError(.tooDeep, at: position) }
        try expect(UInt8(ascii: "["))
        skipSpace()
        if next == UInt8(ascii: "]") {
            position &+= 1
            return
        }
        while true {
            skipSpace()
            try element(&self)
            skipSpace()
            if next == UInt8(ascii: ",") {
                position &+= 1
                continue
            }
            return try expect(UInt8(ascii: "]"))
        }
    }

    /// Checks one value and goes past it.
    ///
    /// The recursion ends at the depth limit.
    mutating func skipValue(depth: Int) throws(JSONError) {
        switch next {
        case UInt8(ascii: "\""): _ = try scanString()
        case UInt8(ascii: "{"):
            try scanObject(depth: depth) { (scanner, _) throws(JSONError) in try scanner.skipValue(depth: depth &+ 1) }
        case UInt8(ascii: "["):
            try scanArray(depth: depth) { (scanner) throws(JSONError) in try scanner.skipValue(depth: depth &+ 1) }
        case UInt8(ascii: "t"): try expect("true")
        case UInt8(ascii: "f"): try expect("false")
        case UInt8(ascii: "n"): try expect("null")
        default: _ = try scanNumber()
        }
    }

    // MARK: - Literals and numbers

    /// Takes a literal, or fails.
    mutating func expect(_ literal: StaticString) throws(JSONError) {
        let count = literal.utf8CodeUnitCount
        guard source.count &- position >= count, source.slice(position..<position &+ count).equals(literal) else {
            throw unexpected()
        }
        position &+= count
    }

    /// Takes a number (RFC 8259 §6) and answers where it stands.
    mutating func scanNumber() throws(JSONError) -> Range<Int> {
        let start = position
        if next == UInt8(ascii: "-") { position &+= 1 }
        if next == UInt8(ascii: "0") {
            position &+= 1
        } else {
            try scanDigits()
        }
        if next == UInt8(ascii: ".") {
            position &+= 1
            try scanDigits()
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            position &+= 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position &+= 1 }
            try scanDigits()
        }
        // What may not follow (a leading zero's digits, a letter) is refused by whoever expects the next token.
        return start..<position
    }

    @inline(__always)
    private mutating func scanDigits() throws(JSONError) {
        let start = position
        while position < source.count, source[position] &- 0x30 <= 9 { position &+= 1 }
        guard position > start else { throw unexpected() }
    }
}
