public import TesseraCore

/// The networks whose word about a client's address is taken (`trusted_proxies`).
public struct TrustedProxies: Sendable {
    private let networks: [AddressPrefix]

    /// No proxy is trusted.
    public static let none = TrustedProxies([] as [AddressPrefix])

    /// Trusts these networks.
    public init(_ networks: [AddressPrefix]) {
        self.networks = networks
    }

    /// Reads networks in CIDR notation; an address alone is a network of one.
    ///
    /// - Parameter networks: Texts such as `10.0.0.0/8`, `fd00::/8` or `192.0.2.7`.
    /// - Throws: ``InvalidNetwork`` for the first text that is none.
    public init(_ networks: [String]) throws(InvalidNetwork) {
        var parsed: [AddressPrefix] = []
        for text in networks {
            guard let network = AddressPrefix(text), network.address.family != .unix else {
                throw InvalidNetwork(text: text)
            }
            parsed.append(network)
        }
        self.networks = parsed
    }

    func contains(_ address: ClientAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }
}

/// A text in the list of trusted proxies that is no network.
public struct InvalidNetwork: Error, Sendable, CustomStringConvertible {
    /// The text as it was configured.
    public let text: String

    /// Says what was expected.
    public var description: String { "'\(text)' is no IP network; expected one such as 10.0.0.0/8 or fd00::/8" }
}
