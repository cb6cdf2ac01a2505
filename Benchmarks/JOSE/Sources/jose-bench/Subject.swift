/// A library at work: it answers what runs for an operation of an algorithm.
protocol Subject {
    /// The operation `sign`, `verify`, `encrypt` or `decrypt`; nil for what the library does not do.
    func operation(_ name: String, _ algorithm: String) async throws -> Operation?
}

/// Something to run again and again.
enum Operation {
    case plain(() throws -> Void)
    /// What waits for an actor.
    case waiting(@Sendable () async throws -> Void)
}

/// An operation's answer was not the expected one.
struct WrongAnswer: Error {}
