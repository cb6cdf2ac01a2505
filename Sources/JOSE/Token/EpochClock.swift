#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// What time it is, in whole seconds since 1970; tests bring their own.
public struct EpochClock: Sendable {
    private let read: @Sendable () -> Int64
    private let readRecent: @Sendable () -> Int64

    /// Makes a clock from a function that answers the seconds since 1970.
    public init(_ now: @escaping @Sendable () -> Int64) { self.init(now, recent: now) }

    package init(_ now: @escaping @Sendable () -> Int64, recent: @escaping @Sendable () -> Int64) {
        read = now
        readRecent = recent
    }

    /// The time now, in seconds since 1970.
    public var now: Int64 { read() }

    /// The time now or a few milliseconds ago, whichever costs less to know.
    ///
    /// At the turn of a second it may be one behind ``now``: nothing is too early by it alone.
    package var recent: Int64 { readRecent() }

    /// The system's clock, asked for seconds and not for a date: a verification is short enough to notice.
    public static let system = EpochClock(
        {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Int64(time.tv_sec)
        },
        recent: { Int64(time(nil)) }
    )
}
