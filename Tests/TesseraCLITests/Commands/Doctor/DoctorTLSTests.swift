import Foundation
import TestSupport
import Testing

@testable import TesseraCLI

/// `tessera doctor` on certificates, with a real HTTPS server.
@Suite struct DoctorTLSTests {
    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates() }

    private func serve(_ name: String) async throws -> (server: RunningServer, url: String) {
        let port = try FreePort.find()
        let directory = try TemporaryDirectory()
        let url = "https://127.0.0.1:\(port)"
        let text = """
            issuer: \(url)
            listen: 127.0.0.1:\(port)
            tls_certificate: \(certificates.path("\(name).pem"))
            tls_private_key: \(certificates.path("\(name).key"))
            """
        try directory.write(text, to: "tessera.yaml")
        return (try await RunningServer(in: directory, listen: nil), url)
    }

    private func examine(_ server: RunningServer, _ arguments: String...) throws -> DoctorTests.Report {
        try DoctorTests.Report(BuiltBinary.run(["doctor", "--json"] + arguments, directory: server.directory.path))
    }

    @Test func `a healthy HTTPS server has no fault`() async throws {
        let (server, _) = try await serve("server")
        let report = try examine(server, "--certificate-authority", certificates.path("authority.pem"))
        #expect(report["fault"].isEmpty, "\(report["fault"])")
        #expect(report["ok"].isSuperset(of: ["certificate", "certificate-files", "hsts", "plain-http", "proxy"]))
        #expect(report.message("certificate").contains("29 more days") || report.message("certificate").contains("30"))
    }

    @Test func `an authority that nobody knows, and another name, are faults`() async throws {
        let (server, _) = try await serve("server")
        let unknown = try examine(server)
        #expect(unknown["fault"] == ["reachable", "certificate"])
        #expect(unknown.message("certificate").contains("not trusted"), "\(unknown.message("certificate"))")
        try certificates.issue("stranger", names: "DNS:elsewhere.example")
        let (other, _) = try await serve("stranger")
        let named = try examine(other, "--certificate-authority", certificates.path("authority.pem"))
        #expect(named.message("certificate").contains("another name"), "\(named.message("certificate"))")
    }

    @Test func `a certificate near its end is warned of`() async throws {
        try certificates.issue("short", days: 5)
        let (server, _) = try await serve("short")
        let report = try examine(server, "--certificate-authority", certificates.path("authority.pem"))
        #expect(report["warning"].contains("certificate"))
        #expect(report.message("certificate").contains("expires in"))
    }

    @Test func `files that cannot serve any more are found while the old ones still do`() async throws {
        let (server, _) = try await serve("server")
        try certificates.issue("other")
        try certificates.replace("server.key", with: "other.key")
        let report = try examine(server, "--certificate-authority", certificates.path("authority.pem"))
        #expect(report["fault"] == ["certificate-files"])
        #expect(report["ok"].contains("certificate"))
    }
}
