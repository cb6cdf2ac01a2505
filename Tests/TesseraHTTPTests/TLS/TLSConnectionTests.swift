import Foundation
import NIOSSL
import ServiceLifecycle
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

/// The rules for connections, and those of TLS, with TLS on the socket.
struct TLSConnectionTests {
    private let certificates: TestCertificates
    private let credentials: TLSCredentials

    init() throws {
        certificates = try TestCertificates()
        let files = TLSFiles(certificate: certificates.path("server.pem"), privateKey: certificates.path("server.key"))
        credentials = try TLSCredentials(files)
    }

    private var authority: String { certificates.path("authority.pem") }

    /// Runs the edge with TLS on a socket of its own.
    ///
    /// The server runs by itself: the client of a live test would speak plain HTTP.
    private func serve<Value: Sendable>(
        _ change: (inout EdgeFixture) -> Void = { _ in },
        _ body: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> Value {
        var fixture = EdgeFixture()
        fixture.settings.tls = credentials
        change(&fixture)
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let application = fixture.application { listening.yield($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let server = ServiceGroup(configuration: .init(services: [application], logger: fixture.log.logger))
            group.addTask { try await server.run() }
            let port = try #require(await ports.first { _ in true })
            let result = await Result { try await body(port) }
            await server.triggerGracefulShutdown()
            try await group.waitForAll()
            return try result.get()
        }
    }

    private static let get = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let getAndClose = "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"

    @Test func `a request over TLS is answered, and the connection stays for the next`() async throws {
        let answer = try await serve { [authority] port in
            let connection = try await SecureConnection(port: port, trusting: authority)
            await connection.send(Self.get)
            _ = try await connection.read(until: "hello")
            await connection.send(Self.getAndClose)
            return try await connection.readToEnd()
        }
        #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 3)
        #expect(answer.hasSuffix("hello"))
    }

    @Test(arguments: [TLSVersion.tlsv1, .tlsv11])
    func `a client that speaks only old TLS is refused`(version: TLSVersion) async throws {
        try await serve { [authority] port in
            await #expect(throws: (any Error).self) {
                try await SecureConnection(port: port, trusting: authority, maximumVersion: version)
            }
            for (newer, expected) in [(TLSVersion.tlsv12, TLSVersion.tlsv12), (.tlsv13, .tlsv13)] {
                let connection = try await SecureConnection(port: port, trusting: authority, maximumVersion: newer)
                #expect(try await connection.peer().version == expected)
                connection.close()
            }
        }
    }

    @Test func `only suites with forward secrecy and authenticated encryption are spoken`() async throws {
        try await serve { [certificates] port in
            let connect = "s_client -connect 127.0.0.1:\(port) -CAfile authority.pem -tls1_2 -cipher "
            #expect(throws: Never.self) { try certificates.openssl(connect + "ECDHE-ECDSA-AES128-GCM-SHA256") }
            for suite in ["ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256"] {
                #expect(throws: ShortProgram.Failure.self, "\(suite)") { try certificates.openssl(connect + suite) }
            }
        }
    }

    @Test func `plain HTTP to the TLS port is told so`() async throws {
        let answers = try await serve { port in
            var answers = [try await exchange(port: port, Self.get)]
            // A body on the way must not reset the answer away.
            let post = "POST /token HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"
            answers.append(try await exchange(port: port, post + String(repeating: "a", count: 100_000)))
            return answers
        }
        for answer in answers {
            #expect(answer.hasPrefix("HTTP/1.1 400 "))
            #expect(answer.contains("\"code\":\"https_required\""))
            #expect(answer.hasSuffix("https.\"}"), "the length is right")
        }
    }

    @Test func `what is neither HTTP nor TLS is closed`() async throws {
        let answer = try await serve { port in try await exchange(port: port, "\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}") }
        #expect(!answer.contains("HTTP/"))
    }

    @Test func `a handshake that comes byte by byte is cut off`() async throws {
        try await serve({ $0.settings.limits.headDeadline = .milliseconds(300) }) { port in
            let connection = try RawConnection(port: port)
            defer { connection.close() }
            // The head of a record that announces 512 bytes, and then one of them at a time.
            let dripping = Task {
                for byte in ["\u{16}", "\u{3}", "\u{1}", "\u{2}", "\u{0}"] + Array(repeating: "\u{1}", count: 500) {
                    connection.send(byte)
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            defer { dripping.cancel() }
            _ = try await connection.readToEnd()
        }
    }

    @Test func `a connection that never begins its handshake is closed`() async throws {
        let answer = try await serve({ $0.settings.limits.headDeadline = .milliseconds(100) }) { port in
            try await exchange(port: port, "")
        }
        #expect(answer.isEmpty)
    }

    @Test func `a head that comes byte by byte after the handshake is cut off`() async throws {
        let answer = try await serve({ $0.settings.limits.headDeadline = .milliseconds(500) }) { [authority] port in
            let connection = try await SecureConnection(port: port, trusting: authority)
            let dripping = Task {
                for byte in "GET /hello HTTP/1.1\r\nHost: " + String(repeating: "a", count: 2000) {
                    await connection.send(String(byte))
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            defer { dripping.cancel() }
            return try await connection.readToEnd()
        }
        #expect(!answer.contains("200"))
    }

    @Test func `a client that does not take its answer over TLS is given up`() async throws {
        let (ends, end) = AsyncStream<Void>.makeStream()
        try await serve({
            $0.settings.limits.writeDeadline = .milliseconds(200)
            $0.onAbandoned = { end.finish() }
        }) { [authority] port in
            let connection = try await SecureConnection(port: port, trusting: authority)
            try await connection.stopReading()
            await connection.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
            for await _ in ends {}
            connection.close()
        }
    }

    @Test func `connections over the limit of an address are closed before their handshake`() async throws {
        try await serve({ $0.settings.limits.connectionsPerAddress = 1 }) { [authority] port in
            let first = try await SecureConnection(port: port, trusting: authority)
            await #expect(throws: (any Error).self) { try await SecureConnection(port: port, trusting: authority) }
            await first.send(Self.getAndClose)
            #expect(try await first.readToEnd().hasSuffix("hello"))
        }
    }

    @Test func `smuggled requests are refused under TLS too`() async throws {
        let answers = try await serve { [authority] port in
            var answers: [String] = []
            for head in [
                "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
            ] {
                let connection = try await SecureConnection(port: port, trusting: authority)
                await connection.send(head)
                answers.append(try await connection.readToEnd())
            }
            return answers
        }
        for answer in answers { #expect(answer.hasPrefix("HTTP/1.1 400 "), "\(answer)") }
    }

    @Test func `a body that was cut short over TLS is never taken for whole`() async throws {
        let answer = try await serve { [authority] port in
            let connection = try await SecureConnection(port: port, trusting: authority)
            await connection.send(
                "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: 12\r\n\r\nusername=a"
            )
            await connection.finishSending()
            return try await connection.readToEnd()
        }
        #expect(!answer.contains("HTTP/1.1 200"))
    }

    @Test func `a body that is too large is refused under TLS, and the client reads why`() async throws {
        let answer = try await serve { [authority] port in
            let connection = try await SecureConnection(port: port, trusting: authority)
            await connection.send(
                "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                    + "Content-Length: 1000000\r\n\r\n"
            )
            connection.push(String(repeating: "a", count: 1_000_000))
            return try await connection.readToEnd()
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }

    @Test func `a renewed certificate serves new connections, and those under way go on`() async throws {
        try certificates.issue("renewed")
        try await serve { [certificates, credentials, authority] port in
            let old = try await SecureConnection(port: port, trusting: authority)
            let first = try await old.peer().serialNumber
            try certificates.replace("server.pem", with: "renewed.pem")
            // Between the two files: no pair yet, and nothing to tell.
            #expect(credentials.refresh() == .unchanged)
            try certificates.replace("server.key", with: "renewed.key")
            guard case .replaced = credentials.refresh() else { throw SecureConnection.Failure() }
            #expect(credentials.refresh() == .unchanged)
            await old.send(Self.get)
            #expect(try await old.read(until: "hello").hasPrefix("HTTP/1.1 200 "))
            let new = try await SecureConnection(port: port, trusting: authority)
            #expect(try await new.peer().serialNumber != first)
            await new.send(Self.getAndClose)
            #expect(try await new.readToEnd().hasSuffix("hello"))
            old.close()
        }
    }

    @Test func `a broken new pair keeps the old one, and is told once`() async throws {
        try certificates.issue("other")
        try await serve { [certificates, credentials, authority] port in
            let serial = try await SecureConnection(port: port, trusting: authority).peer().serialNumber
            let serves = { @Sendable in
                let connection = try await SecureConnection(port: port, trusting: authority)
                defer { connection.close() }
                return try await connection.peer().serialNumber == serial
            }
            try certificates.replace("server.key", with: "other.key")
            #expect(credentials.refresh() == .unchanged)
            guard case .refused(let fault) = credentials.refresh() else { throw SecureConnection.Failure() }
            #expect(fault.setting == .privateKey)
            #expect(credentials.refresh() == .unchanged)
            #expect(try await serves())
            try FileManager.default.removeItem(atPath: certificates.path("server.pem"))
            #expect(credentials.refresh() == .unchanged)
            guard case .refused(let other) = credentials.refresh() else { throw SecureConnection.Failure() }
            #expect(other.reason.contains("cannot be read"))
            #expect(try await serves())
        }
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
