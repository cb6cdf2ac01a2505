/// The parts of an encoded hash, read strictly.
enum HashFields {
    /// A decimal number without sign or leading zero.
    static func number(_ text: some StringProtocol, _ name: String) throws(PasswordError) -> Int {
        let digits = text.utf8
        guard !digits.isEmpty, digits.count <= 10, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.count == 1 || digits.first != 0x30, let value = Int(text)
        else { throw .malformed("\(name) is not a number") }
        return value
    }

    /// The values of `a=1,b=2`, whose names and order must be those given.
    static func parameters(_ text: Substring, _ names: [String]) throws(PasswordError) -> [Int] {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == names.count else {
            throw .malformed("the parameters are not \(names.joined(separator: ","))")
        }
        var values: [Int] = []
        for (part, name) in zip(parts, names) {
            guard part.hasPrefix("\(name)=") else { throw .malformed("parameter \(name) is missing") }
            values.append(try number(part.dropFirst(name.utf8.count + 1), name))
        }
        return values
    }

    /// Base64 bytes whose number is within the bounds.
    static func bytes(
        _ text: Substring,
        _ name: String,
        _ bounds: ClosedRange<Int>,
        _ alphabet: Base64Text.Alphabet = .standard
    ) throws(PasswordError) -> [UInt8] {
        // Four digits are three bytes: longer text is refused before it is decoded.
        guard text.utf8.count <= bounds.upperBound * 4 / 3 + 4, let bytes = Base64Text.decode(text, alphabet) else {
            throw .malformed("\(name) is not base64 of \(bounds.lowerBound) to \(bounds.upperBound) bytes")
        }
        guard bounds.contains(bytes.count) else {
            throw .malformed("\(name) has \(bytes.count) bytes, not \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return bytes
    }
}
