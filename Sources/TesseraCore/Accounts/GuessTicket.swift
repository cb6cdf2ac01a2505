internal import Synchronization

/// One guess that has been counted.
///
/// Tell the throttle how it ended; one that is let go counts as wrong.
public final class GuessTicket: Sendable {
    let keys: GuessState.Keys
    let marks: [GuessState.Mark]
    let begunAt: Int64
    private let throttle: GuessThrottle
    private let isOpen = Atomic(true)

    init(keys: GuessState.Keys, marks: [GuessState.Mark], begunAt: Int64, throttle: GuessThrottle) {
        self.keys = keys
        self.marks = marks
        self.begunAt = begunAt
        self.throttle = throttle
    }

    /// True the first time: a guess ends once.
    func close() -> Bool {
        isOpen.exchange(false, ordering: .acquiringAndReleasing)
    }

    deinit {
        throttle.failed(self)
    }
}
