internal import CPostgreSQL

/// Where a PostgreSQL database is and how it is spoken to: a URL with libpq's own parameters.
///
/// Its text may hold a password, so that only `description` may be shown.
public struct PostgreSQLAddress: Sendable, CustomStringConvertible, CustomReflectable {
    /// Why a URL is none of ours; holds nothing of the URL, which may have a password anywhere.
    public struct Fault: Error, Sendable, CustomStringConvertible {
        /// The fault and the mend.
        public let description: String
    }

    /// Whether this machine has libpq, without which no address can be read.
    public static var isLibraryThere: Bool { tessera_load_libpq() == 1 }

    /// libpq's parameters, each once.
    let parameters: [(keyword: String, value: String)]
    /// `HOST:PORT/NAME`, without user and password.
    public let description: String

    /// Shows no more than `description`, whoever dumps it.
    public var customMirror: Mirror { Mirror(self, children: []) }

    /// What is set unless the URL says otherwise: nothing may wait for long, and only a server that can be written is
    /// the right one.
    private static let defaults = [
        ("connect_timeout", "2"), ("target_session_attrs", "read-write"), ("keepalives_idle", "5"),
        ("keepalives_interval", "2"), ("keepalives_count", "3"), ("tcp_user_timeout", "6000"),
        ("fallback_application_name", "tessera"), ("client_encoding", "UTF8"),
    ]

    /// Reads `postgresql://USER@HOST/NAME`, with whatever parameters libpq knows.
    public init(_ url: String) throws(Fault) {
        // Loaded here, before anything else of it is used: without an address nothing is.
        guard Self.isLibraryThere else {
            throw Fault(description: "libpq is needed for PostgreSQL and is not here: apt-get install libpq5")
        }
        guard !url.utf8.contains(0), let options = PQconninfoParse(url, nil) else {
            throw Fault(description: "expected postgresql://USER@HOST:PORT/NAME, with parameters that libpq knows")
        }
        defer { PQconninfoFree(options) }
        var found: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        let name = found["dbname"] ?? ""
        guard !name.isEmpty || found["service"] != nil else {
            throw Fault(description: "the URL names no database: expected postgresql://USER@HOST:PORT/NAME")
        }
        let hosts = (found["host"] ?? found["hostaddr"] ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let ports = (found["port"] ?? "5432").split(separator: ",", omittingEmptySubsequences: false)
        let places = hosts.enumerated().map { index, host in
            let port = ports.indices.contains(index) ? ports[index] : ports.first ?? ""
            return "\(host.isEmpty ? "localhost" : host):\(port.isEmpty ? "5432" : port)"
        }
        description =
            (places.isEmpty ? "localhost:\(ports.first ?? "5432")" : places.joined(separator: ",")) + "/" + name
        for (keyword, value) in Self.defaults where found[keyword] == nil { found[keyword] = value }
        parameters = found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
