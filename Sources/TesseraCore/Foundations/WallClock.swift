/// Where the server's time comes from; tests inject their own.
public protocol WallClock: Sendable {
    /// The time of day; it never steps back.
    func now() -> Timestamp
    /// Milliseconds that only ever grow, for measuring durations; the origin means nothing.
    func monotonicMilliseconds() -> Int64
    /// Takes over the latest time that an earlier run has seen: nothing that had expired by then lives again.
    func resume(after seen: Timestamp)
    /// Why the machine's clock is not believed; nil where it is.
    var doubt: ClockDoubt? { get }
}

extension WallClock {
    /// Keeps nothing from an earlier run.
    public func resume(after seen: Timestamp) {}
    /// No doubt.
    public var doubt: ClockDoubt? { nil }
}

/// What is wrong with the machine's clock.
public enum ClockDoubt: Sendable, Equatable {
    /// It is this many milliseconds behind a time that was seen before.
    case steppedBack(by: Int64)
    /// It jumped ahead by this many milliseconds while the server ran.
    case jumpedAhead(by: Int64)
}

extension ClockDoubt: CustomStringConvertible {
    /// What is wrong and the mend, in a sentence.
    public var description: String {
        switch self {
        case .steppedBack(let milliseconds):
            "the machine's clock is \(milliseconds / 1000) s behind a time seen before: set it right, or, if that "
                + "earlier time was wrong, start once with --accept-clock"
        case .jumpedAhead(let milliseconds):
            "the machine's clock jumped ahead by \(milliseconds / 1000) s and is not believed: set it right, or "
                + "restart the server if it is right now"
        }
    }
}
