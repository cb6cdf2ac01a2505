/// Reads `application/x-www-form-urlencoded` bodies: flat, strict and without surprises.
///
/// A field is a name and a value and nothing else: brackets mean nothing. What cannot be read is refused with a reason
/// that never quotes the text, for a password may stand in it.
struct FormDecoder: Sendable {
    /// The largest number of fields.
    var maximumFields = 64
    /// Fields that may be sent more than once (RFC 8707 §2).
    var repeatable: Set<String> = ["resource"]

    func decode(_ bytes: [UInt8]) throws(FormError) -> Form {
        var form = Form()
        guard !bytes.isEmpty else { return form }
        var count = 0
        for pair in bytes.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false) {
            guard !pair.isEmpty else { continue }
            count += 1
            guard count <= maximumFields else { throw .tooManyFields }
            let separator = pair.firstIndex(of: UInt8(ascii: "="))
            let name = try Self.text(pair[..<(separator ?? pair.endIndex)])
            let value =
                try separator.map { at throws(FormError) in try Self.text(pair[pair.index(after: at)...]) } ?? ""
            guard form.add(name, value, mayRepeat: repeatable.contains(name)) else { throw .repeatedField }
        }
        return form
    }

    /// Undoes the encoding of one name or value: `+` is a space, `%` takes two hexadecimal digits.
    static func text(_ encoded: some Collection<UInt8>) throws(FormError) -> String {
        let isPlain = !encoded.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "%") || $0 == 0 }
        if isPlain, let text = String(validating: encoded, as: UTF8.self) { return text }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count)
        var index = encoded.startIndex
        while index != encoded.endIndex {
            let byte = encoded[index]
            encoded.formIndex(after: &index)
            switch byte {
            case UInt8(ascii: "+"):
                bytes.append(0x20)
            case UInt8(ascii: "%"):
                guard index != encoded.endIndex, let high = digit(encoded[index]) else { throw .malformedEscape }
                encoded.formIndex(after: &index)
                guard index != encoded.endIndex, let low = digit(encoded[index]) else { throw .malformedEscape }
                encoded.formIndex(after: &index)
                bytes.append(high << 4 | low)
            default:
                bytes.append(byte)
            }
        }
        guard !bytes.contains(0) else { throw .containsNUL }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalidUTF8 }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}

/// Why a form was refused; the texts are safe to show.
enum FormError: String, Error, Sendable {
    case tooManyFields = "The form has too many fields."
    case repeatedField = "A field was sent more than once."
    case malformedEscape = "A percent escape is malformed."
    case containsNUL = "A field contains a NUL."
    case invalidUTF8 = "The form is not UTF-8."
}
