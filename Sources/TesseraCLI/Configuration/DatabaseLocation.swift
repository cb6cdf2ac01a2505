/// Which database holds the accounts: an embedded file, or a PostgreSQL server.
enum DatabaseLocation: Hashable, Sendable {
    case sqlite(path: String)
    case postgreSQL(url: String)

    /// Reads `sqlite:PATH` or `postgresql://…`.
    init?(_ text: String) {
        if text.hasPrefix("sqlite:") {
            let path = String(text.dropFirst("sqlite:".count))
            guard !path.isEmpty, !path.utf8.contains(0) else { return nil }
            self = .sqlite(path: path)
        } else if text.hasPrefix("postgresql://") || text.hasPrefix("postgres://") {
            self = .postgreSQL(url: text)
        } else {
            return nil
        }
    }

    /// Whether it must be kept out of flags and logs.
    var hasPassword: Bool {
        guard case .postgreSQL(let url) = self else { return false }
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        if let at = authority.lastIndex(of: "@"), authority[..<at].contains(":") { return true }
        return rest.lowercased().contains("password=")
    }

    /// The location as it may be shown.
    var masked: String {
        switch self {
        case .sqlite(let path): "sqlite:" + path
        case .postgreSQL(let url): hasPassword ? "postgresql://********" : url
        }
    }
}

extension ValueFormat where Value == DatabaseLocation {
    static let database = ValueFormat(
        expected: "sqlite:PATH or postgresql://USER@HOST/NAME",
        parse: { DatabaseLocation($0) },
        describe: \.masked
    )
}
