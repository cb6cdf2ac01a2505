internal import Metrics
internal import NIOCore
internal import Synchronization
internal import TesseraCore

/// Counts the open connections, in total and per IPv4 address or IPv6 /64, and refuses those over a limit.
///
/// The table has an entry for each address with an open connection, so the limit on connections bounds it.
final class ConnectionTable: Sendable {
    private struct State {
        var total = 0
        var perAddress: [AddressPrefix: Int] = [:]
    }

    private let limits: HTTPLimits
    /// Behind these all clients share the proxy's address, so that a limit per address would stop the innocent.
    private let proxies: TrustedProxies
    private let open: Meter
    private let refused: Counter
    private let state = Mutex(State())

    init(limits: HTTPLimits, proxies: TrustedProxies, metrics: any MetricsFactory) {
        self.limits = limits
        self.proxies = proxies
        self.open = Meter(label: "tessera_connections_open", dimensions: [], factory: metrics)
        self.refused = Counter(label: "tessera_connections_refused_total", dimensions: [], factory: metrics)
    }

    var count: Int { state.withLock { $0.total } }

    /// Counts a connection until it closes, or says that it is one too many.
    func admit(_ channel: any Channel) -> Bool {
        var address: AddressPrefix?
        if let known = ClientAddress(channel.remoteAddress), !proxies.contains(known) { address = known.household }
        let admitted = state.withLock { state in
            guard state.total < limits.connections else { return false }
            if let address {
                let open = state.perAddress[address, default: 0]
                guard open < limits.connectionsPerAddress else { return false }
                state.perAddress[address] = open + 1
            }
            state.total += 1
            return true
        }
        if admitted {
            open.increment()
            channel.closeFuture.whenComplete { [address] _ in self.release(address) }
        } else {
            refused.increment()
        }
        return admitted
    }

    private func release(_ address: AddressPrefix?) {
        open.decrement()
        state.withLock { state in
            state.total -= 1
            guard let address, let open = state.perAddress[address] else { return }
            state.perAddress[address] = open > 1 ? open - 1 : nil
        }
    }
}
