internal import Glibc

/// Runs hashes on as many threads as there are cores, behind a bounded queue.
///
/// A hash keeps a core busy for tens of milliseconds and needs its memory meanwhile, so hashes must neither run on
/// Swift's cooperative threads nor start without limit: each thread has one at a time, and when too many wait the answer
/// is ``Full`` at once, not a server out of memory.
///
/// ```swift
/// let isRight = try await queue.run { hasher.verify(password, hash) }
/// ```
public final class HashingQueue: Sendable {
    /// There is no room to wait; to a client, 503 with `Retry-After`.
    public struct Full: Error, Sendable, Equatable {
        /// In how many seconds a place is likely free; at least 1.
        public let retryAfterSeconds: Int

        /// Says that there is no room.
        public init(retryAfterSeconds: Int) {
            self.retryAfterSeconds = retryAfterSeconds
        }
    }

    private let work: HashingWork

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - threads: How many hashes run at once; the number of cores unless given.
    ///   - capacity: How many may wait beside those that run.
    public init(threads: Int? = nil, capacity: Int = 64) {
        let cores = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        let count = max(1, threads ?? cores)
        work = HashingWork(threads: count, capacity: max(0, capacity))
        for _ in 0..<count {
            HashingThread.start(work)
        }
    }

    /// Runs the body on one of the threads.
    ///
    /// - Parameter body: The work; once accepted it runs, even if the caller's task is cancelled meanwhile.
    /// - Returns: What the body returns.
    /// - Throws: ``Full`` at once when there is no room, or the queue has been shut down.
    public func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async throws(Full) -> T {
        let outcome: Result<T, Full> = await withCheckedContinuation { continuation in
            let refusal = work.submit { continuation.resume(returning: .success(body())) }
            if let refusal {
                continuation.resume(returning: .failure(refusal))
            }
        }
        return try outcome.get()
    }

    /// How many hashes wait and run, for a metric.
    public var load: (waiting: Int, running: Int) { work.load }

    /// Whether the queue takes no more work.
    public var isShutDown: Bool { work.isStopped }

    /// Takes no more work, and returns when what was accepted is done and the threads have ended.
    public func shutdown() async {
        await work.drain()
    }

    deinit {
        work.stop()
    }
}
