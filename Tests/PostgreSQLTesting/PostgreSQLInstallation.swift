internal import Foundation

/// Where PostgreSQL's programs are on this machine.
public enum PostgreSQLInstallation {
    /// What a test that needs PostgreSQL says where there is none.
    public static let isMissing = "PostgreSQL is not installed here: apt-get install postgresql pgbouncer"

    /// Whether the tests can start a cluster.
    public static let isThere = program("initdb") != nil && program("postgres") != nil

    /// The path of one of its programs; Debian keeps them beside each other, a version a folder.
    public static func program(_ name: String) -> String? {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        let folders =
            versions.sorted { $0.localizedStandardCompare($1) == .orderedDescending }
            .map { "/usr/lib/postgresql/\($0)/bin" }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + path + ["/usr/sbin"]).map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// The words before a command that make it run as somebody who is not root: PostgreSQL refuses root.
    static let unprivileged =
        geteuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : []
}
