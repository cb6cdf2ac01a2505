internal import Metrics
internal import Passwords

/// What is measured of password hashes: how long one waits for a thread and then takes, and how many find no place.
struct HashingMetrics: Sendable {
    private let wait = Timer(label: "tessera_password_hash_wait_seconds")
    private let duration = Timer(label: "tessera_password_hash_duration_seconds")
    private let refusals = Counter(label: "tessera_password_hashes_refused_total")

    /// Runs a hash on the queue.
    func measured<T: Sendable>(
        _ queue: HashingQueue,
        _ body: @escaping @Sendable () -> T
    ) async throws(HashingQueue.Full) -> T {
        let asked = ContinuousClock.now
        do throws(HashingQueue.Full) {
            return try await queue.run {
                let begun = ContinuousClock.now
                wait.record(duration: begun - asked)
                defer { duration.record(duration: ContinuousClock.now - begun) }
                return body()
            }
        } catch {
            refusals.increment()
            throw error
        }
    }
}
