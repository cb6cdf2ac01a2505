internal import HTTPTypes
internal import Logging
internal import Metrics
internal import Synchronization
internal import TesseraCore

/// Finds the address a request came from.
///
/// The peer's address counts, unless the peer is a trusted proxy; then the rightmost entry of `X-Forwarded-For` or
/// `Forwarded` (RFC 7239) that is not a trusted proxy itself. Entries further left are whatever the client wrote.
final class ClientAddressResolver: Sendable {
    private let proxies: TrustedProxies
    private let hasWarned = Atomic(false)
    /// Requests whose forwarded address was not believed: that they come at all says that a proxy is not configured.
    private let ignored: Counter

    init(proxies: TrustedProxies, metrics: any MetricsFactory) {
        self.proxies = proxies
        self.ignored = Counter(label: "tessera_forwarded_addresses_ignored_total", dimensions: [], factory: metrics)
    }

    func address(of peer: ClientAddress?, headers: HTTPFields, logger: Logger) -> ClientAddress? {
        guard let peer, proxies.contains(peer) else {
            note(peer: peer, headers: headers, logger: logger)
            return peer
        }
        let legacy = headers[values: .xForwardedFor]
        let standard = headers[values: .forwarded]
        switch (legacy.isEmpty, standard.isEmpty) {
        case (true, true):
            return peer
        case (false, true):
            return rightmostUntrusted(Self.legacyEntries(legacy), peer: peer)
        case (true, false):
            return rightmostUntrusted(Self.standardEntries(standard), peer: peer)
        case (false, false):
            // A proxy that writes one of them passes the other on as the client sent it. Which it is cannot be told.
            let one = rightmostUntrusted(Self.legacyEntries(legacy), peer: peer)
            let other = rightmostUntrusted(Self.standardEntries(standard), peer: peer)
            return one == other ? one : peer
        }
    }

    /// Counts what is not believed, and tells it once.
    private func note(peer: ClientAddress?, headers: HTTPFields, logger: Logger) {
        guard headers.contains(.xForwardedFor) || headers.contains(.forwarded) else { return }
        ignored.increment()
        guard !hasWarned.exchange(true, ordering: .relaxed) else { return }
        logger.warning(
            "A forwarded client address was ignored: it came from a peer that is not in trusted_proxies.",
            metadata: ["peer": "\(peer.map(\.description) ?? "unknown")"]
        )
    }

    /// Walks from the nearest hop outwards while hops are trusted; an unreadable entry stops at the hop that wrote it.
    private func rightmostUntrusted(_ entries: [ClientAddress?], peer: ClientAddress) -> ClientAddress {
        var hop = peer
        for entry in entries.reversed() {
            guard let entry else { return hop }
            hop = entry
            guard proxies.contains(entry) else { return entry }
        }
        return hop
    }

    private static func legacyEntries(_ values: [String]) -> [ClientAddress?] {
        values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { node($0.trimmed) }
    }

    private static func standardEntries(_ values: [String]) -> [ClientAddress?] {
        values.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map { element in
            for pair in element.split(separator: ";") {
                let parts = pair.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].trimmed.lowercased() == "for" else { continue }
                var value = parts[1].trimmed
                if value.first == "\"", value.last == "\"", value.count >= 2 { value = value.dropFirst().dropLast() }
                return node(value)
            }
            return nil
        }
    }

    /// An address with or without a port; IPv6 in brackets where there is a port.
    private static func node(_ text: Substring) -> ClientAddress? {
        var host = text
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
        } else {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == 2 { host = parts[0] }
        }
        // The server's own socket is no address that a proxy could speak of.
        guard let address = ClientAddress(host), address.family != .unix else { return nil }
        return address
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        let isBlank = { (character: Character) in character == " " || character == "\t" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return self[first...last]
    }
}

extension HTTPField.Name {
    static let xForwardedFor = constant("X-Forwarded-For")
    static let forwarded = constant("Forwarded")
    static let xRequestID = constant("X-Request-Id")
    static let pragma = constant("Pragma")
    static let referrerPolicy = constant("Referrer-Policy")
    static let xFrameOptions = constant("X-Frame-Options")

    /// A name that is written in this source, and valid: a wrong one stops the first test, and no request brings one.
    static func constant(_ name: String) -> HTTPField.Name {
        guard let parsed = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return parsed
    }
}
