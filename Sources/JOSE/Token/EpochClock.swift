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

    /// Makes a clock from a function that answers the seconds since 1970.
    public init(_ now: @escaping @Sendable () -> Int64) { read = now }

    /// The time now, in seconds since 1970.
    public var now: Int64 { read() }

    /// The system's clock, asked for seconds and not for a date: a verification is short enough to notice.
    public static let system = EpochClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec)
    }
}
