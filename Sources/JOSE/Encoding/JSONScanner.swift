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
    private let scratch: UnsafeMutableBufferPointer<Text>
    private var spill: [Text] = []
    private var nameCount = 0

    /// Begins at a text's start.
    ///
    /// `scratch` is memory for as many names as most texts have, so that these cost no allocation.
    init(
        _ source: UnsafeBufferPointer<UInt8>,
        limits: JSONLimits,
        scratch: UnsafeMutableBufferPointer<Text> = UnsafeMutableBufferPointer(start: nil, count: 0)
    ) throws(JSONError) {
        guard source.count <= limits.bytes else {
            throw JSONError(.limit, "longer than \(limits.bytes) bytes")
        }
        self.source = source
        self.limits = limits
        self.scratch = scratch
    }

    /// The byte at the position; nil at the end of the text.
    @inline(__always)
    var next: UInt8? { position < source.count ? source[position] : nil }

    @inline(__always)
    mutating func skipSpace() {
        while position < source.count {
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
        JSONError(.syntax, at: position, position < source.count ? "unexpected character" : "unexpected end")
    }

    // MARK: - Objects and arrays

    /// Walks an object; `member` is called at each value and must consume it.
    @inline(__always)
    mutating func scanObject(
        depth: Int,
        _ member: (inout JSONScanner, Text) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard depth < limits.depth else {
            throw JSONError(.depth, at: position, "nested more than \(limits.depth) deep")
        }
        try expect(UInt8(ascii: "{"))
        let outer = nameCount
        var seen: UInt64 = 0
        skipSpace()
        if next == UInt8(ascii: "}") {
            position &+= 1
            return
        }
        while true {
            skipSpace()
            let name = try scanString()
            try remember(name, since: outer, seen: &seen)
            skipSpace()
            try expect(UInt8(ascii: ":"))
            skipSpace()
            try member(&self, name)
            skipSpace()
            if next == UInt8(ascii: ",") {
                position &+= 1
                continue
            }
            try expect(UInt8(ascii: "}"))
            forgetNames(since: outer)
            return
        }
    }

    /// Walks an array; `element` is called at each value and must consume it.
    @inline(__always)
    mutating func scanArray(
        depth: Int,
        _ element: (inout JSONScanner) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard depth < limits.depth else {
            throw JSONError(.depth, at: position, "nested more than \(limits.depth) deep")
        }
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

    // MARK: - Names

    /// Notes a name of the object that is open, or fails where it was there before.
    ///
    /// `seen` has a bit for each kind of plain name that came by; only where the bit is set are the names compared.
    @inline(__always)
    private mutating func remember(_ name: Text, since outer: Int, seen: inout UInt64) throws(JSONError) {
        guard nameCount &- outer < limits.members else {
            throw JSONError(.limit, at: name.start, "more than \(limits.members) members")
        }
        var kind = UInt64.max
        if name.isPlain {
            let count = name.end &- name.start
            let first = count > 0 ? Int(source[name.start]) : 0
            let middle = count > 1 ? Int(source[name.start &+ 1]) : 0
            let last = count > 0 ? Int(source[name.end &- 1]) : 0
            kind = 1 << UInt64((first &* 5 &+ middle &* 11 &+ last &* 23 &+ count) & 63)
        }
        if seen & kind != 0 { try requireNew(name, since: outer) }
        seen |= kind
        if nameCount < scratch.count {
            scratch.initializeElement(at: nameCount, to: name)
        } else {
            spill.append(name)
        }
        nameCount &+= 1
    }

    private func requireNew(_ name: Text, since outer: Int) throws(JSONError) {
        for index in outer..<nameCount {
            let other = index < scratch.count ? scratch[index] : spill[index &- scratch.count]
            if isSame(other, name) { throw JSONError(.duplicateMember, at: name.start, "a member is named twice") }
        }
    }

    private mutating func forgetNames(since outer: Int) {
        nameCount = outer
        let kept = max(outer &- scratch.count, 0)
        if spill.count > kept { spill.removeLast(spill.count &- kept) }
    }

    private func isSame(_ left: Text, _ right: Text) -> Bool {
        if left.isPlain, right.isPlain {
            guard left.end &- left.start == right.end &- right.start else { return false }
            return source.slice(left.start..<left.end).equals(source.slice(right.start..<right.end))
        }
        return string(left).hasSameBytes(as: string(right))
    }

    /// Whether a scanned string is exactly this ASCII text.
    @inline(__always)
    func matches(_ text: Text, _ literal: StaticString) -> Bool {
        if text.isPlain { return source.slice(text.start..<text.end).equals(literal) }
        return string(text).utf8.elementsEqual(
            UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
        )
    }
}
