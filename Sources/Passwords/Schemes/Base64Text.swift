/// Base64 as the spellings of password hashes use it: RFC 4648's alphabet, or passlib's with `.` for `+`.
enum Base64Text {
    enum Alphabet {
        /// `+` and `/`.
        case standard
        /// passlib's "adapted base64": `.` and `/`, never padded.
        case adapted
    }

    /// Decodes strictly: no foreign character, no set padding bit; padding may be whole or absent.
    static func decode(_ text: Substring, _ alphabet: Alphabet = .standard) -> [UInt8]? {
        var digits = Array(text.utf8)
        if alphabet == .standard, digits.last == UInt8(ascii: "=") {
            guard digits.count.isMultiple(of: 4) else { return nil }
            digits.removeLast()
            if digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 3)
        var bits: UInt32 = 0
        var pending = 0
        for digit in digits {
            guard let value = value(of: digit, alphabet) else { return nil }
            bits = (bits << 6 | UInt32(value)) & 0xFFFF
            pending += 6
            if pending >= 8 {
                pending -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(pending)))
            }
        }
        guard pending < 6, bits & ((1 << UInt32(pending)) - 1) == 0 else { return nil }
        return bytes
    }

    private static func value(of digit: UInt8, _ alphabet: Alphabet) -> UInt8? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): digit - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+") where alphabet == .standard: 62
        case UInt8(ascii: ".") where alphabet == .adapted: 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
