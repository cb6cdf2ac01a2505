internal import Foundation
internal import Synchronization
internal import TestSupport

/// A PostgreSQL server of the tests' own, in a temporary directory and on a port of its own.
///
/// Its default collation sorts as people do, so that what must sort as bytes has to say so.
public final class PostgreSQLCluster: Sendable {
    /// The role that owns the tests' databases.
    public static let role = "tessera"
    /// Its password.
    public static let password = "pg-canary-4711"

    /// The cluster that tests share which only need a database.
    public static var shared: PostgreSQLCluster {
        get throws {
            try started.withLock { started in
                if let cluster = started { return cluster }
                let cluster = try PostgreSQLCluster()
                started = cluster
                atexit { PostgreSQLCluster.removeShared() }
                return cluster
            }
        }
    }

    /// Guards the start of the shared cluster.
    private static let started = Mutex<PostgreSQLCluster?>(nil)

    private static func removeShared() { started.withLock { $0 }?.remove() }

    /// Where the server listens on 127.0.0.1.
    public let port: Int
    private let directory: String
    private var data: String { directory + "/data" }
    private var log: String { directory + "/log" }
    private let process = Mutex<SupervisedProcess?>(nil)
    private let databases = Atomic(0)

    /// Makes and starts a cluster; settings are lines of its configuration file.
    public init(settings: String = "") throws {
        directory = "/tmp/tessera-pg-\(UUID().uuidString.prefix(13))"
        port = try FreePort.find()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let user = PostgreSQLInstallation.unprivileged
        if !user.isEmpty { try ShortProgram.run(["chown", "postgres:postgres", directory]) }
        try ShortProgram.run(
            user + [
                try Self.program("initdb"), "-D", data, "-U", "postgres", "--auth-local=trust",
                "--auth-host=scram-sha-256", "-E", "UTF8", "--locale-provider=icu", "--icu-locale=en-US",
                "--locale=C.UTF-8", "--no-sync", "--no-instructions",
            ]
        )
        let configuration = """
            listen_addresses = '127.0.0.1'
            port = \(port)
            unix_socket_directories = '\(directory)'
            fsync = off
            shared_buffers = 48MB
            max_connections = 800
            log_statement = 'none'
            \(settings)
            """
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: data + "/postgresql.conf"))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("\n\(configuration)\n".utf8))
        try handle.close()
        try start()
        try run("CREATE ROLE \(Self.role) LOGIN PASSWORD '\(Self.password)'")
    }

    deinit { remove() }

    private static func program(_ name: String) throws -> String {
        guard let path = PostgreSQLInstallation.program(name) else {
            throw ShortProgram.Failure(description: PostgreSQLInstallation.isMissing)
        }
        return path
    }

    /// Starts the server and waits until it answers.
    public func start() throws {
        let arguments = PostgreSQLInstallation.unprivileged + [try Self.program("postgres"), "-D", data]
        let started = try SupervisedProcess(arguments, signal: "INT", log: log)
        process.withLock { $0 = started }
        try awaitAnswer(port: port)
    }

    /// Waits until a server answers on a port.
    func awaitAnswer(port: Int) throws {
        // `pg_isready` waits by itself only while it gets no answer at all.
        let probe = "for i in $(seq 300); do \"$0\" -q -h 127.0.0.1 -p \(port) -t 1 && exit 0; sleep 0.05; done; exit 1"
        try ShortProgram.run(["sh", "-c", probe, try Self.program("pg_isready")])
    }

    /// Stops the server in order.
    public func stop() {
        process.withLock { $0 = nil }
    }

    /// Kills every process of the server, as a power cut would.
    public func kill() throws {
        let first = try String(contentsOfFile: data + "/postmaster.pid", encoding: .utf8).split(separator: "\n").first
        guard let first, let postmaster = Int32(first) else { return }
        let children = try ShortProgram.run(["sh", "-c", "pgrep -P \(postmaster) || true"])
        for pid in [postmaster] + children.split(separator: "\n").compactMap({ Int32($0) }) {
            Foundation.kill(pid, SIGKILL)
        }
        process.withLock { $0 = nil }
    }

    /// Stops the server and deletes its files.
    func remove() {
        stop()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Runs SQL as the superuser and answers what it printed.
    @discardableResult
    public func run(_ sql: String, database: String = "postgres") throws -> String {
        let arguments = ["-h", directory, "-p", "\(port)", "-U", "postgres", "-d", database, "-XAtqc", sql]
        let text = try ShortProgram.run([try Self.program("psql")] + arguments)
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs a script of psql's as the superuser; the first error ends it.
    public func run(script: String, database: String) throws {
        let path = directory + "/script.sql"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        let place = ["-h", directory, "-p", "\(port)", "-U", "postgres", "-d", database]
        try ShortProgram.run([try Self.program("psql")] + place + ["-Xq", "-v", "ON_ERROR_STOP=1", "-f", path])
    }

    /// Makes an empty database and answers its name.
    public func makeDatabase() throws -> String {
        let name = "t\(databases.add(1, ordering: .relaxed).newValue)"
        try run("CREATE DATABASE \(name) OWNER \(Self.role)")
        return name
    }

    /// The URL of a database, with the role's password.
    public func url(_ database: String, port: Int? = nil, password: String = password) -> String {
        "postgresql://\(Self.role):\(password)@127.0.0.1:\(port ?? self.port)/\(database)"
    }

    /// All that the server has written to its log.
    public var logged: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }
}
