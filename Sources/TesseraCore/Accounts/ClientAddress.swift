/// Where a request comes from: an IPv4 or IPv6 address, or the server's own Unix socket.
///
/// ```swift
/// ClientAddress("::ffff:192.0.2.7") == ClientAddress("192.0.2.7")     // true
/// ClientAddress("2001:db8::1")?.prefix(64).description                // 2001:db8::/64
/// ```
public struct ClientAddress: Hashable, Sendable {
    /// The kind of address.
    public enum Family: Hashable, Sendable {
        /// 32 bits.
        case ipv4
        /// 128 bits.
        case ipv6
        /// A caller on this machine, known by the socket's file mode.
        case unix
    }

    /// The kind of address.
    public let family: Family
    /// The 128 bits from the left; an IPv4 address is the first 32 of them.
    let high: UInt64
    let low: UInt64

    /// A caller through the Unix socket.
    public static let unix = ClientAddress(family: .unix, high: 0, low: 0)

    init(family: Family, high: UInt64, low: UInt64) {
        self.family = family
        self.high = high
        self.low = low
    }

    /// An IPv4 address of its 32 bits.
    public init(ipv4 bits: UInt32) {
        self.init(family: .ipv4, high: UInt64(bits) << 32, low: 0)
    }

    /// An IPv6 address of its 128 bits.
    ///
    /// An IPv4-mapped one is the IPv4 address: a dual-stack socket must not give a client two budgets.
    public init(ipv6 high: UInt64, _ low: UInt64) {
        if high == 0, low >> 32 == 0xFFFF {
            self.init(ipv4: UInt32(truncatingIfNeeded: low))
        } else {
            self.init(family: .ipv6, high: high, low: low)
        }
    }

    /// Reads dotted IPv4, IPv6 (RFC 4291 §2.2, a zone is ignored), or `unix`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        if text == "unix" {
            self = .unix
        } else if let bits = AddressText.ipv4(text.utf8) {
            self.init(ipv4: bits)
        } else if let (high, low) = AddressText.ipv6(text.utf8.prefix { $0 != UInt8(ascii: "%") }) {
            self.init(ipv6: high, low)
        } else {
            return nil
        }
    }

    /// How many bits the family's addresses have.
    public var bitCount: Int {
        switch family {
        case .ipv4: 32
        case .ipv6: 128
        case .unix: 0
        }
    }

    /// The network of the first `length` bits; a length beyond the family's is all of them.
    public func prefix(_ length: Int) -> AddressPrefix {
        AddressPrefix(self, length: length)
    }
}

extension ClientAddress: CustomStringConvertible {
    /// The usual text: dotted, RFC 5952, or `unix`.
    public var description: String {
        switch family {
        case .ipv4: AddressText.text(ofIPv4: UInt32(truncatingIfNeeded: high >> 32))
        case .ipv6: AddressText.text(ofIPv6: high, low)
        case .unix: "unix"
        }
    }
}
