internal import Dispatch
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

extension PostgreSQLPool {
    /// A thread's life: connect, then run one transaction after another.
    func live() {
        var session: PostgreSQLSession
        do throws(PostgreSQLFailure) {
            session = try connect()
        } catch {
            return retire(error.failure)
        }
        while let job = next() {
            guard let left = perform(job, session) else { return }
            session = left
        }
    }

    /// Counts a thread out; why its connection could not be made, if that is the reason.
    ///
    /// - Parameters:
    ///   - failure: why; nil where it was not needed any more.
    ///   - job: what it was about to run, which another thread may run instead.
    func retire(_ failure: SQLFailure?, _ job: Job? = nil) {
        let (failed, drained, isHandedOn): ([Job], [CheckedContinuation<Void, Never>], Bool) = change { state in
            state.threads -= 1
            if let failure {
                // Not all nodes and threads at the same moment.
                let pause = Duration.milliseconds(Int.random(in: 300...700))
                state.fault = (failure, ContinuousClock.now + pause)
                state.isProbing = false
            }
            var failed: [Job] = []
            var isHandedOn = false
            if let job {
                isHandedOn = state.threads > 0
                if isHandedOn { state.waiting.insert(job, at: 0) } else { failed.append(job) }
            }
            if state.threads == 0 {
                failed += state.waiting
                state.waiting = []
            }
            guard state.isStopped, state.threads == 0 else { return (failed, [], isHandedOn) }
            defer { state.drained = [] }
            return (failed, state.drained, isHandedOn)
        }
        if isHandedOn { signal.signal() }
        metrics?.refused(failed.count)
        for job in failed { job.finish(failure ?? SQLFailure(.unavailable, "the database is closed")) }
        for continuation in drained { continuation.resume() }
    }

    private func connect() throws(PostgreSQLFailure) -> PostgreSQLSession {
        let session = try PostgreSQLSession(address)
        let mustStart = change { state in
            state.fault = nil
            state.isProbing = false
            return state.mustStartThread(limit)
        }
        if mustStart { startThread() }
        return session
    }

    /// Waits for a transaction; nil when this thread is not needed any more, and counted out.
    private func next() -> Job? {
        while true {
            state.withLock { $0.idle += 1 }
            let isSignalled = signal.wait(timeout: .now() + Self.idleTime) == .success
            let (job, isOver): (Job?, Bool) = change { state in
                state.idle -= 1
                if !state.waiting.isEmpty { return (state.waiting.removeFirst(), false) }
                return (nil, state.isStopped || (!isSignalled && state.threads > 1))
            }
            if let job { return job }
            if isOver {
                retire(nil)
                return nil
            }
        }
    }

    /// Runs a transaction, again where that helps; nil where the connection was lost and none can be made: the thread
    /// is counted out then.
    private func perform(_ job: Job, _ session: PostgreSQLSession) -> PostgreSQLSession? {
        var session = session
        var attempts = 0
        while true {
            attempts += 1
            let transaction = PostgreSQLTransaction(
                session: session,
                mode: job.mode,
                limits: job.limits,
                notices: notices,
                metrics: metrics?.commits
            )
            var mustConnect = true
            var mustRepeat = false
            switch transaction.run(job.run, answer: { job.finish(nil) }) {
            case .committed: return session
            case .answered: break
            case .failed(let failure):
                job.finish(failure)
                return session
            case .lost(let failure): job.finish(failure)
            case .repeatable(let failure, let needsConnection, let times):
                mustConnect = needsConnection
                // A connection that broke while nobody used it says nothing about the next one.
                let pause = mustConnect && attempts == 1 ? 0 : Int.random(in: 1_000...8_000) << attempts
                mustRepeat =
                    attempts <= min(times, job.limits.repetitions)
                    && ContinuousClock.now + .microseconds(pause) < job.end
                if mustRepeat { usleep(UInt32(pause)) } else { job.finish(failure) }
            }
            if mustConnect {
                do throws(PostgreSQLFailure) {
                    session = try connect()
                } catch {
                    retire(error.failure, mustRepeat ? job : nil)
                    return nil
                }
            }
            if !mustRepeat { return session }
        }
    }
}
