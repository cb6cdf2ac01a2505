internal import Metrics

/// What is measured of a pool: its connections, what waits for one, and what was refused one; and of its commits.
struct PostgreSQLPoolMetrics: Sendable {
    let commits = CommitMetrics()
    private let connections = Meter(label: "tessera_database_connections")
    private let waiting = Meter(label: "tessera_database_transactions_waiting")
    private let refusals = Counter(label: "tessera_database_transactions_refused_total")

    /// Shows how many there are; called with the pool's state in hand, so that the last to call is right.
    func show(connections: Int, waiting: Int) {
        self.connections.set(connections)
        self.waiting.set(waiting)
    }

    /// Counts transactions that got no connection.
    func refused(_ count: Int) { refusals.increment(by: count) }
}
