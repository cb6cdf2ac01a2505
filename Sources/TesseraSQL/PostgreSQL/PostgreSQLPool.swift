internal import Dispatch
internal import Synchronization

/// The connections of a process to a database, each with a thread of its own, and the transactions that wait for one.
///
/// Threads come as they are needed and each makes its own connection; one whose connection cannot be made again ends.
/// While none can be made, transactions fail at once instead of waiting: after a moment one thread tries again.
final class PostgreSQLPool: Sendable {
    /// One transaction that waits.
    struct Job: Sendable {
        let mode: PostgreSQLTransaction.Mode
        let limits: PostgreSQLLimits
        /// Until when it may wait for a connection.
        let waitsUntil: ContinuousClock.Instant
        /// Until when it may be run again.
        let end: ContinuousClock.Instant
        /// Runs the closure and keeps its result.
        let run: @Sendable (PostgreSQLConnection) throws -> Void
        /// Hands the result out, or why there is none; called once.
        let finish: @Sendable (SQLFailure?) -> Void
    }

    struct State {
        var waiting: [Job] = []
        /// How many threads wait for a transaction.
        var idle = 0
        /// How many threads there are.
        var threads = 0
        var isStopped = false
        /// Why the last connection could not be made, and from when on another is tried; nil while all is well.
        var fault: (failure: SQLFailure, retryAt: ContinuousClock.Instant)?
        var isProbing = false
        var isReaping = false
        var drained: [CheckedContinuation<Void, Never>] = []
    }

    /// How many transactions may wait; with the bound on the time it is far more than a healthy database leaves.
    static let capacity = 1_000
    /// How long a thread keeps a connection that nobody uses.
    static let idleTime = DispatchTimeInterval.seconds(60)

    let address: PostgreSQLAddress
    let limit: Int
    let notices = NoticeRate()
    /// Guards the state; held for a few instructions, never while waiting.
    let state = Mutex(State())
    /// One signal for each transaction that waits, and one for each thread at the end.
    let signal = DispatchSemaphore(value: 0)

    /// Nil for a pool that serves no requests.
    let metrics: PostgreSQLPoolMetrics?

    init(_ address: PostgreSQLAddress, limit: Int, metrics: PostgreSQLPoolMetrics? = nil) {
        self.address = address
        self.limit = limit
        self.metrics = metrics
    }

    /// Changes the state, and shows what of it is measured.
    func change<T>(_ body: (inout State) -> T) -> T {
        state.withLock { state in
            defer { metrics?.show(connections: state.threads, waiting: state.waiting.count) }
            return body(&state)
        }
    }

    /// Accepts a transaction, or finishes it at once where it would wait in vain.
    func submit(_ job: Job) {
        let (refusal, mustStart): (SQLFailure?, Bool) = change { state in
            if state.isStopped { return (SQLFailure(.unavailable, "the database is closed"), false) }
            if state.waiting.count >= Self.capacity {
                return (SQLFailure(.unavailable, "too many transactions wait for PostgreSQL"), false)
            }
            if state.threads == 0, let fault = state.fault, ContinuousClock.now < fault.retryAt {
                return (fault.failure, false)
            }
            state.waiting.append(job)
            return (nil, state.mustStartThread(limit))
        }
        if let refusal {
            metrics?.refused(1)
            return job.finish(refusal)
        }
        signal.signal()
        if mustStart { startThread() }
        reap()
    }

    /// Forgets that no connection could be made: one could elsewhere.
    func trust() {
        state.withLock { $0.fault = nil }
    }

    /// Takes no more transactions, and waits until those that were accepted are over and all connections closed.
    func close() async {
        let threads = state.withLock { state in
            state.isStopped = true
            return state.threads
        }
        for _ in 0..<threads { signal.signal() }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.threads > 0 { state.drained.append(continuation) }
                return state.threads == 0
            }
            if isOver { continuation.resume() }
        }
    }

    func startThread() {
        let hasStarted = PostgreSQLThread.start { self.live() }
        if !hasStarted { retire(SQLFailure(.unavailable, "no thread could be started for a connection")) }
    }

    // MARK: Waiting in vain

    /// Sees to it that no transaction waits for longer than it may, whatever all the threads are doing.
    private func reap() {
        let mustStart = state.withLock { state in
            defer { state.isReaping = true }
            return !state.isReaping
        }
        if mustStart { reapSoon() }
    }

    private func reapSoon() {
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(200)) {
            let now = ContinuousClock.now
            let (expired, isOver) = self.change { state in
                let expired = state.waiting.filter { $0.waitsUntil <= now }
                if !expired.isEmpty { state.waiting.removeAll { $0.waitsUntil <= now } }
                if state.waiting.isEmpty { state.isReaping = false }
                return (expired, state.waiting.isEmpty)
            }
            let failure = SQLFailure(.unavailable, "no connection to PostgreSQL became free in time")
            self.metrics?.refused(expired.count)
            for job in expired { job.finish(failure) }
            if !isOver { self.reapSoon() }
        }
    }
}

extension PostgreSQLPool.State {
    /// Whether another thread is wanted and may try to connect; it then counts already.
    mutating func mustStartThread(_ limit: Int) -> Bool {
        guard !isStopped, waiting.count > idle, threads < limit else { return false }
        if let fault {
            guard !isProbing, ContinuousClock.now >= fault.retryAt else { return false }
            isProbing = true
        }
        threads += 1
        return true
    }
}
