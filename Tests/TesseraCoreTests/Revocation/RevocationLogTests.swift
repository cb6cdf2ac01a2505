import Synchronization
import Testing

@testable import TesseraCore

struct RevocationLogTests {
    let now = Timestamp(seconds: 1_800_000_000)

    private func entry(_ id: String, for seconds: Int) -> Revocation {
        Revocation(.session(id), keepUntil: now.adding(.seconds(seconds)))
    }

    @Test func `places stay right when entries between them are forgotten`() {
        let list = RevocationList()
        for (id, seconds) in [("a", 10), ("b", 1000), ("c", 10), ("d", 1000), ("e", 10)] {
            list.add([entry(id, for: seconds)])
        }
        let later = now.adding(.seconds(11))
        list.prune(at: later)
        for (place, count) in [(nil, 2), (0, 2), (1, 2), (2, 1), (3, 1), (4, 0), (5, 0)] as [(UInt64?, Int)] {
            #expect(list.log.entries(after: place, at: later).entries.count == count)
        }
        #expect(list.log.sequence == 5)
        list.add([entry("f", for: 1000)])
        #expect(list.log.entries(after: 5, at: later).entries.map(\.digest) == [RevocationDigest(of: "f")])
    }

    @Test func `an entry that says nothing new moves nothing, a wider one is told`() {
        let list = RevocationList()
        list.add([entry("a", for: 100), Revocation(.account("u", issuedUpTo: 5), keepUntil: now)])
        list.add([entry("a", for: 100), entry("a", for: 50), Revocation(.account("u", issuedUpTo: 4), keepUntil: now)])
        #expect(list.log.sequence == 2)
        list.add([entry("a", for: 101), Revocation(.account("u", issuedUpTo: 6), keepUntil: now)])
        #expect(list.log.sequence == 4)
        #expect(list.count == 2)
    }

    @Test func `observers hear of each change once it can be read`() {
        let list = RevocationList()
        let seen = Mutex<[UInt64]>([])
        list.log.observe { seen.withLock { $0.append(list.log.sequence) } }
        list.add([entry("a", for: 1), entry("b", for: 1)])
        list.add([entry("a", for: 1)])
        list.add([entry("c", for: 1)])
        #expect(seen.withLock { $0 } == [2, 3])
    }
}
