internal import Dispatch
internal import Synchronization

/// What the queue and its threads share.
final class HashingWork: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        /// Index of the next in `waiting`: taking from an array's front would move all the others.
        var next = 0
        var running = 0
        var threads: Int
        var isStopped = false
        var drained: [CheckedContinuation<Void, Never>] = []
        /// Moving average of how long one piece of work takes.
        var average = Duration.milliseconds(50)

        var waitingCount: Int { waiting.count - next }
    }

    private let threads: Int
    private let capacity: Int
    /// Guards the whole state; held for a few instructions, never while hashing.
    private let state: Mutex<State>
    /// One signal for each piece of work, and one for each thread at the end.
    private let signal = DispatchSemaphore(value: 0)

    init(threads: Int, capacity: Int) {
        self.threads = threads
        self.capacity = capacity
        state = Mutex(State(threads: threads))
    }

    var load: (waiting: Int, running: Int) {
        state.withLock { ($0.waitingCount, $0.running) }
    }

    var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Accepts the work, or says why not.
    func submit(_ body: @escaping @Sendable () -> Void) -> HashingQueue.Full? {
        let refusal: HashingQueue.Full? = state.withLock { state in
            let inside = state.waitingCount + state.running
            guard !state.isStopped, inside < threads + capacity else {
                let wait = state.average * (Double(inside) / Double(threads))
                return HashingQueue.Full(retryAfterSeconds: max(1, Int(wait.components.seconds) + 1))
            }
            state.waiting.append(body)
            return nil
        }
        if refusal == nil {
            signal.signal()
        }
        return refusal
    }

    /// Takes no more work; the threads end after what was accepted.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        guard isFirst else { return }
        for _ in 0..<threads {
            signal.signal()
        }
    }

    /// Stops, and waits for the threads' end.
    func drain() async {
        stop()
        await withCheckedContinuation { continuation in
            let isDone = state.withLock { state in
                if state.threads > 0 { state.drained.append(continuation) }
                return state.threads == 0
            }
            if isDone { continuation.resume() }
        }
    }

    /// A thread's life.
    func loop() {
        while let body = next() {
            let took = ContinuousClock().measure(body)
            state.withLock { state in
                state.running -= 1
                state.average = (state.average * 7 + took) / 8
            }
        }
        let drained = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.drained = [] }
            return state.drained
        }
        for continuation in drained {
            continuation.resume()
        }
    }

    /// Waits for work; nil when there is none left and none will come.
    private func next() -> (@Sendable () -> Void)? {
        signal.wait()
        return state.withLock { state in
            guard state.waitingCount > 0 else { return nil }
            let body = state.waiting[state.next]
            state.next += 1
            state.running += 1
            if state.next > 64 || state.next == state.waiting.count {
                state.waiting.removeFirst(state.next)
                state.next = 0
            }
            return body
        }
    }
}
