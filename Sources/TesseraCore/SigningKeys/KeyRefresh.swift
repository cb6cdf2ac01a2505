/// Looks for keys that another node may have made, because a token names one that is not known.
///
/// Whoever asks waits for a look that begins after the question, so that a token which was issued before it is told from
/// one that nobody issued. Looks follow each other with a pause, and all who ask meanwhile share the next: who invents
/// names makes no more than ten of them a second.
actor KeyRefresh {
    static let pause = Duration.milliseconds(100)

    /// The last look, begun or waiting.
    private var last: Task<Void, Never>?
    /// The look that has not begun yet.
    private var next: Task<Void, Never>?
    private var begun: ContinuousClock.Instant?

    /// Looks by a closure, or waits for somebody else's look, and returns afterwards.
    func run(_ look: @escaping @Sendable () async -> Void) async {
        await (next ?? schedule(look)).value
    }

    private func schedule(_ look: @escaping @Sendable () async -> Void) -> Task<Void, Never> {
        let task = Task { [last] in
            await last?.value
            if let begun { try? await Task.sleep(until: begun + Self.pause) }
            begun = .now
            next = nil
            await look()
        }
        (last, next) = (task, task)
        return task
    }
}
