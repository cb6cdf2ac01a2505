extension JSONScanner {
    /// Takes a string, checking its UTF-8 and its escapes, and answers where its characters stand.
    @inline(__always)
    mutating func scanString() throws(JSONError) -> Text {
        try expect(UInt8(ascii: "\""))
        let start = position
        position = source.endOfPlainText(from: start)
        if next == UInt8(ascii: "\"") {
            position &+= 1
            return Text(start: start, end: position &- 1, isPlain: true)
        }
        return try scanRestOfString(from: start)
    }

    /// Takes what follows the first characters of a string, which are plain.
    private mutating func scanRestOfString(from start: Int) throws(JSONError) -> Text {
        var isPlain = true
        while true {
            position = source.endOfPlainText(from: position)
            guard position < source.count else { throw unexpected() }
            switch source[position] {
            case UInt8(ascii: "\""):
                position &+= 1
                return Text(start: start, end: position &- 1, isPlain: isPlain)
            case UInt8(ascii: "\\"):
                isPlain = false
                try scanEscape()
            case 0..<0x20:
                throw JSONError(.controlCharacter, at: position)
            default:
                try scanMultibyteCharacter()
            }
        }
    }

    private mutating func scanEscape() throws(JSONError) {
        let start = position
        position &+= 1
        guard let byte = next else { throw unexpected() }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position &+= 1
        case UInt8(ascii: "u"):
            position &+= 1
            let unit = try scanHexadecimal()
            guard unit & 0xF800 == 0xD800 else { return }
            // A high surrogate and at once its low one; anything else is no Unicode text.
            guard unit < 0xDC00, next == UInt8(ascii: "\\") else {
                throw JSONError(.loneSurrogate, at: start)
            }
            position &+= 1
            guard next == UInt8(ascii: "u") else { throw JSONError(.loneSurrogate, at: start) }
            position &+= 1
            guard try scanHexadecimal() & 0xFC00 == 0xDC00 else {
                throw JSONError(.loneSurrogate, at: start)
            }
        default: throw JSONError(.unknownEscape, at: start)
        }
    }

    private mutating func scanHexadecimal() throws(JSONError) -> UInt16 {
        guard source.count &- position >= 4 else { throw unexpected() }
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Self.hexadecimal(source[position]) else { throw unexpected() }
            unit = unit << 4 | digit
            position &+= 1
        }
        return unit
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte &- 0x30)
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte &- 0x57)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte &- 0x37)
        default: nil
        }
    }

    /// Goes past one character of two to four bytes (Unicode 16, table 3-7: nothing overlong, no surrogate).
    private mutating func scanMultibyteCharacter() throws(JSONError) {
        let lead = source[position]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw JSONError(.notUTF8, at: position)
        }
        guard source.count &- position >= length, second.contains(source[position &+ 1]) else {
            throw JSONError(.notUTF8, at: position)
        }
        for offset in 2..<max(length, 2) where source[position &+ offset] & 0xC0 != 0x80 {
            throw JSONError(.notUTF8, at: position)
        }
        position &+= length
    }

    /// The text of a scanned string, its escapes resolved.
    func string(_ text: Text) -> String {
        let raw = source.slice(text.start..<text.end)
        return text.isPlain ? raw.text : Self.unescape(raw)
    }

    private static func unescape(_ raw: UnsafeBufferPointer<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var index = 0
        func unit(at start: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 << 4 | UInt32(hexadecimal(raw[start &+ $1]) ?? 0) }
        }
        while index < raw.count {
            guard raw[index] == UInt8(ascii: "\\") else {
                bytes.append(raw[index])
                index &+= 1
                continue
            }
            let kind = raw[index &+ 1]
            index &+= 2
            switch kind {
            case UInt8(ascii: "b"): bytes.append(0x08)
            case UInt8(ascii: "f"): bytes.append(0x0C)
            case UInt8(ascii: "n"): bytes.append(0x0A)
            case UInt8(ascii: "r"): bytes.append(0x0D)
            case UInt8(ascii: "t"): bytes.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = unit(at: index)
                index &+= 4
                if scalar & 0xFC00 == 0xD800 {
                    scalar = 0x10000 &+ ((scalar & 0x3FF) << 10 | (unit(at: index &+ 2) & 0x3FF))
                    index &+= 6
                }
                if let scalar = Unicode.Scalar(scalar) { bytes.append(contentsOf: Array(String(scalar).utf8)) }
            default: bytes.append(kind)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// Where ASCII characters that need no look end, from a position on: sixteen, then eight at a time where it can.
    @inline(__always)
    fileprivate func endOfPlainText(from start: Int) -> Int {
        guard let bytes = UnsafeRawPointer(baseAddress) else { return start }
        var index = start
        while count &- index >= 16 {
            let text = bytes.loadUnaligned(fromByteOffset: index, as: SIMD16<Int8>.self)
            // As signed numbers those above 0x7F are below 0x20 too.
            let special =
                lanes(text .< SIMD16(repeating: 0x20)) &+ lanes(text .== SIMD16(repeating: 0x22))
                &+ lanes(text .== SIMD16(repeating: 0x5C))
            let words = unsafeBitCast(special, to: SIMD2<UInt64>.self)
            if words.x != 0 { return index &+ words.x.trailingZeroBitCount >> 3 }
            if words.y != 0 { return index &+ 8 &+ words.y.trailingZeroBitCount >> 3 }
            index &+= 16
        }
        while count &- index >= 8 {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            let quotes = word ^ 0x2222_2222_2222_2222
            let slashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
            // A byte below 0x20, a quote, a backslash or one above 0x7F sets its top bit here. A borrow reaches only
            // bytes above a special one, so that the lowest bit is always true.
            let special =
                ((word &- 0x2020_2020_2020_2020) | (quotes &- 0x0101_0101_0101_0101)
                    | (slashes &- 0x0101_0101_0101_0101) | word) & 0x8080_8080_8080_8080
            if special != 0 { return index &+ special.trailingZeroBitCount >> 3 }
            index &+= 8
        }
        while index < count {
            let byte = self[index]
            guard byte >= 0x20, byte < 0x80, byte != 0x22, byte != 0x5C else { break }
            index &+= 1
        }
        return index
    }
}
