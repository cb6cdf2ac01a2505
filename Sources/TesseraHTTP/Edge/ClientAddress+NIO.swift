internal import NIOCore
internal import TesseraCore

extension ClientAddress {
    /// The address of the other end of a connection.
    init?(_ address: SocketAddress?) {
        switch address {
        case .v4(let address):
            // Behind the family and the port; the structure's members belong to a module of NIO's own.
            let bits = withUnsafeBytes(of: address.address) { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) }
            self.init(ipv4: UInt32(bigEndian: bits))
        case .v6(let address):
            // And behind the flow.
            let (high, low) = withUnsafeBytes(of: address.address) { bytes in
                (
                    bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
                    bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self)
                )
            }
            self.init(ipv6: UInt64(bigEndian: high), UInt64(bigEndian: low))
        case .unixDomainSocket:
            self = .unix
        case nil:
            return nil
        }
    }
}
