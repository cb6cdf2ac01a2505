internal import FoundationEssentials

/// What time it is, in whole seconds since 1970; tests bring their own.
public struct EpochClock: Sendable {
    private let read: @Sendable () -> Int64

    /// Makes a clock from a function that answers the seconds since 1970.
    public init(_ now: @escaping @Sendable () -> Int64) { read = now }

    /// The time now, in seconds since 1970.
    public var now: Int64 { read() }

    /// The system's clock.
    public static let system = EpochClock { Int64(Date.now.timeIntervalSince1970) }
}
