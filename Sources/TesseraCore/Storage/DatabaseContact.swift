internal import Synchronization

/// When a node last read what other nodes write.
///
/// What it holds in memory, the revocations first of all, is worth something only as long as it is up to date: a node
/// without contact for too long must not say that a token is good.
public final class DatabaseContact: Sendable {
    /// How long a node may be without contact before it says so.
    public static let standardBound = Duration.seconds(10)
    /// A contact that is never lost: one process has the database, and knows of all its changes at once.
    public static let unbounded = DatabaseContact(bound: nil, clock: nil)

    private let bound: Duration?
    private let clock: (any WallClock)?
    private let last: Atomic<Int64>

    /// Makes a contact that is lost when nothing has been read for longer than the bound.
    public convenience init(bound: Duration = standardBound, clock: any WallClock) {
        self.init(bound: bound, clock: clock as (any WallClock)?)
    }

    private init(bound: Duration?, clock: (any WallClock)?) {
        self.bound = bound
        self.clock = clock
        last = Atomic(clock?.monotonicMilliseconds() ?? 0)
    }

    /// Notes that everything was read that had been written by a monotonic time.
    public func note(readAt milliseconds: Int64) {
        last.max(milliseconds, ordering: .relaxed)
    }

    /// Whether nothing has been read for longer than the bound.
    public var isLost: Bool {
        guard let bound, let clock else { return false }
        return clock.monotonicMilliseconds() - last.load(ordering: .relaxed) > bound.milliseconds
    }
}
