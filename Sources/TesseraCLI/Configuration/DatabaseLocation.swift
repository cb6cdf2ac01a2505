import TesseraSQL

/// Which database holds the accounts: an embedded file, or a PostgreSQL server.
enum DatabaseLocation: Hashable, Sendable {
    case sqlite(path: String)
    case postgreSQL(url: String)

    /// Reads `sqlite:PATH` or `postgresql://…`.
    init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            // What SQLite keeps in memory is gone with the process, and cannot be shared by its connections.
            guard !path.isEmpty, path != ":memory:", !path.utf8.contains(0) else { return nil }
            self = .sqlite(path: path)
        } else if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://"),
            // Without libpq nobody can tell; opening it says so then.
            !PostgreSQLAddress.isLibraryThere || (try? PostgreSQLAddress(text)) != nil
        {
            self = .postgreSQL(url: text)
        } else {
            return nil
        }
    }

    /// Whether a text that may be a location must be kept out of flags and logs.
    static func hasPassword(_ url: String) -> Bool {
        guard url.hasPrefix("postgres") else { return false }
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        if let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") { return true }
        return rest.lowercased().contains("password=")
    }

    /// The location as it may be shown.
    var masked: String {
        switch self {
        case .sqlite(let path): "sqlite:" + path
        case .postgreSQL(let url): Self.hasPassword(url) ? "postgresql://********" : url
        }
    }

    /// The location in a sentence: where it is, without who asks.
    var place: String {
        switch self {
        case .sqlite(let path): DataDirectory.absolute(path)
        case .postgreSQL(let url): (try? PostgreSQLAddress(url))?.description ?? masked
        }
    }
}

extension ValueFormat where Value == DatabaseLocation {
    static let database = ValueFormat(
        expected: "sqlite:PATH, which is a file, or postgresql://USER@HOST:PORT/NAME",
        parse: { DatabaseLocation($0) },
        describe: \.masked
    )

    /// A server that is spoken to without a pooler in between.
    static let directDatabase = ValueFormat(
        expected: "postgresql://USER@HOST:PORT/NAME",
        parse: { text in
            guard let location = DatabaseLocation(text), case .postgreSQL = location else { return nil }
            return location
        },
        describe: \.masked
    )
}
