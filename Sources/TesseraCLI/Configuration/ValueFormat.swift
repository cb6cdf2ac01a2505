/// How a value is spelled: what to expect, how to read it, and how to show it.
struct ValueFormat<Value: Sendable>: Sendable {
    /// Completes the sentence "expected …".
    let expected: String
    let parse: @Sendable (String) -> Value?
    let describe: @Sendable (Value) -> String
}

extension ValueFormat where Value == Duration {
    /// A duration within a range.
    static func duration(_ range: ClosedRange<Duration>) -> ValueFormat {
        let bounds = "from \(DurationText.describe(range.lowerBound)) to \(DurationText.describe(range.upperBound))"
        return ValueFormat(
            expected: "\(DurationText.expected), \(bounds)",
            parse: { text in DurationText.parse(text).flatMap { range.contains($0) ? $0 : nil } },
            describe: DurationText.describe
        )
    }
}

extension ValueFormat where Value == Int {
    /// A whole number within a range.
    static func integer(_ range: ClosedRange<Int>) -> ValueFormat {
        ValueFormat(
            expected: "a whole number from \(range.lowerBound) to \(range.upperBound)",
            parse: { text in
                guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
                return Int(text).flatMap { range.contains($0) ? $0 : nil }
            },
            describe: { String($0) }
        )
    }
}

extension ValueFormat where Value == Double {
    /// A share, from none to all.
    static let ratio = ValueFormat(
        expected: "a number from 0 to 1, such as 0.1",
        parse: { text in
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || ".e-".utf8.contains($0) }) else { return nil }
            return Double(text).flatMap { (0...1).contains($0) ? $0 : nil }
        },
        describe: { $0 == 0 || $0 == 1 ? String(Int($0)) : String($0) }
    )
}

extension ValueFormat where Value == Bool {
    /// `true` or `false`.
    static let boolean = ValueFormat(
        expected: "true or false",
        parse: { ["true": true, "false": false][$0] },
        describe: { $0 ? "true" : "false" }
    )
}

extension ValueFormat where Value: RawRepresentable & Equatable, Value.RawValue == String {
    /// One of a few words.
    static func choice(_ values: [Value]) -> ValueFormat {
        ValueFormat(
            expected: "one of " + values.map(\.rawValue).joined(separator: ", "),
            parse: { text in values.first { $0.rawValue.utf8.elementsEqual(text.utf8) } },
            describe: { $0.rawValue }
        )
    }
}

extension ValueFormat where Value == String {
    /// Any text of one line that is not empty.
    static func line(_ expected: String) -> ValueFormat {
        text(expected) { !$0.isEmpty && !$0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }
    }

    /// Text that satisfies a rule.
    static func text(_ expected: String, where isValid: @escaping @Sendable (String) -> Bool) -> ValueFormat {
        ValueFormat(expected: expected, parse: { isValid($0) ? $0 : nil }, describe: { $0 })
    }
}

extension ValueFormat {
    /// Several values of one kind, separated by commas; nothing at all is no value.
    static func list<Element: Sendable>(of element: ValueFormat<Element>) -> ValueFormat where Value == [Element] {
        ValueFormat(
            expected: "a list, each of it \(element.expected)",
            parse: { text in
                if text.isEmpty { return [] }
                var values: [Element] = []
                for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                    guard let value = element.parse(String(part.trimmingPrefix { $0 == " " })) else { return nil }
                    values.append(value)
                }
                return values
            },
            describe: { $0.map(element.describe).joined(separator: ",") }
        )
    }
}
