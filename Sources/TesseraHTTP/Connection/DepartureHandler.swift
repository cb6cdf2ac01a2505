internal import NIOCore

/// Tells an endpoint that waits that its client has gone, which reading and writing would tell it too late.
///
/// A client that has closed its sending half may still read, and is taken for gone all the same: an endpoint that waits
/// then answers early, and both are served.
final class DepartureHandler: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = NIOAny
    typealias OutboundIn = NIOAny

    /// An outbound event: asks to be told once, from the connection's event loop.
    struct Watch: Sendable {
        let tell: @Sendable () -> Void
    }

    private var watch: Watch?
    private var hasDeparted = false

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let watch = event as? Watch else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        if hasDeparted { watch.tell() } else { self.watch = watch }
        promise?.succeed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { depart() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        depart()
        context.fireChannelInactive()
    }

    private func depart() {
        hasDeparted = true
        watch?.tell()
        watch = nil
    }
}
