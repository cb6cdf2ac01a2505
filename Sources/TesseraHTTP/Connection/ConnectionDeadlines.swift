internal import NIOCore

/// When a connection must have got further, or is closed: one absolute deadline at a time.
///
/// A deadline never moves because some more bytes came. It is checked by one timer a connection that runs at least as
/// often as the shortest limit, so that moving the deadline costs an assignment and never a timer.
/// Confined to the connection's event loop: the two handlers in its pipeline share one.
final class ConnectionDeadlines {
    private let head: TimeAmount
    private let request: TimeAmount
    private let write: TimeAmount
    private let idle: TimeAmount
    private let linger: TimeAmount
    private let tick: TimeAmount
    private var deadline: NIODeadline
    private var timer: Scheduled<Void>?
    /// Whether the connection waits for the first byte of a head.
    private(set) var isIdle = false

    init(limits: HTTPLimits) {
        self.head = TimeAmount(limits.headDeadline)
        self.request = TimeAmount(limits.requestDeadline)
        self.write = TimeAmount(limits.writeDeadline)
        self.idle = TimeAmount(limits.idleTimeout)
        self.linger = .seconds(2)
        self.tick = [head, request, write, idle, linger].min() ?? .seconds(1)
        self.deadline = .now() + head
    }

    func start(on context: ChannelHandlerContext) {
        guard timer == nil else { return }
        deadline = .now() + head
        schedule(on: context)
    }

    func stop() {
        timer?.cancel()
        timer = nil
    }

    func expectHead() { move(to: head) }
    func expectRequest() { move(to: request) }
    func expectWrite() { move(to: write) }
    func expectClose() { move(to: linger) }

    func becomeIdle() {
        move(to: idle)
        isIdle = true
    }

    private func move(to amount: TimeAmount) {
        isIdle = false
        deadline = .now() + amount
    }

    private func schedule(on context: ChannelHandlerContext) {
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: min(deadline, .now() + tick)) {
            let (deadlines, context) = loopBound.value
            guard deadlines.deadline > .now() else {
                deadlines.timer = nil
                context.close(promise: nil)
                return
            }
            deadlines.schedule(on: context)
        }
    }
}
