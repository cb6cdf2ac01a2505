import Dispatch
import Passwords
import Synchronization
import Testing

@Suite struct HashingQueueTests {
    @Test func `a full queue refuses at once, and takes work again when a place is free`() async throws {
        let queue = HashingQueue(threads: 1, capacity: 2)
        let gate = DispatchSemaphore(value: 0)
        let (accepted, inside) = AsyncStream<Void>.makeStream()
        let blocked = Task {
            try await queue.run {
                inside.yield()
                gate.wait()
                return 0
            }
        }
        for await _ in accepted { break }
        let waiting = [1, 2].map { number in Task { try await queue.run { number } } }
        while queue.load.waiting < 2 { await Task.yield() }
        let error = await #expect(throws: HashingQueue.Full.self) { try await queue.run { 3 } }
        #expect((error?.retryAfterSeconds ?? 0) >= 1)
        #expect(queue.load == (waiting: 2, running: 1))
        gate.signal()
        #expect(try await blocked.value == 0)
        #expect(try await waiting[0].value == 1)
        #expect(try await waiting[1].value == 2)
        #expect(try await queue.run { 4 } == 4)
        await queue.shutdown()
    }

    @Test func `no more run at once than there are threads`() async throws {
        let queue = HashingQueue(threads: 2, capacity: 200)
        let counts = Peak()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    try? await queue.run {
                        counts.enter()
                        _ = (0..<2000).reduce(0, &+)
                        counts.leave()
                    }
                }
            }
        }
        #expect(counts.total == 200)
        #expect((1...2).contains(counts.peak))
        await queue.shutdown()
    }

    @Test func `shutting down finishes what was accepted and takes no more`() async throws {
        let queue = HashingQueue(threads: 1, capacity: 8)
        let gate = DispatchSemaphore(value: 0)
        let first = Task { try await queue.run { gate.wait() } }
        while queue.load.running < 1 { await Task.yield() }
        let second = Task { try await queue.run { 2 } }
        while queue.load.waiting < 1 { await Task.yield() }
        let end = Task { await queue.shutdown() }
        while !queue.isShutDown { await Task.yield() }
        gate.signal()
        try await first.value
        #expect(try await second.value == 2)
        await end.value
        await queue.shutdown()
        await #expect(throws: HashingQueue.Full.self) { try await queue.run { 3 } }
    }

    @Test func `hashes on the queue verify`() async throws {
        let queue = HashingQueue()
        let hasher = PasswordHasher(memory: 64, passes: 1)
        let hash = try hasher.hash(Password("a rather long password"))
        let results = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<32 {
                group.addTask {
                    let text = number.isMultiple(of: 2) ? "a rather long password" : "another long password"
                    return try await queue.run { hasher.verify(Password(text), hash) }
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(results.count { $0 } == 16)
        await queue.shutdown()
    }
}

/// Counts who is inside.
private final class Peak: Sendable {
    private let state = Mutex((now: 0, peak: 0, total: 0))

    var peak: Int { state.withLock { $0.peak } }
    var total: Int { state.withLock { $0.total } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.total += 1
            state.peak = max(state.peak, state.now)
        }
    }

    func leave() {
        state.withLock { $0.now -= 1 }
    }
}
