internal import Hummingbird
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Sets up each accepted connection: counted, timed and framed strictly before Hummingbird sees a request.
///
/// Hummingbird puts its additional handlers behind the translation to HTTP types, where repeated and malformed
/// fields can no longer be told apart; ours stand directly behind the decoder. TLS comes before all of them: its
/// handshake takes its time out of the first head's.
struct EdgeChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    private let base: HTTP1Channel
    private let limits: HTTPLimits
    private let connections: ConnectionTable
    private let tls: TLSCredentials?
    private let failures: TLSFailures

    init(
        responder: @escaping HTTPChannelHandler.Responder,
        limits: HTTPLimits,
        connections: ConnectionTable,
        tls: TLSCredentials?,
        failures: TLSFailures
    ) {
        // The decoder's caps are twice ours, so that a client just over a limit still gets 431 or 414.
        let decoder = HTTP1Channel.Configuration.DecoderConfiguration(
            maxHeaderFieldSize: max(limits.headerBytes, limits.uriBytes) &* 2,
            maxHeaderListSize: (limits.headerBytes &+ limits.uriBytes) &* 2,
            maxHeaderFieldCount: limits.headerCount &* 2
        )
        self.base = HTTP1Channel(responder: responder, configuration: .init(httpDecoderConfiguration: decoder))
        self.limits = limits
        self.connections = connections
        self.tls = tls
        self.failures = failures
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard connections.admit(channel) else {
            channel.close(promise: nil)
            return channel.eventLoop.makeFailedFuture(ConnectionRefused())
        }
        return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            let deadlines = ConnectionDeadlines(limits: limits)
            try pipeline.addHandlers(
                [StrictFramingHandler(), RequestDeadlineHandler(deadlines), DepartureHandler()],
                position: .after(decoder)
            )
            try pipeline.addHandler(FirstByteHandler(deadlines), position: .before(decoder))
            if let tls {
                let secure = NIOSSLServerHandler(context: tls.context)
                try pipeline.addHandlers(
                    [PlainHTTPHandler(deadlines, failures), secure, HandshakeFailureHandler(failures)],
                    position: .first
                )
            }
            return value
        }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}

/// A connection over the limit of its address: closed at once, without a byte.
struct ConnectionRefused: Error {}
