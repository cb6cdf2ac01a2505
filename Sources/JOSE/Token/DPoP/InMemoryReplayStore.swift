internal import Synchronization

/// Remembers used tokens in this process, up to a number of them.
///
/// When it is full it takes no more until some have expired, rather than forget one that could be replayed. An entry
/// takes some 150 bytes.
public final class InMemoryReplayStore: ReplayStore {
    private struct State {
        var used: Set<ReplayIdentifier> = []
        /// The same by the second of their expiry.
        var expiring: [Int64: [ReplayIdentifier]] = [:]
        var sweptAt = Int64.min
    }

    /// Guards what is remembered; held for a look-up, and once a second while the expired are swept out.
    private let state = Mutex(State())
    private let capacity: Int
    private let clock: EpochClock

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - capacity: How many tokens it remembers; one at least.
    ///   - clock: What time it is.
    public init(capacity: Int = 100_000, clock: EpochClock = .system) {
        self.capacity = max(capacity, 1)
        self.clock = clock
    }

    /// How many tokens are remembered.
    public var count: Int { state.withLock { $0.used.count } }

    /// Notes that a one-time token is used now.
    ///
    /// - Parameters:
    ///   - id: What names the token.
    ///   - expiry: Until when to remember it, that second included.
    /// - Returns: Whether it is new.
    /// - Throws: `JWTError` `replay_check_unavailable` where the store is full.
    public func record(_ id: ReplayIdentifier, until expiry: Int64) throws(JWTError) -> Bool {
        let now = clock.now
        let isNew = state.withLock { state -> Bool? in
            if state.sweptAt != now {
                for second in state.expiring.keys where second < now {
                    for id in state.expiring.removeValue(forKey: second) ?? [] { state.used.remove(id) }
                }
                state.sweptAt = now
            }
            if state.used.contains(id) { return false }
            guard state.used.count < capacity else { return nil }
            state.used.insert(id)
            state.expiring[expiry, default: []].append(id)
            return true
        }
        guard let isNew else {
            throw JWTError(.replayCheckUnavailable, expected: "at most \(capacity) tokens in use")
        }
        return isNew
    }
}
