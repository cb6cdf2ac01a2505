import Foundation
import PostgreSQLTesting
import TesseraCore
import TestSupport
import Testing

@testable import TesseraSQL

/// What a node does when the way to PostgreSQL is to be trusted: on a real server that takes no plain connection.
@Suite(
    .enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"),
    .timeLimit(.minutes(3)),
    .serialized
)
struct PostgreSQLTLSTests {
    @Test func `verify-full with the server's authority speaks TLS on every connection`() async throws {
        let server = try SecureCluster()
        let database = try await server.open("sslmode=verify-full&sslrootcert=\(server.authority)")
        let session = "SELECT CAST(ssl AS TEXT), version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        for lane in [database, database.forReadiness] {
            let row = try await lane.read { connection throws(SQLFailure) in try connection.query(session, []).first }
            #expect(row?[0] == .text("true"))
            #expect(try row?.text(1).hasPrefix("TLSv1.") == true)
        }
        try await database.close()
    }

    @Test func `a server of another authority is refused, and the error says so without the password`() async throws {
        let server = try SecureCluster()
        let another = try TestCertificates()
        let error = await #expect(throws: StorageError.self) {
            try await server.open("sslmode=verify-full&sslrootcert=\(another.path("authority.pem"))")
        }
        #expect(error?.code == .unavailable)
        #expect(error?.reason.contains("certificate verify failed") == true)
        #expect(error?.reason.contains(PostgreSQLCluster.password) == false)
    }

    @Test func `a certificate for another host is refused by verify-full and taken by verify-ca`() async throws {
        let server = try SecureCluster(names: "DNS:elsewhere.example")
        let root = "sslrootcert=\(server.authority)"
        let error = await #expect(throws: StorageError.self) { try await server.open("sslmode=verify-full&\(root)") }
        #expect(error?.reason.contains("does not match host name") == true)
        let database = try await server.open("sslmode=verify-ca&\(root)")
        try await database.close()
    }

    @Test func `a plain connection is not made where TLS is asked for, nor taken by a server that asks for it`()
        async throws
    {
        let plain = try PostgreSQLCluster.shared
        let url = plain.url(try plain.makeDatabase()) + "?sslmode=require"
        let refusing = await #expect(throws: StorageError.self) {
            try await PostgreSQLDatabase.open(PostgreSQLAddress(url), at: Sample.now)
        }
        #expect(refusing?.reason.contains("does not support SSL") == true)
        let server = try SecureCluster()
        let refused = await #expect(throws: StorageError.self) { try await server.open("sslmode=disable") }
        #expect(refused?.reason.contains("no encryption") == true)
    }
}

/// A server with a certificate, which takes only connections over TLS.
private final class SecureCluster {
    private let certificates: TestCertificates
    private let cluster: PostgreSQLCluster

    /// The file of the authority that vouches for it.
    var authority: String { certificates.path("authority.pem") }

    /// Starts one whose certificate is for these names.
    init(names: String = "IP:127.0.0.1,DNS:localhost") throws {
        certificates = try TestCertificates()
        try certificates.issue("server", names: names)
        // Root's key may be read by the group of the server's user, and by nobody else.
        let key = certificates.path("server.key")
        if geteuid() == 0 { try ShortProgram.run(["chown", "root:postgres", key]) }
        try ShortProgram.run(["chmod", geteuid() == 0 ? "640" : "600", key])
        try ShortProgram.run(["chmod", "755", certificates.directory])
        let access = certificates.path("pg_hba.conf")
        try "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n"
            .write(toFile: access, atomically: true, encoding: .utf8)
        cluster = try PostgreSQLCluster(
            settings: """
                ssl = on
                ssl_cert_file = '\(certificates.path("server.pem"))'
                ssl_key_file = '\(key)'
                hba_file = '\(access)'
                """
        )
    }

    /// Opens a new database, with these parameters in its URL.
    @discardableResult
    func open(_ parameters: String) async throws -> any SQLDatabase {
        let url = cluster.url(try cluster.makeDatabase())
        return try await PostgreSQLDatabase.open(PostgreSQLAddress("\(url)?\(parameters)"), at: Sample.now)
    }
}
