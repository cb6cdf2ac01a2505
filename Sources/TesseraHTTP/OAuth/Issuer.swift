/// The issuer's identifier, and the addresses that are built from it; never from a request.
struct Issuer: Sendable {
    /// Byte-equal to `iss`.
    let identifier: String
    /// The identifier without a slash at its end.
    let base: String
    /// The path of the identifier, without a slash at its end; empty where it has none.
    let path: String

    init(_ identifier: String) {
        self.identifier = identifier
        var base = identifier[...]
        while base.utf8.last == UInt8(ascii: "/") { base = base.dropLast() }
        self.base = String(base)
        let afterScheme = base.range(of: "://").map { base[$0.upperBound...] } ?? base
        self.path = afterScheme.firstIndex(of: "/").map { String(afterScheme[$0...]) } ?? ""
    }

    /// Whether browsers reach the server by HTTPS, and at a name that is no other program's too, as `localhost` is.
    var isPublicAndSecure: Bool {
        guard identifier.hasPrefix("https://") else { return false }
        let host = identifier.dropFirst(8).prefix { $0 != "/" && $0 != ":" }.lowercased()
        return host != "localhost" && !host.hasSuffix(".localhost")
    }

    /// The address of one of the server's paths.
    func url(_ path: String) -> String { base + path }

    /// The paths where a metadata document is looked for: that of RFC 8414 §3.1, which puts the issuer's path behind the
    /// well-known one, and that of OpenID Connect Discovery §4, which puts it before.
    func wellKnownPaths(_ name: String) -> [String] {
        path.isEmpty ? ["/.well-known/\(name)"] : ["/.well-known/\(name)", "/.well-known/\(name)\(path)"]
    }
}

extension Substring {
    /// The first place of a text; small enough not to need Foundation.
    fileprivate func range(of text: String) -> Range<Index>? {
        var start = startIndex
        while start != endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
