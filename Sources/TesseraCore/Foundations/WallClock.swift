internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Where the server's time comes from; tests inject their own.
public protocol WallClock: Sendable {
    /// The time of day.
    func now() -> Timestamp
    /// Milliseconds that only ever grow, for measuring durations; the origin means nothing.
    func monotonicMilliseconds() -> Int64
}

/// The machine's clock, which never steps back while the process lives.
///
/// The latest time handed out is remembered and the later of both is answered, so that a clock that is set back
/// revives nothing that had expired.
public final class SystemClock: WallClock {
    private let highest = Atomic<Int64>(.min)

    /// Makes a clock that has seen no time yet.
    public init() {}

    /// The time of day.
    public func now() -> Timestamp {
        let milliseconds = Self.read(CLOCK_REALTIME)
        let (_, previous) = highest.max(milliseconds, ordering: .relaxed)
        return Timestamp(milliseconds: max(previous, milliseconds))
    }

    /// Milliseconds that only ever grow.
    public func monotonicMilliseconds() -> Int64 {
        Self.read(CLOCK_MONOTONIC)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
    }
}
