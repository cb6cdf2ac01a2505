public import TesseraCore

/// The networks whose word about a client's address is taken (`trusted_proxies`).
public struct TrustedProxies: Sendable {
    private let networks: [AddressPrefix]

    /// No proxy is trusted.
    public static let none = TrustedProxies([])

    /// Trusts these networks.
    public init(_ networks: [AddressPrefix]) {
        self.networks = networks
    }

    func contains(_ address: ClientAddress) -> Bool {
        networks.contains { $0.contains(address) }
    }
}
