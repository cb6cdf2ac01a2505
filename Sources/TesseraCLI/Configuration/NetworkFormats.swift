import TesseraCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a server listens.
struct ListenAddress: Hashable, Sendable {
    let host: String
    let port: Int

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// How to reach it from this machine, where it may stand for all of its addresses.
    var nearby: ListenAddress {
        let anywhere = ["0.0.0.0": "127.0.0.1", "::": "::1"]
        return ListenAddress(host: anywhere[host] ?? host, port: port)
    }
}

extension ValueFormat where Value == ListenAddress {
    /// `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`.
    static let listenAddress = ValueFormat(
        expected: "an address and a port, such as 127.0.0.1:8080 or [::]:8080",
        parse: { text in
            guard let colon = text.lastIndex(of: ":"),
                let port = ValueFormat<Int>.integer(0...65_535).parse(String(text[text.index(after: colon)...]))
            else { return nil }
            let host = text[..<colon]
            if host.hasPrefix("["), host.hasSuffix("]") {
                let address = String(host.dropFirst().dropLast())
                return isAddress(address, AF_INET6) ? ListenAddress(host: address, port: port) : nil
            }
            return HostName.isValid(host) ? ListenAddress(host: String(host), port: port) : nil
        },
        describe: \.description
    )
}

extension ValueFormat where Value == AddressPrefix {
    /// A network such as `10.0.0.0/8`; an address alone is itself.
    static let network = ValueFormat(
        expected: "a network such as 10.0.0.0/8 or fd00::/8",
        parse: { AddressPrefix($0) },
        describe: { "\($0)" }
    )
}

extension ValueFormat where Value == String {
    /// A name as a `Host` field carries it, with a port if it is not the scheme's own.
    static let host = ValueFormat.text("a host such as id.example or id.example:8443") { text in
        WebAddress("http://" + text)?.path.isEmpty == true
    }

    /// A browser's origin: scheme, host and port, nothing behind them.
    static let origin = ValueFormat.text("an origin such as https://app.example") { text in
        guard let url = WebAddress(text) else { return false }
        return url.path.isEmpty
    }

    /// Where an OpenTelemetry collector takes OTLP over HTTP.
    static let collector = ValueFormat.text("the http or https URL of a collector, such as http://127.0.0.1:4318") {
        WebAddress($0) != nil
    }

    /// An issuer identifier (RFC 8414 §2): https, or http on the loopback interface, or http where that was allowed.
    static func issuer(allowingInsecure: Bool) -> ValueFormat {
        let rule =
            allowingInsecure
            ? "an http or https URL without query or fragment"
            : "an https URL without query or fragment (http only on loopback, or with allow_insecure_issuer: true)"
        return text(rule) { text in
            guard let url = WebAddress(text) else { return false }
            return url.isSecure || url.isLoopback || allowingInsecure
        }
    }
}

/// Host names and IPv4 addresses: letters, digits, hyphens, dots.
enum HostName {
    static func isValid(_ text: Substring) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

/// Whether `text` is an address of this family, by the system's own reader.
private func isAddress(_ text: String, _ family: Int32) -> Bool {
    var storage = in6_addr()
    return withUnsafeMutableBytes(of: &storage) { inet_pton(family, text, $0.baseAddress) } == 1
}

/// An `http` or `https` URL in parts, without credentials, query and fragment.
struct WebAddress: Equatable, Sendable {
    let isSecure: Bool
    let host: String
    let port: Int?
    let path: String

    /// Reads a URL; `nil` if it has any part that is not listed here.
    init?(_ text: String) {
        let rest: Substring
        if text.hasPrefix("https://") {
            (isSecure, rest) = (true, text.dropFirst(8))
        } else if text.hasPrefix("http://") {
            (isSecure, rest) = (false, text.dropFirst(7))
        } else {
            return nil
        }
        let authority = rest.prefix { $0 != "/" }
        path = String(rest.dropFirst(authority.count))
        let forbidden = Set("?#\"<>\\^`{|}".utf8)
        guard path.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !forbidden.contains($0) }) else { return nil }
        let digits: Substring
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            digits = authority[authority.index(after: end)...]
            guard isAddress(host, AF_INET6) else { return nil }
        } else {
            let name = authority.prefix { $0 != ":" }
            host = String(name)
            digits = authority.dropFirst(name.count)
            guard HostName.isValid(name) else { return nil }
        }
        port = digits.isEmpty ? nil : ValueFormat<Int>.integer(1...65_535).parse(String(digits.dropFirst()))
        guard digits.isEmpty || (digits.hasPrefix(":") && port != nil) else { return nil }
    }

    /// Whether only this machine can answer there (RFC 8252 §7.3, and the name `localhost`).
    var isLoopback: Bool {
        if host.lowercased() == "localhost" || host == "::1" { return true }
        return isAddress(host, AF_INET) && host.hasPrefix("127.")
    }
}
