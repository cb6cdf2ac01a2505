internal import Metrics
internal import NIOCore

/// Tells a client that speaks plain HTTP where TLS is spoken what is wrong, and lets every other one through.
///
/// It stands before the TLS handler. A request begins with a letter, a TLS record never does.
final class PlainHTTPHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let answer: StaticString = """
        HTTP/1.1 400 Bad Request\r
        Content-Type: application/problem+json\r
        Content-Length: 142\r
        Connection: close\r
        \r
        {"type":"about:blank","title":"Bad Request","status":400,"code":"https_required","detail":"This port speaks HTTPS: begin the URL with https."}
        """

    private let deadlines: ConnectionDeadlines
    private let failures: TLSFailures
    private var hasAnswered = false

    init(_ deadlines: ConnectionDeadlines, _ failures: TLSFailures) {
        self.deadlines = deadlines
        self.failures = failures
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !hasAnswered else { return }
        let buffer = Self.unwrapInboundIn(data)
        guard let first: UInt8 = buffer.getInteger(at: buffer.readerIndex), Self.isUppercase(first) else {
            context.fireChannelRead(data)
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
            return
        }
        hasAnswered = true
        failures.plainHTTP.increment()
        deadlines.expectClose()
        context.writeAndFlush(Self.wrapOutboundOut(ByteBuffer(staticString: Self.answer)), promise: nil)
        // Our half first: what the client still sends must not reset the answer away.
        context.close(mode: .output, promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if hasAnswered, let event = event as? ChannelEvent, event == .inputClosed {
            context.close(promise: nil)
        } else {
            context.fireUserInboundEventTriggered(event)
        }
    }

    private static func isUppercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
