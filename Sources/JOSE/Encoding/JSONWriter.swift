/// Writes compact JSON: no white space, no escape that RFC 8259 does not ask for.
///
/// A text that has no room is only measured, and written again into memory of just its size.
struct JSONWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    /// How many bytes the text has so far, whether there was room for them or not.
    private var position = 0

    private init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

    /// The bytes of a text that is written by `body`.
    static func bytes(_ body: (inout JSONWriter) -> Void) -> [UInt8] { withText(body) { Array($0) } }

    /// Runs a closure over the bytes of a text that is written by `body`.
    ///
    /// The bytes are on the stack where they are few, as a token's claims are.
    @inline(__always)
    static func withText<R, Failure: Error>(
        _ body: (inout JSONWriter) -> Void,
        _ use: (UnsafeBufferPointer<UInt8>) throws(Failure) -> R
    ) throws(Failure) -> R {
        var capacity = 1024
        while true {
            let result = try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: capacity) {
                (buffer) throws(Failure) -> R? in
                var writer = JSONWriter(buffer)
                body(&writer)
                if writer.position <= capacity {
                    return try use(UnsafeBufferPointer(rebasing: buffer[..<writer.position]))
                }
                capacity = writer.position
                return nil
            }
            if let result { return result }
        }
    }

    /// Counts more bytes, and answers the place for them where there is one.
    @inline(__always)
    private mutating func claim(_ count: Int) -> UnsafeMutableBufferPointer<UInt8>? {
        let start = position
        position &+= count
        guard position <= buffer.count else { return nil }
        return UnsafeMutableBufferPointer(rebasing: buffer[start..<position])
    }

    // MARK: - Values

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write("null" as StaticString)
        case .bool(let value): write(value ? "true" : "false" as StaticString)
        case .number(let number): withBytes(of: number.description) { write(raw: $0) }
        case .string(let text): write(text)
        case .array(let elements):
            write(byte: UInt8(ascii: "["))
            elements.withUnsafeBufferPointer { elements in
                for index in elements.indices {
                    if index > 0 { write(byte: UInt8(ascii: ",")) }
                    write(elements[index])
                }
            }
            write(byte: UInt8(ascii: "]"))
        case .object(let object): write(object)
        }
    }

    mutating func write(_ object: JSONObject) {
        write(byte: UInt8(ascii: "{"))
        // In place: an element of an array would be retained for each of these calls.
        object.members.withUnsafeBufferPointer { members in
            for index in members.indices {
                if index > 0 { write(byte: UInt8(ascii: ",")) }
                write(members[index].name)
                write(byte: UInt8(ascii: ":"))
                write(members[index].value)
            }
        }
        write(byte: UInt8(ascii: "}"))
    }

    @inline(__always)
    mutating func write(_ text: String) {
        withBytes(of: text) { write(string: $0) }
    }

    @inline(never)
    private mutating func write(string source: UnsafeBufferPointer<UInt8>) {
        let start = position
        if let target = claim(source.count &+ 2), Self.copy(source, to: target) {
            target[0] = UInt8(ascii: "\"")
            target[target.count &- 1] = UInt8(ascii: "\"")
        } else {
            position = start
            writeEscaped(source)
        }
    }

    /// Writes a string with the escapes it needs, if any.
    private mutating func writeEscaped(_ source: UnsafeBufferPointer<UInt8>) {
        guard let target = claim(source.count &+ 2 &+ Self.escapeCount(of: source)) else { return }
        target[0] = UInt8(ascii: "\"")
        target[target.count &- 1] = UInt8(ascii: "\"")
        var next = 1
        for byte in source { Self.escape(byte, into: target, at: &next) }
    }

    /// Copies a string's bytes behind the first quote, or stops where one needs an escape.
    @inline(__always)
    private static func copy(_ source: UnsafeBufferPointer<UInt8>, to target: UnsafeMutableBufferPointer<UInt8>) -> Bool
    {
        guard let bytes = UnsafeRawPointer(source.baseAddress), let start = target.baseAddress else { return true }
        let output = UnsafeMutableRawPointer(start + 1)
        guard source.count >= 8 else {
            let text = UInt64(reading: source.count, bytesAt: bytes)
            // Spaces where the text ends, which need no escape.
            if mayNeedEscape(text | 0x2020_2020_2020_2020 &<< UInt64(8 &* source.count)),
                source.contains(where: needsEscape)
            {
                return false
            }
            text.write(source.count, bytesTo: output)
            return true
        }
        // The last step may overlap the one before, and does the same there.
        let last = source.count &- 8
        var index = 0
        while true {
            let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if mayNeedEscape(word), source[index..<index &+ 8].contains(where: needsEscape) { return false }
            output.storeBytes(of: word, toByteOffset: index, as: UInt64.self)
            if index == last { return true }
            index = min(index &+ 8, last)
        }
    }

    @inline(__always)
    mutating func write(byte: UInt8) { claim(1)?[0] = byte }

    @inline(__always)
    mutating func write(_ text: StaticString) {
        write(raw: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    @inline(__always)
    mutating func write(raw source: UnsafeBufferPointer<UInt8>) {
        _ = claim(source.count)?.update(fromContentsOf: source)
    }

    // MARK: - Escapes

    @inline(__always)
    private static func needsEscape(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x22 || byte == 0x5C }

    /// Whether one of eight bytes may need an escape; bytes above 0x7F raise a false alarm, which costs a look.
    @inline(__always)
    private static func mayNeedEscape(_ word: UInt64) -> Bool {
        let quotes = word ^ 0x2222_2222_2222_2222
        let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
        let special =
            (word &- 0x2020_2020_2020_2020) | (quotes &- 0x0101_0101_0101_0101) | (slashes &- 0x0101_0101_0101_0101)
        return special & 0x8080_8080_8080_8080 != 0
    }

    /// How many bytes the escapes of a text add to it.
    private static func escapeCount(of source: UnsafeBufferPointer<UInt8>) -> Int {
        source.reduce(0) { $0 &+ escapeCount(of: $1) }
    }

    private static func escapeCount(of byte: UInt8) -> Int {
        switch byte {
        case 0x22, 0x5C, 0x08, 0x09, 0x0A, 0x0C, 0x0D: 1
        case 0..<0x20: 5
        default: 0
        }
    }

    private static func escape(_ byte: UInt8, into target: UnsafeMutableBufferPointer<UInt8>, at next: inout Int) {
        let letter: UInt8? =
            switch byte {
            case 0x22, 0x5C: byte
            case 0x08: UInt8(ascii: "b")
            case 0x09: UInt8(ascii: "t")
            case 0x0A: UInt8(ascii: "n")
            case 0x0C: UInt8(ascii: "f")
            case 0x0D: UInt8(ascii: "r")
            default: nil
            }
        if let letter {
            target[next] = UInt8(ascii: "\\")
            target[next &+ 1] = letter
            next &+= 2
        } else if byte < 0x20 {
            let digits: StaticString = "0123456789abcdef"
            let unit: StaticString = "\\u00"
            for offset in 0..<4 { target[next &+ offset] = unit.utf8Start[offset] }
            target[next &+ 4] = digits.utf8Start[Int(byte >> 4)]
            target[next &+ 5] = digits.utf8Start[Int(byte & 15)]
            next &+= 6
        } else {
            target[next] = byte
            next &+= 1
        }
    }
}
