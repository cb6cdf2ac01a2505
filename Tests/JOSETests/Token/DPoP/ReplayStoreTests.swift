import JOSE
import Synchronization
import Testing

@Suite struct `The replay store in memory` {
    /// A clock that a test moves.
    final class Hands: Sendable {
        private let seconds = Atomic<Int64>(Forge.now)
        var clock: EpochClock { EpochClock { self.seconds.load(ordering: .relaxed) } }
        func move(to time: Int64) { seconds.store(time, ordering: .relaxed) }
    }

    @Test func `takes each token once, until its end`() throws {
        let hands = Hands()
        let store = InMemoryReplayStore(clock: hands.clock)
        let id = ReplayIdentifier("a")
        #expect(try store.record(id, until: Forge.now + 60))
        #expect(try !store.record(id, until: Forge.now + 60))
        hands.move(to: Forge.now + 60)
        #expect(try !store.record(id, until: Forge.now + 120))
        #expect(store.count == 1)
        hands.move(to: Forge.now + 61)
        #expect(try store.record(ReplayIdentifier("b"), until: Forge.now + 120))
        #expect(store.count == 1)
        #expect(try store.record(id, until: Forge.now + 120))
        #expect(store.count == 2)
    }

    @Test func `when full takes no more, and forgets nothing that could be replayed`() throws {
        let hands = Hands()
        let store = InMemoryReplayStore(capacity: 2, clock: hands.clock)
        #expect(try store.record(ReplayIdentifier("a"), until: Forge.now + 10))
        #expect(try store.record(ReplayIdentifier("b"), until: Forge.now + 20))
        let error = #expect(throws: JWTError.self) { try store.record(ReplayIdentifier("c"), until: Forge.now + 20) }
        #expect(error?.code == .replayCheckUnavailable)
        #expect(try !store.record(ReplayIdentifier("a"), until: Forge.now + 10))
        #expect(store.count == 2)
        hands.move(to: Forge.now + 11)
        #expect(try store.record(ReplayIdentifier("c"), until: Forge.now + 20))
        #expect(try !store.record(ReplayIdentifier("b"), until: Forge.now + 20))
    }

    @Test func `survives a clock that goes back, and one at the end of time`() throws {
        let hands = Hands()
        let store = InMemoryReplayStore(clock: hands.clock)
        for time in [Int64.max, .min, 0, Forge.now] {
            hands.move(to: time)
            #expect(try store.record(ReplayIdentifier("\(time)"), until: .max))
            #expect(try !store.record(ReplayIdentifier("\(time)"), until: .max))
        }
    }

    @Test func `tells names apart that run together as text`() {
        #expect(ReplayIdentifier("a", "bc") != ReplayIdentifier("ab", "c"))
        #expect(ReplayIdentifier("a\",\"b") != ReplayIdentifier("a", "b"))
        #expect(ReplayIdentifier("caf\u{E9}") != ReplayIdentifier("cafe\u{301}"))
        #expect(ReplayIdentifier("a", "b") == ReplayIdentifier("a", "b"))
        #expect(ReplayIdentifier("a").bytes.count == 32)
    }
}
