internal import HTTPTypes

/// Finds the bearer token in a request's header, the one place it is taken from.
enum BearerCredentials {
    enum Finding {
        /// No bearer token at all.
        case none
        /// The token, not looked at yet.
        case token(Substring)
        /// Two ways at once, or a header that is no bearer's; the words are for the log.
        case malformed(String)
    }

    static func find(in fields: HTTPFields, target: String) -> Finding {
        var value: String?
        for field in fields where field.name == .authorization {
            guard value == nil else { return .malformed("two Authorization headers") }
            value = field.value
        }
        guard let value, let credentials = afterScheme(value) else { return .none }
        guard !credentials.isEmpty, credentials.utf8.allSatisfy(isTokenCharacter) else {
            return .malformed("an Authorization header that is not Bearer and one token")
        }
        // RFC 6750 §2: one way only. A token in the query alone is none: it would be in logs and histories.
        guard !hasTokenParameter(target) else { return .malformed("a token in the header and in the query") }
        return .token(credentials)
    }

    /// What follows `Bearer` and its spaces; nil for another scheme.
    ///
    /// Schemes are told apart without case.
    private static func afterScheme(_ value: String) -> Substring? {
        var value = value[...]
        var scheme = "bearer".utf8.makeIterator()
        var rest = value.utf8[...]
        while let letter = scheme.next() {
            guard let byte = rest.popFirst(), byte | 0x20 == letter else { return nil }
        }
        guard let separator = rest.first else { return "" }
        guard separator == UInt8(ascii: " ") else { return nil }
        value = Substring(rest.drop { $0 == UInt8(ascii: " ") })
        return value
    }

    /// RFC 6750 §2.1: `b64token`.
    private static func isTokenCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="):
            true
        default: false
        }
    }

    private static func hasTokenParameter(_ target: String) -> Bool {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return false }
        return target.utf8[target.utf8.index(after: mark)...].split(separator: UInt8(ascii: "&")).contains {
            parameter in
            parameter.prefix { $0 != UInt8(ascii: "=") }.elementsEqual("access_token".utf8)
        }
    }
}
