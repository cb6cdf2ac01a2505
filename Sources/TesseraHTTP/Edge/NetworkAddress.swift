internal import NIOCore

/// An IP address as a number: an IPv4 address is its IPv6-mapped form, so that one client has one address.
struct NetworkAddress: Hashable, Sendable {
    let bits: UInt128
    let isIPv4: Bool

    private static let mappedPrefix: UInt128 = 0xffff << 32

    init(_ bits: UInt128) {
        self.bits = bits
        self.isIPv4 = bits >> 32 == Self.mappedPrefix >> 32
    }

    init?(_ address: SocketAddress) {
        // The address lies at the same place in `sockaddr_in` and `sockaddr_in6` on every system we know: behind the
        // port, and for IPv6 behind the flow label too.
        let range: Range<Int>
        switch address {
        case .v4: range = 4..<8
        case .v6: range = 8..<24
        case .unixDomainSocket: return nil
        }
        let bits = address.withSockAddr { pointer, size -> UInt128? in
            guard size >= range.upperBound else { return nil }
            return UnsafeRawBufferPointer(start: pointer, count: size)[range].reduce(0) { $0 << 8 | UInt128($1) }
        }
        guard let bits else { return nil }
        self.init(range.count == 4 ? Self.mappedPrefix | bits : bits)
    }

    /// Reads an address in its usual spellings, without a port and without a zone.
    init?(_ text: some StringProtocol) {
        guard text.utf8.count <= 45, !text.utf8.contains(UInt8(ascii: "%")),
            let address = try? SocketAddress(ipAddress: String(text), port: 0)
        else { return nil }
        self.init(address)
    }
}

extension NetworkAddress: CustomStringConvertible {
    var description: String {
        if isIPv4 {
            return [24, 16, 8, 0].map { String(UInt8(truncatingIfNeeded: bits >> $0)) }.joined(separator: ".")
        }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> (112 - 16 * $0)) }
        return Self.compressed(groups)
    }

    /// The canonical text of RFC 5952: the longest run of two or more zero groups becomes `::`.
    private static func compressed(_ groups: [UInt16]) -> String {
        var best = 0..<0
        var start: Int?
        for index in 0...groups.count {
            if index < groups.count, groups[index] == 0 {
                start = start ?? index
            } else if let first = start {
                if index - first > max(best.count, 1) { best = first..<index }
                start = nil
            }
        }
        func text(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.isEmpty { return text(groups[...]) }
        return text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...])
    }
}
