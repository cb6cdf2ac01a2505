/// A session inside a transaction, as the stores see it.
final class PostgreSQLConnection: SQLConnection {
    private let session: PostgreSQLSession
    private let limits: PostgreSQLLimits
    /// When the attempt is over.
    let end: ContinuousClock.Instant
    /// The first failure of a statement; from then on the server takes no other.
    private(set) var failure: PostgreSQLFailure?
    private(set) var mustAnnounce = false

    init(session: PostgreSQLSession, limits: PostgreSQLLimits, end: ContinuousClock.Instant) {
        self.session = session
        self.limits = limits
        self.end = end
    }

    var dialect: SQLDialect { .postgreSQL }

    /// When a statement that begins now is given up: the server should have ended it a moment before.
    var deadline: ContinuousClock.Instant {
        min(end, ContinuousClock.now + .milliseconds(limits.statement) + .milliseconds(500))
    }

    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> Int {
        try run(sql, arguments).changed
    }

    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> [SQLRow] {
        try run(sql, arguments).rows()
    }

    func announce() { mustAnnounce = true }

    private func run(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> PostgreSQLResult {
        if let failure { throw failure.failure }
        do throws(PostgreSQLFailure) {
            return try session.run(sql, arguments, until: deadline)
        } catch {
            failure = error
            throw error.failure
        }
    }
}
