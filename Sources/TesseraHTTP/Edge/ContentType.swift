internal import HTTPTypes

/// What a request says its body is (RFC 9110 §8.3): a media type and its parameters.
struct ContentType: Sendable {
    /// The media type, then the parameters, without space around them.
    private let parts: [Substring.UTF8View]

    init(_ headers: HTTPFields) {
        let text = (headers[.contentType] ?? "")[...]
        parts = text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(Self.trimmed)
    }

    /// Whether it is a media type, whatever the parameters; `type` in lower case.
    func isOf(_ type: String) -> Bool {
        parts.first.map { Self.isSame($0, type) } ?? false
    }

    /// Whether it names a character set in which bytes beyond ASCII mean something else than in UTF-8.
    var isOfAnotherCharacterSet: Bool {
        parts.dropFirst().contains { parameter in
            let halves = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1).map(Self.trimmed)
            guard halves.count == 2, Self.isSame(halves[0], "charset") else { return false }
            return !["utf-8", "\"utf-8\"", "utf8"].contains { Self.isSame(halves[1], $0) }
        }
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let start = text.drop(while: isSpace)
        return start[..<(start.lastIndex { !isSpace($0) }.map(start.index(after:)) ?? start.startIndex)]
    }

    /// Compares with lower-case ASCII, whatever the case.
    private static func isSame(_ text: some Sequence<UInt8>, _ expected: String) -> Bool {
        text.elementsEqual(expected.utf8) { $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1) }
    }
}
