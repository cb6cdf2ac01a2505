/// The target of an HTTP request without query and fragment, normalised so that equal targets are equal texts.
///
/// Syntax-based and scheme-based normalisation of RFC 3986 (§6.2.2, §6.2.3), which RFC 9449 §4.3 asks for: scheme and
/// host in lower case, `%7e` as `~` and `%2f` as `%2F`, no dot segments, no default port, `/` for an empty path.
struct TargetURI: Sendable {
    let text: String

    /// Nil for what is not an absolute `http` or `https` URL in RFC 3986's characters, and for one with a user in it.
    init?(_ url: String) {
        let bytes = Array(url.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = Self.lowercase(bytes[..<colon])
        guard let defaultPort = Self.defaultPort(of: scheme) else { return nil }
        var rest = bytes[colon...].dropFirst()
        guard rest.starts(with: "//".utf8) else { return nil }
        rest = rest.dropFirst(2)
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && !Self.endsPath($0) }
        let path = rest.dropFirst(authority.count).prefix { !Self.endsPath($0) }
        let ignored = rest.dropFirst(authority.count + path.count)
        guard ignored.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        guard let host = Self.authority(authority, defaultPort: defaultPort), let path = Self.path(path) else {
            return nil
        }
        text = String(decoding: scheme + Array("://".utf8) + host + path, as: UTF8.self)
    }

    private static func endsPath(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") }

    private static func defaultPort(of scheme: [UInt8]) -> UInt16? {
        if scheme.elementsEqual("https".utf8) { return 443 }
        return scheme.elementsEqual("http".utf8) ? 80 : nil
    }

    private static func lowercase(_ bytes: some Collection<UInt8>) -> [UInt8] {
        bytes.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    // MARK: - Host and port

    private static func authority(_ bytes: ArraySlice<UInt8>, defaultPort: UInt16) -> [UInt8]? {
        var host = bytes
        var digits: ArraySlice<UInt8> = []
        // The colons of an IPv6 address are not the port's.
        let end = bytes.first == UInt8(ascii: "[") ? bytes.firstIndex(of: UInt8(ascii: "]")) : bytes.startIndex
        guard let end else { return nil }
        if let colon = bytes[end...].firstIndex(of: UInt8(ascii: ":")) {
            host = bytes[..<colon]
            digits = bytes[colon...].dropFirst()
        }
        guard let name = Self.host(host) else { return nil }
        if digits.isEmpty { return name }
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = UInt16(String(decoding: digits, as: UTF8.self))
        else { return nil }
        return port == defaultPort ? name : name + Array(":\(port)".utf8)
    }

    private static func host(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard !bytes.isEmpty else { return nil }
        if bytes.first == UInt8(ascii: "[") {
            let address = bytes.dropFirst().dropLast()
            let isAddress = address.allSatisfy { byte in
                byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".") || Self.hexadecimal(byte) != nil
            }
            // The bracket that ends it is the last byte, as there is one and it is not among these.
            return !address.isEmpty && isAddress ? lowercase(bytes) : nil
        }
        // Decoded first, so that an escaped letter is in lower case too; what stays escaped keeps its capital digits.
        guard let name = normalised(bytes, allowing: "") else { return nil }
        var lower: [UInt8] = []
        var escaped = 0
        for byte in name {
            if byte == UInt8(ascii: "%") { escaped = 3 }
            lower.append(escaped == 0 && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
            escaped = max(escaped - 1, 0)
        }
        return lower
    }

    // MARK: - Path

    private static func path(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        guard let path = normalised(bytes, allowing: ":@/") else { return nil }
        // RFC 3986 §5.2.4: the first segment is empty, as the path begins with a slash.
        var kept: [ArraySlice<UInt8>] = []
        let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch String(decoding: segment, as: UTF8.self) {
            case ".": if isLast { kept.append([]) }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append([]) }
            default: kept.append(segment)
            }
        }
        return [UInt8(ascii: "/")] + Array(kept.joined(separator: [UInt8(ascii: "/")]))
    }

    // MARK: - Percent-encoding

    /// The bytes with escapes of unreserved characters resolved and the others' digits in capitals (RFC 3986 §6.2.2).
    ///
    /// Nil where a character is neither unreserved, a sub-delimiter, escaped nor among those allowed.
    private static func normalised(_ bytes: ArraySlice<UInt8>, allowing others: StaticString) -> [UInt8]? {
        let allowed = Array("!$&'()*+,;=".utf8) + Array(others.description.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(hexadecimal), let low = rest.popFirst().flatMap(hexadecimal)
                else { return nil }
                let value = high << 4 | low
                if value.isUnreservedInURI {
                    result.append(value)
                } else {
                    result += [byte, capital(high), capital(low)]
                }
            } else {
                guard byte.isUnreservedInURI || allowed.contains(byte) else { return nil }
                result.append(byte)
            }
        }
        return result
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- 0x37
        default: nil
        }
    }

    private static func capital(_ digit: UInt8) -> UInt8 { digit < 10 ? digit &+ 0x30 : digit &+ 0x37 }
}
