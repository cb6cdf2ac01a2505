import JOSE

extension FuzzTarget {
    /// One spelling for each sequence of bytes, in agreement with a plain second decoder.
    static let base64url = FuzzTarget(name: "base64url") { data in
        let decoded = Base64URL.decode(data)
        require(decoded == ReferenceBase64URL.decode(data), "the decoder and the reference agree")
        if let decoded {
            require(Base64URL.encode(decoded).bytes == data, "what is decoded has one spelling")
        }
        if let text = String(validating: data, as: UTF8.self) {
            require(Base64URL.decode(text) == decoded, "text decodes as its bytes do")
        }
        require(Base64URL.decode(data.lazy.map { $0 }) == decoded, "bytes decode alike however they are stored")
        let encoded = Base64URL.encode(data)
        require(Base64URL.decode(encoded) == data, "what is encoded decodes to itself")
        require(ReferenceBase64URL.decode(encoded.bytes) == data, "the reference reads what is encoded")
    }
}

/// Base64url by the letter of RFC 4648 §5, a character at a time.
enum ReferenceBase64URL {
    static func decode(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest: UInt32 = 0
        var restCount: UInt32 = 0
        for character in text {
            guard let value = value(of: character) else { return nil }
            rest = rest << 6 | value
            restCount += 6
            guard restCount >= 8 else { continue }
            restCount -= 8
            bytes.append(UInt8(rest >> restCount))
            rest &= (1 << restCount) - 1
        }
        // Up to four bits are left over, all zero; six would be a whole character too many.
        return restCount < 6 && rest == 0 ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt32? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "-"): 62
        case UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
