internal import NIOHTTP1

/// How long an answer may be kept, as its `Cache-Control` and `Age` say (RFC 9111 §4.2).
enum CacheLifetime {
    /// A hundred years, so that no sum of durations overflows.
    private static let most: Int64 = 3_153_600_000

    /// The time left; zero where the answer must not be kept, nil where nothing is said.
    static func of(_ headers: HTTPHeaders) -> Duration? {
        var maximumAge: Int64?
        for directive in headers[canonicalForm: "cache-control"] {
            let parts = directive.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = trimmed(parts[0]).lowercased()
            switch name {
            case "no-store", "no-cache": return .zero
            case "max-age" where parts.count == 2:
                // Said twice or not a number: the shortest is believed (RFC 9111 §4.2.1).
                let seconds = seconds(trimmed(parts[1])) ?? 0
                maximumAge = min(maximumAge ?? seconds, seconds)
            default: break
            }
        }
        guard let maximumAge else { return nil }
        let age = headers.first(name: "age").flatMap { seconds($0[...]) } ?? 0
        return .seconds(max(maximumAge - age, 0))
    }

    private static func seconds(_ text: Substring) -> Int64? {
        var digits = text
        if digits.count >= 2, digits.hasPrefix("\""), digits.hasSuffix("\"") { digits = digits.dropFirst().dropLast() }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return min(Int64(digits) ?? most, most)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return text
    }
}
