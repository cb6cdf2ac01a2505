/// How long what may take, at the server and here.
struct PostgreSQLLimits: Sendable {
    /// The server ends a statement after this many milliseconds.
    var statement = 3_000
    /// The server gives up on a lock after this many milliseconds.
    var lock = 1_000
    /// The server ends a transaction whose node says nothing for this many milliseconds.
    var idle = 5_000
    /// How long one attempt of a transaction may take in all.
    var transaction = Duration.seconds(10)
    /// How long a transaction may wait for a connection.
    var waiting = Duration.seconds(2)
    /// How often a transaction is run again that the server took back.
    var repetitions = 5

    /// The limits of a request's transactions.
    static let request = PostgreSQLLimits()

    /// Those of a question whether the database is there.
    static let readiness = PostgreSQLLimits(
        statement: 900,
        lock: 900,
        idle: 1_000,
        transaction: .milliseconds(950),
        waiting: .milliseconds(900),
        repetitions: 1
    )

    /// Those of work at length: a step of the schema, a copy.
    static let length = PostgreSQLLimits(
        statement: 600_000,
        lock: 60_000,
        idle: 60_000,
        transaction: .seconds(1_800),
        waiting: .seconds(10)
    )

    /// What begins a transaction and sets its limits.
    ///
    /// They are set for it alone, since a pooler may give the next one to another server process. The last column of the
    /// last result says whether this is a replica.
    func opening(_ mode: PostgreSQLTransaction.Mode) -> String {
        let isolation =
            switch mode {
            case .reading: "REPEATABLE READ READ ONLY"
            case .writing: "READ COMMITTED"
            }
        return """
            BEGIN ISOLATION LEVEL \(isolation); \
            SELECT set_config('statement_timeout', '\(statement)', true), \
            set_config('lock_timeout', '\(lock)', true), \
            set_config('idle_in_transaction_session_timeout', '\(idle)', true), \
            CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END
            """
    }
}
