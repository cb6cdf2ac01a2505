/// A network: the addresses that share their first bits.
public struct AddressPrefix: Hashable, Sendable {
    /// The first address of the network.
    public let address: ClientAddress
    /// How many bits the addresses share.
    public let length: Int

    init(_ address: ClientAddress, length: Int) {
        let length = min(max(length, 0), address.bitCount)
        // Shifting by the full width gives 0 in Swift: no special case for length 0.
        let high = UInt64.max << UInt64(64 - min(length, 64))
        let low = UInt64.max << UInt64(64 - max(length - 64, 0))
        self.address = ClientAddress(family: address.family, high: address.high & high, low: address.low & low)
        self.length = length
    }

    /// Reads `192.0.2.0/24`, `2001:db8::/32`, or an address alone, which is a network of one; nil for anything else.
    ///
    /// Bits behind the prefix may be set; they are ignored.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count <= 2, let address = ClientAddress(first) else { return nil }
        guard parts.count == 2 else {
            self.init(address, length: address.bitCount)
            return
        }
        guard let length = AddressText.decimal(parts[1].utf8, upTo: address.bitCount) else { return nil }
        self.init(address, length: length)
    }

    /// Whether the address belongs to the network.
    public func contains(_ address: ClientAddress) -> Bool {
        address.prefix(length) == self
    }
}

extension AddressPrefix: CustomStringConvertible {
    /// The address and the length, as in `2001:db8::/32`.
    public var description: String { "\(address)/\(length)" }
}
