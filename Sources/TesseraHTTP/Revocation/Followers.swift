internal import Synchronization
internal import TesseraCore

/// Those who wait at the feed: each until there is something new, its time is up, it has gone, or the server stops.
///
/// They are woken together: after a thousand, the next waking lies 25 ms ahead, so that one revocation after the other does
/// not have the server do nothing but answer.
final class Followers: Sendable {
    private struct State {
        var table: FollowerTable
        /// The newest place that was told of.
        var newest: UInt64 = 0
        /// Until when nobody is woken for news.
        var quietUntil = ContinuousClock.now
        var isWakingDue = false
        var isTiming = false
        var isOver = false

        mutating func removeOutdated(at now: ContinuousClock.Instant) -> [FollowerTable.Waiter] {
            let newest = newest
            let outdated = table.removeAll { $0.place != newest }
            quietUntil = now + Followers.pause * outdated.count
            return outdated
        }
    }

    /// How often it is looked whose time is up: one timer for all, and not one for each.
    private static let tick = Duration.milliseconds(250)
    /// About what an answer costs.
    private static let pause = Duration.microseconds(25)

    /// Behind these all clients may share the proxy's address.
    private let proxies: TrustedProxies
    /// Guards who waits; nobody is resumed while it is held.
    private let state: Mutex<State>

    init(limits: HTTPLimits, proxies: TrustedProxies) {
        self.proxies = proxies
        self.state = Mutex(State(table: FollowerTable(limits: limits)))
    }

    /// How many wait.
    var count: Int { state.withLock { $0.table.count } }

    /// Whether the server is about to stop, so that nobody waits any more.
    var isOver: Bool { state.withLock { $0.isOver } }

    /// Waits.
    ///
    /// - Parameters:
    ///   - client: Who waits.
    ///   - place: The place in the log that it knows.
    ///   - patience: How long at most.
    ///   - newest: The log's newest place: asked once those who tell the news know of the one who waits.
    ///   - watching: Is given what to call when the client has gone.
    /// - Throws: `FollowerTable.Refusal` where too many wait.
    func wait(
        _ client: ClientAddress?,
        at place: UInt64,
        for patience: Duration,
        newest: @Sendable () -> UInt64,
        watching: @Sendable (@escaping @Sendable () -> Void) -> Void
    ) async throws(FollowerTable.Refusal) {
        let id = state.withLock { $0.table.nextID() }
        let address = client.flatMap { proxies.contains($0) ? nil : $0.household }
        let until = ContinuousClock.now + patience
        let refusal = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = FollowerTable.Waiter(
                    continuation: continuation,
                    place: place,
                    until: until,
                    address: address
                )
                guard admit(waiter, id) else { return }
                if Task.isCancelled { return wake(id) }
                let newest = newest()
                if newest != place { tell(newest) }
                watching { [weak self] in self?.wake(id) }
            }
        } onCancel: {
            wake(id)
        }
        if let refusal { throw refusal }
    }

    /// Ends the waiting of those who do not know the newest place, at once or when it is time.
    func tell(_ newest: UInt64) {
        let (outdated, later) = state.withLock { state -> ([FollowerTable.Waiter], ContinuousClock.Instant?) in
            state.newest = max(state.newest, newest)
            let now = ContinuousClock.now
            guard now < state.quietUntil else { return (state.removeOutdated(at: now), nil) }
            defer { state.isWakingDue = true }
            return ([], state.isWakingDue ? nil : state.quietUntil)
        }
        for waiter in outdated { waiter.continuation.resume(returning: nil) }
        if let later { Task { await wakeOutdated(at: later) } }
    }

    /// Ends everybody's waiting for good.
    func end() {
        let waiters = state.withLock { state in
            state.isOver = true
            return state.table.removeAll { _ in true }
        }
        for waiter in waiters { waiter.continuation.resume(returning: nil) }
    }

    /// Counts one more in; else it is answered at once: why not, or that nobody waits any more.
    private func admit(_ waiter: FollowerTable.Waiter, _ id: UInt64) -> Bool {
        let (isIn, refusal, mustTime) = state.withLock { state -> (Bool, FollowerTable.Refusal?, Bool) in
            if state.isOver { return (false, nil, false) }
            if let refusal = state.table.add(waiter, id) { return (false, refusal, false) }
            defer { state.isTiming = true }
            return (true, nil, !state.isTiming)
        }
        if !isIn { waiter.continuation.resume(returning: refusal) }
        if mustTime { Task { await endTimes() } }
        return isIn
    }

    private func wake(_ id: UInt64) {
        let waiter = state.withLock { $0.table.remove(id) }
        waiter?.continuation.resume(returning: nil)
    }

    private func wakeOutdated(at instant: ContinuousClock.Instant) async {
        try? await Task.sleep(until: instant, clock: .continuous)
        let outdated = state.withLock { state in
            state.isWakingDue = false
            return state.removeOutdated(at: .now)
        }
        for waiter in outdated { waiter.continuation.resume(returning: nil) }
    }

    /// Runs as long as somebody waits.
    private func endTimes() async {
        while true {
            try? await Task.sleep(for: Self.tick)
            let now = ContinuousClock.now
            let due = state.withLock { state -> [FollowerTable.Waiter]? in
                let due = state.table.removeAll { $0.until <= now }
                state.isTiming = !state.table.isEmpty || !due.isEmpty
                return state.isTiming ? due : nil
            }
            guard let due else { return }
            for waiter in due { waiter.continuation.resume(returning: nil) }
        }
    }
}
