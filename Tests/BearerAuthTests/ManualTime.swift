import BearerAuth
import Synchronization

/// A time that a test turns: who sleeps wakes when it has been turned far enough.
final class ManualTime: Sendable {
    private struct Sleeper {
        let wakesAt: Duration
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: Duration = .seconds(1000)
        var sleepers: [Int: Sleeper] = [:]
        var nextID = 0
        var sleeps: [Duration] = []
        var watchers: [AsyncStream<Void>.Continuation] = []
    }

    private let state = Mutex(State())

    var timing: Timing {
        Timing(
            now: { self.state.withLock { $0.now } },
            sleep: { try await self.sleep($0) },
            random: { 0.5 }
        )
    }

    /// How long each sleeper wanted to sleep, in order.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now += duration
            let now = state.now
            let woken = state.sleepers.filter { $0.value.wakesAt <= now }
            for id in woken.keys { state.sleepers[id] = nil }
            return woken.values
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Waits until so many sleep at once.
    func waitForSleepers(_ count: Int) async {
        let (events, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isThere = state.withLock { state in
            state.watchers.append(continuation)
            return state.sleepers.count >= count
        }
        if isThere { return }
        for await _ in events where state.withLock({ $0.sleepers.count >= count }) { return }
    }

    private func sleep(_ duration: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let wakesNow = state.withLock { state in
                    state.sleeps.append(duration)
                    if Task.isCancelled || duration <= .zero { return true }
                    state.sleepers[id] = Sleeper(wakesAt: state.now + duration, continuation: continuation)
                    for watcher in state.watchers { watcher.yield() }
                    return false
                }
                if wakesNow { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.continuation.resume()
        }
        try Task.checkCancellation()
    }
}
