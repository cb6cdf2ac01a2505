internal import Metrics

/// How log-ins and refreshes end.
struct GrantMetrics: Sendable {
    /// Made once: a counter is looked up by its name and labels, and nearly every refresh ends so.
    private let rotated = GrantMetrics.refreshes("rotated")

    /// Counts a use of a refresh token.
    func refreshed(_ outcome: RotationOutcome) {
        if case .rotated = outcome { return rotated.increment() }
        Self.refreshes(outcome.name).increment()
    }

    /// Counts a log-in with a password.
    func loggedIn(_ outcome: String) {
        Counter(label: "tessera_logins_total", dimensions: [("outcome", outcome)]).increment()
    }

    private static func refreshes(_ outcome: String) -> Counter {
        Counter(label: "tessera_refreshes_total", dimensions: [("outcome", outcome)])
    }
}
