import Foundation
import JOSE
import PostgreSQLTesting
import Testing

/// The mistakes of a first try with PostgreSQL: each is named, with what mends it.
@Suite(
    .enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"),
    .timeLimit(.minutes(2))
)
struct NewcomerTests {
    private func tessera(_ arguments: String..., url: String, masterKey: Bool = true) async throws -> Command {
        let directory = NSTemporaryDirectory() + "tessera-newcomer-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var environment = ["TESSERA_DATABASE": url]
        if masterKey { environment["TESSERA_MASTER_KEY"] = Base64URL.encode([UInt8](repeating: 7, count: 32)) }
        return try await Command.run(Command.tessera, arguments, in: directory, environment: environment)
    }

    private func expect(_ texts: [String], _ status: Int32 = 3, of command: Command) {
        #expect(command.status == status, "\(command.errors)")
        for text in texts { #expect(command.errors.contains(text), "\(text): \(command.errors)") }
        #expect(!command.errors.contains(PostgreSQLCluster.password))
    }

    @Test func `a wrong port, password, name or host, and a URL without a name`() async throws {
        let cluster = try PostgreSQLCluster.shared
        let name = try cluster.makeDatabase()
        for command in ["migrate", "serve"] {
            let port = try await tessera(command, url: cluster.url(name, port: 1))
            expect(["127.0.0.1:1/\(name)", "Connection refused", "host and port"], of: port)
            let password = try await tessera(command, url: cluster.url(name, password: "hunter2"))
            expect(["password authentication failed", "TESSERA_DATABASE"], of: password)
            #expect(!password.errors.contains("hunter2"))
            let database = try await tessera(command, url: cluster.url("nosuch"))
            expect(["\"nosuch\" does not exist", "CREATE DATABASE"], of: database)
            let host = try await tessera(command, url: "postgresql://a:b@no-such-host.invalid/x")
            expect(["could not translate host name", "Mend the host"], of: host)
            let unnamed = try await tessera(command, url: "postgresql://a:b@127.0.0.1")
            expect(["database", "postgresql://USER@HOST:PORT/NAME"], 2, of: unnamed)
        }
    }

    @Test func `a user without rights`() async throws {
        let cluster = try PostgreSQLCluster.shared
        let name = try cluster.makeDatabase()
        try cluster.run("ALTER DATABASE \(name) OWNER TO postgres")
        expect(
            ["permission denied for schema public", "OWNER"],
            of: try await tessera("migrate", url: cluster.url(name))
        )
    }

    @Test func `a role that may only read and write rows serves what its owner has migrated`() async throws {
        let cluster = try PostgreSQLCluster.shared
        let name = try cluster.makeDatabase()
        #expect(try await tessera("migrate", url: cluster.url(name)).status == 0)
        try cluster.run(
            """
            CREATE ROLE app LOGIN PASSWORD '\(PostgreSQLCluster.password)';
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app
            """,
            database: name
        )
        let url = cluster.url(name).replacingOccurrences(of: "//\(PostgreSQLCluster.role):", with: "//app:")
        let server = try await ServerProcess(environment: ["TESSERA_DATABASE": url])
        #expect(try await Caller(server).send("GET", "/health/ready").status == 200)
        let added = try await server.tessera("user", "add", "bob", "--password-stdin", input: Fleet.password)
        #expect(added.status == 0, "\(added.errors)")
        #expect(try await Caller(server).logIn("bob", Fleet.password).status == 200)
    }

    @Test func `a database whose texts are not UTF-8`() async throws {
        let cluster = try PostgreSQLCluster.shared
        let role = PostgreSQLCluster.role
        try cluster.run(
            "CREATE DATABASE latin OWNER \(role) ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
        )
        expect(["LATIN1", "ENCODING 'UTF8'"], of: try await tessera("migrate", url: cluster.url("latin")))
    }

    @Test func `a command before the first start, and without the master key`() async throws {
        let cluster = try PostgreSQLCluster.shared
        let name = try cluster.makeDatabase()
        let empty = try await tessera("user", "list", url: cluster.url(name))
        expect(["nothing of Tessera's yet", "tessera serve"], of: empty)
        let migrated = try await tessera("migrate", url: cluster.url(name))
        expect(["Applied step 1 (initial)", "up to date"], 0, of: migrated)
        let twice = try await tessera("migrate", url: cluster.url(name))
        expect(["up to date"], 0, of: twice)
        #expect(!twice.errors.contains("Applied"))
        let keyless = try await tessera("user", "list", url: cluster.url(name), masterKey: false)
        expect(["no master key yet", "TESSERA_MASTER_KEY"], 2, of: keyless)
        #expect(try await tessera("user", "list", url: cluster.url(name)).status == 0)
        let lost = try await tessera("serve", url: cluster.url(name), masterKey: false)
        expect(["master.key", "is missing", "All nodes of one database need the same key"], 2, of: lost)
    }

    @Test func `a schema of a newer version is refused and both versions are named`() async throws {
        let cluster = try PostgreSQLCluster.shared
        let name = try cluster.makeDatabase()
        #expect(try await tessera("migrate", url: cluster.url(name)).status == 0)
        try cluster.run("INSERT INTO schema_migrations VALUES (99, 'later', 'x', 0)", database: name)
        for command in ["migrate", "serve"] {
            expect(["version 99", "this binary knows"], of: try await tessera(command, url: cluster.url(name)))
        }
    }

    @Test func `migrate works on the embedded database too`() async throws {
        let directory = NSTemporaryDirectory() + "tessera-newcomer-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let migrated = try await Command.run(Command.tessera, ["migrate"], in: directory)
        expect(["Applied step 1 (initial)", "tessera.sqlite"], 0, of: migrated)
    }
}
