internal import Metrics

/// What is counted of one issuer.
struct ProviderMetrics: Sendable {
    private let issuer: String
    /// The one that was there when this was made: an attempt may run in a task that knows nothing of it.
    private let factory = MetricsSystem.factory
    private let succeeded: Counter
    private let keys: Gauge
    private let entries: Gauge
    private let polled: Counter

    init(issuer: String) {
        self.issuer = issuer
        succeeded = Counter(
            label: "bearer_auth_key_fetches_total",
            dimensions: [("issuer", issuer), ("outcome", "ok")]
        )
        keys = Gauge(label: "bearer_auth_keys", dimensions: [("issuer", issuer)])
        entries = Gauge(label: "bearer_auth_revocations", dimensions: [("issuer", issuer)])
        polled = Counter(label: "bearer_auth_feed_answers_total", dimensions: [("issuer", issuer), ("outcome", "ok")])
    }

    /// Counts a fetch of metadata and keys.
    func fetched(_ failure: FetchFailure?, keys count: Int?) {
        if let failure {
            failed("bearer_auth_key_fetches_total", failure)
        } else {
            succeeded.increment()
        }
        if let count { keys.record(count) }
    }

    /// Counts an answer of the feed.
    func polled(_ failure: FetchFailure?, entries count: Int?) {
        if let failure {
            failed("bearer_auth_feed_answers_total", failure)
        } else {
            polled.increment()
        }
        if let count { entries.record(count) }
    }

    /// The codes of failures are a dozen, and an attempt is seconds after the other.
    private func failed(_ label: String, _ failure: FetchFailure) {
        let dimensions = [("issuer", issuer), ("outcome", failure.code.rawValue)]
        Counter(label: label, dimensions: dimensions, factory: factory).increment()
    }
}
