internal import Metrics

/// What is measured of commits: how long one takes, how many writes share it, and how many fail.
struct CommitMetrics: Sendable {
    private let duration = Timer(label: "tessera_database_commit_duration_seconds")
    private let writes = Recorder(label: "tessera_database_commit_writes")
    private let failures = Counter(label: "tessera_database_commits_failed_total")

    func record(_ count: Int, _ time: Duration, hasFailed: Bool) {
        duration.record(duration: time)
        writes.record(count)
        if hasFailed { failures.increment() }
    }
}
