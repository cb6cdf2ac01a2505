internal import Foundation
internal import TestSupport

/// A pgbouncer in transaction mode in front of a cluster.
public final class Pooler: Sendable {
    /// Whether pgbouncer is installed.
    public static let isThere = PostgreSQLInstallation.isThere && PostgreSQLInstallation.program("pgbouncer") != nil

    /// Where it listens on 127.0.0.1.
    public let port: Int
    private let directory: String
    private let process: SupervisedProcess

    /// Starts one with a few server connections that all its clients share.
    public init(_ cluster: PostgreSQLCluster, poolSize: Int = 4) throws {
        guard let program = PostgreSQLInstallation.program("pgbouncer") else {
            throw ShortProgram.Failure(description: PostgreSQLInstallation.isMissing)
        }
        port = try FreePort.find()
        directory = "/tmp/tessera-pgb-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try """
        [databases]
        * = host=127.0.0.1 port=\(cluster.port)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        pool_mode = transaction
        default_pool_size = \(poolSize)
        max_client_conn = 500
        auth_type = plain
        auth_file = \(directory)/users.txt
        """.write(toFile: directory + "/pgbouncer.ini", atomically: true, encoding: .utf8)
        try "\"\(PostgreSQLCluster.role)\" \"\(PostgreSQLCluster.password)\"\n"
            .write(toFile: directory + "/users.txt", atomically: true, encoding: .utf8)
        let user = PostgreSQLInstallation.unprivileged
        if !user.isEmpty { try ShortProgram.run(["chown", "-R", "postgres:postgres", directory]) }
        process = try SupervisedProcess(
            user + [program, directory + "/pgbouncer.ini"],
            signal: "KILL",
            log: directory + "/log"
        )
        try cluster.awaitAnswer(port: port)
    }

    deinit {
        process.stop()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
