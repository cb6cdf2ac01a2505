/// An `http` or `https` URL of a provider, taken apart far enough to decide whether it may be fetched.
///
/// It has no user, no password and no fragment. Only ASCII characters that a URL may hold are let through.
package struct ProviderURL: Sendable, Hashable {
    /// The URL as it was written.
    package let text: String
    /// Whether it is `https`.
    package let isSecure: Bool
    /// The host without its port, an IPv6 address in brackets.
    let host: String
    /// Scheme, host and port.
    let origin: String
    /// The path, empty or beginning with a slash, without the query.
    let path: String
    let hasQuery: Bool

    /// Takes a URL apart; nil where it is none, or has what a provider's has not.
    package init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            (isSecure, rest) = (true, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (isSecure, rest) = (false, text.dropFirst(7))
        } else {
            return nil
        }
        let forbidden = Set("#\"<>\\^`{|}".utf8)
        guard text.utf8.count <= 2048,
            rest.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) })
        else { return nil }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@"), let host = Self.host(of: authority) else { return nil }
        let target = rest.dropFirst(authority.count)
        self.text = text
        self.host = host
        origin = (isSecure ? "https://" : "http://") + authority
        path = String(target.prefix { $0 != "?" })
        hasQuery = target.contains("?")
    }

    /// The host of an authority whose port, if it has one, is a number.
    private static func host(of authority: Substring) -> String? {
        var host = authority
        var port = Substring()
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            port = authority[authority.index(after: end)...]
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = authority[colon...]
        }
        if !port.isEmpty {
            guard port.hasPrefix(":"), let number = UInt16(port.dropFirst()), number > 0 else { return nil }
        }
        return host.isEmpty ? nil : String(host)
    }

    /// Whether only this machine can answer there (RFC 8252 §7.3, and the name `localhost`).
    package var isLoopback: Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
