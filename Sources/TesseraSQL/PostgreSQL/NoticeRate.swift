internal import Synchronization

/// How often a node tells the others that there is something to read.
///
/// The server commits transactions with a notice one after another, and readers come by every second anyway: in a storm of
/// revocations a few notices do as well as thousands.
final class NoticeRate: Sendable {
    /// The shortest time between two notices.
    private static let pause = Duration.milliseconds(100)

    /// When the next notice may be given.
    private let next = Mutex(ContinuousClock.now)

    /// Whether a notice may be given now; it then counts.
    func take() -> Bool {
        let now = ContinuousClock.now
        return next.withLock { next in
            guard now >= next else { return false }
            next = now + Self.pause
            return true
        }
    }
}
