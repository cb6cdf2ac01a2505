/// Time that only goes forward, and chance: what the work in the background waits by.
///
/// Wall clocks jump; how old keys and revocations are is told by this one. Tests bring their own and turn it.
package struct Timing: Sendable {
    /// How much time has gone by since some fixed moment.
    package let now: @Sendable () -> Duration
    /// Waits; ends early, with an error, when the task is cancelled.
    package let sleep: @Sendable (Duration) async throws -> Void
    /// A number from 0 up to, but not including, 1.
    package let random: @Sendable () -> Double

    /// Makes a time of its parts.
    package init(
        now: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    private static let start = ContinuousClock.now

    /// The system's.
    package static let system = Timing(
        now: { start.duration(to: .now) },
        sleep: { try await Task.sleep(for: $0) },
        random: { Double.random(in: 0..<1) }
    )
}

/// How long to wait after a number of failures in a row: doubling, bounded, and never in step with other services.
struct Backoff: Sendable {
    let first: Duration
    let most: Duration

    /// The wait after the n-th failure, n from 1: between half of the doubled wait and the whole of it.
    func delay(afterFailures count: Int, random: Double) -> Duration {
        var delay = first
        for _ in 1..<max(count, 2) where count > 1 && delay < most { delay *= 2 }
        return min(delay, most) * (500 + Int(500 * random)) / 1000
    }
}
