/// What libpq or the server failed with, and what that means for the transaction.
struct PostgreSQLFailure: Error {
    /// What may be done about it.
    enum Consequence {
        /// The transaction is over and left nothing behind.
        case over
        /// The transaction left nothing behind and may be run again.
        case repeatable
        /// It may be run again once: it waited for a row, perhaps for one whose owner waited for it, which the server finds
        /// out no sooner than this node gives up.
        case repeatableOnce
        /// The connection is no good any more; what was not committed is not there.
        case disconnected
        /// Another server must be found: this one cannot be written.
        case wrongServer
    }

    let consequence: Consequence
    let failure: SQLFailure

    init(_ consequence: Consequence, _ failure: SQLFailure) {
        self.consequence = consequence
        self.failure = failure
    }

    /// The connection broke, or did not answer in time.
    static func disconnected(_ reason: String) -> PostgreSQLFailure {
        PostgreSQLFailure(.disconnected, SQLFailure(.unavailable, "PostgreSQL: \(reason)"))
    }

    /// What an error of the server means.
    ///
    /// - Parameters:
    ///   - state: The SQLSTATE.
    ///   - message: The server's primary message; kept only where its kind never quotes a value.
    ///   - constraint: The constraint's name, if one was violated.
    init(state: String, message: String, constraint: String?) {
        let place = constraint.map { " (\($0))" } ?? ""
        let shown = Self.quotesValues(state) ? "" : ": \(message)"
        let reason = "PostgreSQL \(state)\(place)\(shown)"
        switch state {
        case "23505":
            self.init(.over, SQLFailure(.notUnique, reason))
        case "40001", "40P01":
            self.init(.repeatable, SQLFailure(.unavailable, reason))
        case "55P03":
            self.init(.repeatableOnce, SQLFailure(.unavailable, reason))
        case "25006", "57P03":
            self.init(.wrongServer, SQLFailure(.unavailable, reason))
        case "57P01", "57P02", "57P04", "57P05", "25P03":
            self.init(.disconnected, SQLFailure(.unavailable, reason))
        case "XX001", "XX002":
            self.init(.over, SQLFailure(.corrupt, reason))
        default:
            switch state.prefix(2) {
            case "08": self.init(.disconnected, SQLFailure(.unavailable, reason))
            case "42": self.init(.over, SQLFailure(state == "42501" ? .unavailable : .defect, reason))
            case "22", "23", "0A", "25", "26": self.init(.over, SQLFailure(.defect, reason))
            default: self.init(.over, SQLFailure(.unavailable, reason))
            }
        }
    }

    /// Whether messages of this class quote what was stored or sent.
    private static func quotesValues(_ state: String) -> Bool {
        ["22", "23", "P0"].contains(state.prefix(2))
    }
}
