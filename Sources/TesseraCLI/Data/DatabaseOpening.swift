import TesseraCore
import TesseraSQL

/// Opens whichever database a configuration names.
enum DatabaseOpening {
    /// Opens it and sees to its schema.
    ///
    /// - Parameters:
    ///   - location: where it is.
    ///   - schema: what to do about an older schema; a command brings an embedded one up to date, which is its own.
    ///   - now: the time that applied steps are recorded with.
    /// - Returns: the open database.
    /// - Throws: a sentence with the fault and the mend.
    static func open(
        _ location: DatabaseLocation,
        schema: SchemaPolicy,
        at now: Timestamp
    ) async throws(CommandFailure) -> any SQLDatabase {
        do throws(StorageError) {
            switch location {
            case .sqlite(let path):
                return try await SQLiteDatabase.open(path: path, at: now, schema: schema == .leave ? .leave : .migrate)
            case .postgreSQL(let url):
                return try await PostgreSQLDatabase.open(address(url), at: now, schema: schema)
            }
        } catch {
            throw failure(location, error.reason)
        }
    }

    /// The address in a URL that was checked when it was read.
    static func address(_ url: String) throws(StorageError) -> PostgreSQLAddress {
        do throws(PostgreSQLAddress.Fault) {
            return try PostgreSQLAddress(url)
        } catch {
            throw StorageError(.unavailable, error.description)
        }
    }

    /// The sentence for a database that cannot be opened.
    static func failure(_ location: DatabaseLocation, _ reason: String) -> CommandFailure {
        let known =
            switch location {
            case .sqlite: mendsOfFiles
            case .postgreSQL: mendsOfServers
            }
        let mend = known.first { reason.contains($0.sign) }.map { " " + $0.mend } ?? ""
        let end = reason.hasSuffix(".") || reason.hasSuffix("?") ? "" : "."
        return .failed("The database \(location.place) cannot be opened: \(reason)\(end)\(mend)")
    }

    /// What newcomers meet with a file, by what SQLite says, and what mends it.
    private static let mendsOfFiles: [(sign: String, mend: String)] = [
        (
            "file is not a database",
            "Another program's file stands there, or a damaged one: name another in `database`, or bring the database "
                + "back from a back-up with `tessera restore FILE`."
        ),
        ("malformed", "Bring it back from a back-up with `tessera restore FILE`."),
        ("unable to open database file", "Look whether the directory is there and this user may write to it."),
        ("readonly database", "Let this user write to the file and its directory."),
        ("database or disk is full", "Make room on the disk."),
    ]

    /// The same of a server, by what libpq and the server say.
    private static let mendsOfServers: [(sign: String, mend: String)] = [
        ("Connection refused", "Start PostgreSQL there, or mend host and port in the URL."),
        ("could not translate host name", "Mend the host in the URL."),
        ("timeout expired", "Nothing answers there: look at the host, the port and the firewall."),
        (
            "password authentication failed",
            "Mend user and password in \(ConfigurationKey.database.variable) (or …_FILE), or set one: "
                + "ALTER ROLE … PASSWORD '…'."
        ),
        (
            "no password supplied",
            "Put the password into the URL in \(ConfigurationKey.database.variable), into the file that "
                + "\(ConfigurationKey.database.variable)_FILE names, or into ~/.pgpass."
        ),
        ("no pg_hba.conf entry", "Let this host and user in, in the server's pg_hba.conf."),
        ("permission denied", "Let the user own the database: ALTER DATABASE … OWNER TO …."),
        ("server does not support SSL", "Set up TLS at the server, or say sslmode=disable for a network you trust."),
        ("certificate verify failed", "Name the authority's certificate with sslrootcert=FILE in the URL."),
        ("session is read-only", "This is a replica: name the primary, or all hosts, separated by commas."),
        ("too many clients", "Raise max_connections at the server, or put pgbouncer in front of it."),
        ("remaining connection slots", "Raise max_connections at the server, or put pgbouncer in front of it."),
        ("does not exist", "Make it: CREATE ROLE … LOGIN PASSWORD '…'; CREATE DATABASE … OWNER …."),
    ]
}
