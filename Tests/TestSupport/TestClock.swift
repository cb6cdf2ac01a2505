internal import Synchronization
public import TesseraCore

/// A clock that stands until a test moves it.
public final class TestClock: WallClock {
    private let milliseconds: Mutex<Int64>

    /// A clock that stands at a time.
    public init(_ start: Timestamp = Timestamp(seconds: 1_800_000_000)) {
        milliseconds = Mutex(start.milliseconds)
    }

    /// The time it stands at.
    public func now() -> Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    /// The same, as a monotonic time.
    public func monotonicMilliseconds() -> Int64 { milliseconds.withLock { $0 } }

    /// Moves the clock on.
    public func advance(by duration: Duration) {
        milliseconds.withLock { $0 += duration.milliseconds }
    }
}
