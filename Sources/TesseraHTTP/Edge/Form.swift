/// The fields of a form, in the order they were sent.
///
/// Names are few and short, and are compared as UTF-8 bytes: `String` equality would take a look-alike for the same.
struct Form: Sendable {
    private var fields: [(name: String, value: String)] = []

    /// The value of a field; `nil` if it is absent or empty, which OAuth treats alike (RFC 6749 §3.1).
    subscript(name: StaticString) -> String? {
        fields.first { Self.isSame($0.name, name) && !$0.value.isEmpty }?.value
    }

    /// All values of a field that may be repeated, without empty ones.
    func values(_ name: StaticString) -> [String] {
        fields.lazy.filter { Self.isSame($0.name, name) && !$0.value.isEmpty }.map(\.value)
    }

    /// Whether it reads the same in every character set there is.
    var isASCII: Bool {
        fields.allSatisfy { field in [field.name, field.value].allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } } }
    }

    mutating func add(_ name: String, _ value: String, mayRepeat: Bool) -> Bool {
        let isRepeated = fields.contains { $0.name.utf8.elementsEqual(name.utf8) }
        guard mayRepeat || !isRepeated else { return false }
        fields.append((name, value))
        return true
    }

    private static func isSame(_ name: String, _ other: StaticString) -> Bool {
        other.withUTF8Buffer { name.utf8.elementsEqual($0) }
    }
}
