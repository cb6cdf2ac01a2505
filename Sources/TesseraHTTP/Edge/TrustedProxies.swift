/// The networks whose word about a client's address is taken (`trusted_proxies`).
public struct TrustedProxies: Sendable {
    private struct Network: Sendable {
        let prefix: UInt128
        let mask: UInt128
    }

    private let networks: [Network]

    /// No proxy is trusted.
    public static let none = TrustedProxies()

    private init() {
        networks = []
    }

    /// Reads networks in CIDR notation; an address alone is a network of one.
    ///
    /// - Parameter networks: Texts such as `10.0.0.0/8`, `fd00::/8` or `192.0.2.7`.
    /// - Throws: ``InvalidNetwork`` for the first text that is none.
    public init(_ networks: [String]) throws(InvalidNetwork) {
        var parsed: [Network] = []
        for text in networks {
            guard let network = Self.parse(text) else { throw InvalidNetwork(text: text) }
            parsed.append(network)
        }
        self.networks = parsed
    }

    var isEmpty: Bool { networks.isEmpty }

    func contains(_ address: NetworkAddress) -> Bool {
        networks.contains { address.bits & $0.mask == $0.prefix }
    }

    private static func parse(_ text: String) -> Network? {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ NetworkAddress($0) }) else { return nil }
        // An IPv4 network lies in the last 32 bits of the mapped form. A mapped address needs its 96 bits too.
        let isDotted = !text.utf8.contains(UInt8(ascii: ":"))
        var length = 128
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let given = Int(parts[1]), given <= (isDotted ? 32 : 128)
            else { return nil }
            length = isDotted ? given + 96 : given
        }
        let mask = length == 0 ? 0 : UInt128.max << (128 - length)
        return Network(prefix: address.bits & mask, mask: mask)
    }
}

/// A text in the list of trusted proxies that is no network.
public struct InvalidNetwork: Error, Sendable, CustomStringConvertible {
    /// The text as it was configured.
    public let text: String

    /// Says what was expected.
    public var description: String { "'\(text)' is no IP network; expected one such as 10.0.0.0/8 or fd00::/8" }
}
