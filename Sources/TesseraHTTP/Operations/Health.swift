internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import Synchronization

/// Says whether the process lives, and whether it should be sent requests.
///
/// Living never asks the database: a restart mends no database. Readiness asks it, waits a second at most, and is over as
/// soon as the server begins to drain.
final class Health: Sendable {
    private let isStorageReady: @Sendable () async -> Bool
    private let isClockBelieved: @Sendable () -> Bool
    private let patience: Duration
    private let draining = Atomic(false)
    /// The question being asked now; who comes meanwhile waits for the same answer.
    private let question = Mutex<Task<Bool, Never>?>(nil)

    init(
        patience: Duration = .seconds(1),
        isClockBelieved: @escaping @Sendable () -> Bool = { true },
        isStorageReady: @escaping @Sendable () async -> Bool
    ) {
        self.patience = patience
        self.isClockBelieved = isClockBelieved
        self.isStorageReady = isStorageReady
    }

    func drain() { draining.store(true, ordering: .relaxed) }

    func live() -> Response {
        Self.answer("live", .ok)
    }

    func ready() async -> Response {
        if draining.load(ordering: .relaxed) { return Self.answer("draining", .serviceUnavailable) }
        guard isClockBelieved() else { return Self.answer("clock_in_doubt", .serviceUnavailable) }
        return await isReady() ? Self.answer("ready", .ok) : Self.answer("storage_unavailable", .serviceUnavailable)
    }

    private func isReady() async -> Bool {
        let asked = question.withLock { question in
            if let question { return question }
            let asked = Task { [isStorageReady] in
                let answer = await isStorageReady()
                self.question.withLock { $0 = nil }
                return answer
            }
            question = asked
            return asked
        }
        let (answers, source) = AsyncStream<Bool>.makeStream(bufferingPolicy: .bufferingOldest(1))
        let patience = patience
        Task {
            source.yield(await asked.value)
        }
        let timeout = Task {
            try await Task.sleep(for: patience)
            source.yield(false)
        }
        defer { timeout.cancel() }
        for await answer in answers { return answer }
        return false
    }

    private static func answer(_ status: String, _ code: HTTPResponse.Status) -> Response {
        Response(json: ["status": .string(status)], status: code)
    }
}
