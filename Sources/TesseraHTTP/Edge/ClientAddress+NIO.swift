internal import NIOCore
internal import TesseraCore

extension ClientAddress {
    /// The address of the other end of a connection.
    init?(_ address: SocketAddress?) {
        switch address {
        case .v4, .v6:
            guard let text = address?.ipAddress else { return nil }
            self.init(text)
        case .unixDomainSocket:
            self = .unix
        case nil:
            return nil
        }
    }
}
