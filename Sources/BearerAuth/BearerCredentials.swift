internal import HTTPTypes

/// Finds the access token in a request's header, the one place it is taken from.
enum BearerCredentials {
    enum Finding {
        /// No bearer token at all.
        case none
        /// The token, not looked at yet.
        case token(Substring)
        /// The token and the one proof that came with it (RFC 9449 §7.1); nil where there was none, or more than one.
        case bound(Substring, proof: String?)
        /// Two ways at once, or a header that is no bearer's; the words are for the log.
        case malformed(String)
    }

    /// Looks for credentials.
    ///
    /// - Parameters:
    ///   - fields: The request's header fields.
    ///   - target: The request's target.
    ///   - takesProofs: Whether the scheme `DPoP` is known here.
    /// - Returns: What was found.
    static func find(in fields: HTTPFields, target: String, takesProofs: Bool) -> Finding {
        var value: String?
        for field in fields where field.name == .authorization {
            guard value == nil else { return .malformed("two Authorization headers") }
            value = field.value
        }
        guard let value else { return .none }
        var isBound = false
        var found = afterScheme(value, "bearer")
        if found == nil, takesProofs {
            found = afterScheme(value, "dpop")
            isBound = true
        }
        guard let credentials = found else { return .none }
        guard !credentials.isEmpty, isToken(credentials) else {
            return .malformed("an Authorization header that is not a scheme and one token")
        }
        // RFC 6750 §2: one way only. A token in the query alone is none: it would be in logs and histories.
        guard !hasTokenParameter(target) else { return .malformed("a token in the header and in the query") }
        return isBound ? .bound(credentials, proof: onlyProof(in: fields)) : .token(credentials)
    }

    /// RFC 9449 §4.3, 1: not more than one.
    private static func onlyProof(in fields: HTTPFields) -> String? {
        var proof: String?
        for field in fields where field.name == .dpop {
            guard proof == nil else { return nil }
            proof = field.value
        }
        return proof
    }

    /// What follows a scheme and its spaces; nil for another scheme.
    ///
    /// Schemes are told apart without case.
    private static func afterScheme(_ value: String, _ name: String) -> Substring? {
        var value = value[...]
        var scheme = name.utf8.makeIterator()
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
    private static func isToken(_ text: Substring) -> Bool {
        text.utf8.withContiguousStorageIfAvailable(isToken) ?? Array(text.utf8).withUnsafeBufferPointer(isToken)
    }

    /// Looks at every byte, with no branch for each kind.
    private static func isToken(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        var others: UInt8 = 0
        for byte in text {
            // Hyphen, full stop, slash and the digits are neighbours in ASCII.
            var isKnown: UInt8 = byte &- UInt8(ascii: "-") < 13 ? 1 : 0
            isKnown |= (byte | 0x20) &- UInt8(ascii: "a") < 26 ? 1 : 0
            isKnown |= byte == UInt8(ascii: "_") ? 1 : 0
            isKnown |= byte == UInt8(ascii: "~") ? 1 : 0
            isKnown |= byte == UInt8(ascii: "+") ? 1 : 0
            isKnown |= byte == UInt8(ascii: "=") ? 1 : 0
            others |= isKnown ^ 1
        }
        return others == 0
    }

    private static func hasTokenParameter(_ target: String) -> Bool {
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return false }
        return target.utf8[target.utf8.index(after: mark)...].split(separator: UInt8(ascii: "&")).contains {
            parameter in
            parameter.prefix { $0 != UInt8(ascii: "=") }.elementsEqual("access_token".utf8)
        }
    }
}

extension HTTPField.Name {
    /// The header field of a proof.
    private static let knownDPoP = HTTPField.Name("DPoP")

    static var dpop: HTTPField.Name? { knownDPoP }
}
