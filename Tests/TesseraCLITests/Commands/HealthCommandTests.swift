import Foundation
import TestSupport
import Testing

@testable import TesseraCLI

/// `tessera health`, as a container platform asks it.
@Suite struct HealthCommandTests {
    private func health(_ directory: TemporaryDirectory, _ arguments: String...) throws -> BuiltBinary.Result {
        try BuiltBinary.run(["health"] + arguments, directory: directory.path)
    }

    @Test func `it says whether the server is ready`() async throws {
        let port = try FreePort.find()
        let directory = try TemporaryDirectory()
        let text = "issuer: http://127.0.0.1:\(port)\nlisten: 0.0.0.0:\(port)\nshutdown_delay: 10m\n"
        try directory.write(text, to: "tessera.yaml")
        let none = try health(directory)
        #expect(none.status == 3)
        #expect(none.errors.contains("Connection refused"), "\(none.errors)")
        let server = try await RunningServer(in: directory, listen: nil)
        let ready = try health(directory)
        #expect(ready.status == 0)
        #expect(ready.output == "ready\n")
        server.send(SIGTERM)
        _ = await server.line(containing: "shutting down")
        var draining = try health(directory)
        while draining.status == 0 { draining = try health(directory) }
        #expect(draining.status == 1)
        #expect(draining.output == "draining\n")
    }

    @Test func `it asks at the address for operators, or over TLS, where those are configured`() async throws {
        let certificates = try TestCertificates()
        let port = try FreePort.find()
        let directory = try TemporaryDirectory()
        let secure = """
            issuer: https://id.example
            listen: 127.0.0.1:\(port)
            tls_certificate: \(certificates.path("server.pem"))
            tls_private_key: \(certificates.path("server.key"))

            """
        try directory.write(secure, to: "tessera.yaml")
        let server = try await RunningServer(in: directory, listen: nil)
        #expect(try health(directory).output == "ready\n")
        server.send(SIGTERM)
        _ = await server.exitStatus()
        try directory.write(secure + "operations_listen: 127.0.0.1:\(try FreePort.find())\n", to: "tessera.yaml")
        let other = try await RunningServer(in: directory, listen: nil)
        #expect(try health(directory).output == "ready\n")
        withExtendedLifetime(other) {}
    }

    @Test func `it calls the server by a name that is answered`() async throws {
        let port = try FreePort.find()
        let directory = try TemporaryDirectory()
        let text = "issuer: https://id.example\nlisten: 127.0.0.1:\(port)\nhosts: [id.example]\n"
        try directory.write(text, to: "tessera.yaml")
        let server = try await RunningServer(in: directory, listen: nil)
        let answer = try health(directory)
        #expect(answer.output == "ready\n", "\(answer.errors)")
        withExtendedLifetime(server) {}
    }
}
