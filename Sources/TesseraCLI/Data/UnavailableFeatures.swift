/// Settings that are understood but that this version cannot act on: it says so instead of ignoring them.
enum UnavailableFeatures {
    static let postgreSQL = CommandFailure.usage(
        "database: PostgreSQL is not supported by this version; use sqlite:PATH."
    )

    /// Refuses a configuration that asks for what is not there.
    static func check(_ configuration: ServerConfiguration) throws(CommandFailure) {
        if case .postgreSQL = configuration.database { throw postgreSQL }
    }
}
