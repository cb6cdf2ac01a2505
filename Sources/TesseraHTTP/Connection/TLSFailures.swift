internal import Metrics
internal import NIOCore
internal import NIOSSL

/// Counts the connections that never became secure.
struct TLSFailures: Sendable {
    let plainHTTP: Counter
    let handshakes: Counter

    init(metrics: any MetricsFactory) {
        let name = "tessera_tls_handshakes_failed_total"
        plainHTTP = Counter(label: name, dimensions: [("reason", "plain_http")], factory: metrics)
        handshakes = Counter(label: name, dimensions: [("reason", "handshake")], factory: metrics)
    }
}

/// Counts a handshake that failed; it stands behind the TLS handler.
final class HandshakeFailureHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let failures: TLSFailures

    init(_ failures: TLSFailures) {
        self.failures = failures
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .handshakeFailed? = error as? NIOSSLError { failures.handshakes.increment() }
        context.fireErrorCaught(error)
    }
}
