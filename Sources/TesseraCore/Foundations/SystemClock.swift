internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The machine's clock, held against its monotonic one.
///
/// The later of the latest time handed out and the machine's is answered, so that a clock that is set back revives
/// nothing. A jump ahead of the monotonic clock by more than five minutes is not believed: time goes on as the
/// monotonic clock says until the clock is set right or the server is started anew.
public final class SystemClock: WallClock {
    /// A reading of both clocks, in milliseconds.
    struct Reading: Sendable {
        let wall: Int64
        let monotonic: Int64
    }

    /// The longest jump ahead that is believed, in milliseconds.
    static let believedJump: Int64 = 300_000
    /// The longest step back that raises no doubt, in milliseconds.
    static let toleratedStep: Int64 = 60_000

    private let read: @Sendable () -> Reading
    private let highest = Atomic<Int64>(.min)
    /// How far the wall clock was ahead of the monotonic one when it was last believed.
    private let offset: Atomic<Int64>

    /// Makes a clock that believes the machine as it is now.
    public convenience init() {
        self.init { Reading(wall: Self.read(CLOCK_REALTIME), monotonic: Self.read(Self.elapsed)) }
    }

    init(_ read: @escaping @Sendable () -> Reading) {
        self.read = read
        let start = read()
        offset = Atomic(start.wall &- start.monotonic)
    }

    /// The time of day.
    public func now() -> Timestamp {
        let reading = read()
        var time = reading.wall
        if jump(reading) > Self.believedJump {
            time = reading.monotonic &+ offset.load(ordering: .relaxed)
        } else {
            offset.store(reading.wall &- reading.monotonic, ordering: .relaxed)
        }
        let (_, previous) = highest.max(time, ordering: .relaxed)
        return Timestamp(milliseconds: max(previous, time))
    }

    /// Milliseconds that only ever grow.
    public func monotonicMilliseconds() -> Int64 { read().monotonic }

    /// Takes over the latest time that an earlier run has seen.
    public func resume(after seen: Timestamp) {
        highest.max(seen.milliseconds, ordering: .relaxed)
    }

    /// Why the machine's clock is not believed now.
    public var doubt: ClockDoubt? {
        let reading = read()
        let ahead = jump(reading)
        if ahead > Self.believedJump { return .jumpedAhead(by: ahead) }
        let behind = highest.load(ordering: .relaxed).subtractingReportingOverflow(reading.wall)
        guard !behind.overflow, behind.partialValue > Self.toleratedStep else { return nil }
        return .steppedBack(by: behind.partialValue)
    }

    /// How far the wall clock has run ahead of what the monotonic one lets expect.
    private func jump(_ reading: Reading) -> Int64 {
        reading.wall &- reading.monotonic &- offset.load(ordering: .relaxed)
    }

    /// Time since the start, sleep included where the system can tell: a suspended machine is no jump.
    private static var elapsed: clockid_t {
        #if os(Linux)
        CLOCK_BOOTTIME
        #else
        CLOCK_MONOTONIC
        #endif
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1000 &+ Int64(time.tv_nsec) / 1_000_000
    }
}
