import Foundation
import JOSE
import TestSupport
import Testing

@testable import TesseraCLI

/// `tessera serve` with a certificate.
@Suite struct TLSServeTests {
    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates() }

    private func serve(_ more: String...) async throws -> (server: RunningServer, address: String) {
        let server = try await RunningServer(
            "--tls-certificate",
            certificates.path("server.pem"),
            arguments: ["--tls-private-key", certificates.path("server.key")] + more
        )
        let line = try #require(await server.line(containing: "\"listening\""))
        return (server, try #require(try JSONValue(parsing: line)["address"]?.stringValue))
    }

    private func curl(_ arguments: String...) throws -> BuiltBinary.Result {
        let authority = certificates.path("authority.pem")
        return try BuiltBinary.shell("/usr/bin/curl", ["-s", "--cacert", authority] + arguments)
    }

    @Test func `it speaks HTTPS, and its issuer does too`() async throws {
        let (server, address) = try await serve()
        let metadata = try curl("https://\(address)/.well-known/openid-configuration")
        #expect(try JSONValue(parsing: metadata.output)["issuer"] == "https://127.0.0.1:8080", "\(metadata.errors)")
        #expect(try curl("http://\(address)/health/live").output.contains("https_required"))
        server.send(SIGTERM)
        #expect(await server.exitStatus() == 0)
    }

    @Test func `the lines of the first start work over HTTPS`() async throws {
        let (server, _) = try await serve()
        let made = try #require(await server.line(containing: "made the administrator"))
        let trial = try JSONValue(parsing: made)["try"]?.arrayValue?.compactMap(\.stringValue) ?? []
        for line in trial {
            let result = try BuiltBinary.shell("/bin/sh", ["-c", line], directory: server.directory.path)
            #expect(result.status == 0, "\(line): \(result.errors)")
            #expect(try JSONValue(parsing: result.output)["error"] == nil)
        }
        #expect(trial.count == 3)
    }

    @Test func `health and metrics at their own address stay without TLS`() async throws {
        let port = try FreePort.find()
        let (server, address) = try await serve("--operations-listen", "127.0.0.1:\(port)")
        #expect(try curl("http://127.0.0.1:\(port)/health/ready").output.contains("ready"))
        #expect(try curl("https://\(address)/health/ready").output.contains("not_found"))
        withExtendedLifetime(server) {}
    }

    @Test func `a renewed certificate is taken over while it runs`() async throws {
        let (server, address) = try await serve()
        let show = "s_client -connect \(address) -CAfile authority.pem"
        #expect(try certificates.openssl(show).contains("CN = server"))
        try certificates.issue("renewed")
        try certificates.replace("server.key", with: "renewed.key")
        try certificates.replace("server.pem", with: "renewed.pem")
        #expect(await server.line(containing: "new connections get the new certificate") != nil)
        #expect(try certificates.openssl(show).contains("CN = renewed"))
    }

    @Test func `a pair that does not fit stops the start and leaves nothing behind`() throws {
        let directory = try TemporaryDirectory()
        let result = try BuiltBinary.run(
            [
                "serve", "--listen", "127.0.0.1:0", "--tls-certificate", certificates.path("server.pem"),
                "--tls-private-key", certificates.path("authority.key"),
            ],
            directory: directory.path
        )
        #expect(result.status == 2)
        #expect(result.errors.contains("tls_private_key: the key in \(certificates.path("authority.key"))"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func `a certificate near its end and a key for everybody's eyes are warned of`() async throws {
        try certificates.issue("short", days: 5)
        chmod(certificates.path("short.key"), 0o644)
        let server = try await RunningServer(
            "--tls-certificate",
            certificates.path("short.pem"),
            "--tls-private-key",
            certificates.path("short.key")
        )
        #expect(server.log.contains("expires soon"))
        #expect(server.log.contains("chmod 600"))
    }
}
