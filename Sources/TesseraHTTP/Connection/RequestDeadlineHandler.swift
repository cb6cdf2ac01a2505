internal import NIOCore
internal import NIOHTTP1

/// Follows requests and answers through a connection: sets their deadlines, and closes where a connection must end.
///
/// A connection ends after an answer that says `Connection: close`, after an answer to a client that does not keep it
/// alive, and after an answer that was given before its request was read to the end: the rest is not worth draining.
/// Then our half is closed first, and what still comes is dropped for a moment, so that the answer is not lost to a reset.
final class RequestDeadlineHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let deadlines: ConnectionDeadlines
    /// Requests whose head came and whose answer has not been flushed.
    private var pending = 0
    private var readsRequest = false
    private var closesAfterAnswer = false
    private var isClosing = false

    init(_ deadlines: ConnectionDeadlines) {
        self.deadlines = deadlines
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch Self.unwrapInboundIn(data) {
        case .head(let head):
            // Nothing that follows a request which ends the connection is answered.
            guard !closesAfterAnswer else { return }
            pending += 1
            readsRequest = true
            if pending == 1 { deadlines.expectRequest() }
            if !head.isKeepAlive { closesAfterAnswer = true }
        case .end:
            readsRequest = false
        case .body:
            break
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(var head) where !(100..<200).contains(head.status.code):
            deadlines.expectWrite()
            if readsRequest && pending <= 1 { closesAfterAnswer = true }
            if closesAfterAnswer && pending <= 1 {
                head.headers.replaceOrAdd(name: "connection", value: "close")
                context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
                return
            }
            if head.headers.contains(name: "connection") { closesAfterAnswer = true }
        case .head, .body:
            break
        case .end:
            let flushed = promise ?? context.eventLoop.makePromise()
            let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
            flushed.futureResult.whenComplete { _ in
                let (handler, context) = loopBound.value
                handler.answered(context: context)
            }
            context.write(data, promise: flushed)
            return
        }
        context.write(data, promise: promise)
    }

    private func answered(context: ChannelHandlerContext) {
        pending = max(0, pending - 1)
        if closesAfterAnswer {
            // Of pipelined requests the last one ends the connection, unless an answer said so earlier.
            guard pending == 0, !isClosing else { return }
            isClosing = true
            deadlines.expectClose()
            context.close(mode: .output, promise: nil)
        } else if pending > 0 {
            deadlines.expectRequest()
        } else {
            deadlines.becomeIdle()
        }
    }
}
