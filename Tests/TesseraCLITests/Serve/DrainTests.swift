import Foundation
import JOSE
import TestSupport
import Testing

@testable import TesseraCLI

/// How a server stops: not ready first, then closed to new connections, and nothing that is under way is cut.
@Suite struct DrainTests {
    private func port(_ server: RunningServer) async throws -> Int {
        let line = try #require(await server.line(containing: "\"listening\""))
        let address = try #require(try JSONValue(parsing: line)["address"]?.stringValue)
        return try #require(Int(address.split(separator: ":").last ?? ""))
    }

    private func metrics(_ port: Int) throws -> String {
        let connection = try PlainConnection(port: port)
        connection.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return connection.readToEnd()
    }

    @Test func `a request under way finishes, and the server then ends with 0`() async throws {
        let server = try await RunningServer()
        let connection = try PlainConnection(port: try await port(server))
        connection.send(
            "POST /users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{"
        )
        // The head has arrived once the server counts it, beside the request that asks.
        while try !metrics(try await port(server)).contains("tessera_http_requests_in_flight 2") {}
        server.send(SIGTERM)
        _ = await server.line(containing: "shutting down")
        connection.send("}")
        #expect(connection.readToEnd().hasPrefix("HTTP/1.1 422"))
        #expect(await server.exitStatus() == 0)
        #expect(!server.log.contains("was cut off"))
    }

    @Test func `a connection that waits for its next request does not hold up the stop`() async throws {
        let server = try await RunningServer()
        let connection = try PlainConnection(port: try await port(server))
        connection.send("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(connection.read(until: "live").hasPrefix("HTTP/1.1 200"))
        server.send(SIGTERM)
        #expect(await server.exitStatus() == 0)
        #expect(!server.log.contains("was cut off"))
        #expect(connection.readToEnd().isEmpty)
    }

    @Test func `one that follows the feed is answered, not waited for`() async throws {
        let server = try await RunningServer()
        let number = try await port(server)
        let first = try PlainConnection(port: number)
        first.send("GET /revocations HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let body = try #require(first.readToEnd().components(separatedBy: "\r\n\r\n").last)
        let payload = try #require(Base64URL.decode(String(body.split(separator: ".")[1]).utf8))
        let cursor = try #require(try JSONObject(parsing: payload)["cursor"]?.stringValue)
        let follower = try PlainConnection(port: number)
        follower.send("GET /revocations?after=\(cursor)&wait=25 HTTP/1.1\r\nHost: a\r\n\r\n")
        while try !metrics(number).contains("tessera_feed_followers 1") {}
        server.send(SIGTERM)
        #expect(follower.readToEnd().hasPrefix("HTTP/1.1 200"))
        #expect(await server.exitStatus() == 0)
    }

    @Test func `readiness at the address for operators fails first, and is told until the end`() async throws {
        let operations = try FreePort.find()
        let server = try await RunningServer(
            "--shutdown-delay",
            "10m",
            "--operations-listen",
            "127.0.0.1:\(operations)"
        )
        let ready = { () throws -> String in
            let connection = try PlainConnection(port: operations)
            connection.send("GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            return connection.readToEnd()
        }
        #expect(try ready().hasPrefix("HTTP/1.1 200"))
        server.send(SIGTERM)
        while try !ready().contains("draining") {}
        // The load balancer has not looked yet: who still comes is served.
        let late = try PlainConnection(port: try await port(server))
        late.send("GET /.well-known/jwks.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(late.readToEnd().hasPrefix("HTTP/1.1 200"))
        server.send(SIGINT)
        #expect(await server.exitStatus() == 128 + SIGINT)
    }

    @Test func `what was written stands in the database's own file after a stop`() async throws {
        let server = try await RunningServer()
        #expect(try server.command("user", "add", "eve", "--password-stdin", input: "some other words").status == 0)
        server.send(SIGTERM)
        #expect(await server.exitStatus() == 0)
        let wal = server.directory.file("tessera-data/tessera.sqlite-wal")
        let size = try? FileManager.default.attributesOfItem(atPath: wal)[.size] as? Int
        #expect((size ?? 0) == 0)
        let database = try Data(contentsOf: URL(fileURLWithPath: server.directory.file("tessera-data/tessera.sqlite")))
        #expect(database.range(of: Data("eve".utf8)) != nil)
    }

    @Test(arguments: [false, true])
    func `systemd is told when the server is ready and when it stops`(isAbstract: Bool) async throws {
        let directory = try TemporaryDirectory()
        let path = isAbstract ? "@tessera-test-\(UUID().uuidString)" : directory.file("notify")
        let listener = try NoticeListener(path)
        let server = try await RunningServer(in: directory, environment: ["NOTIFY_SOCKET": path])
        #expect(await listener.next() == "READY=1")
        server.send(SIGTERM)
        #expect(await listener.next() == "STOPPING=1")
        #expect(await server.exitStatus() == 0)
    }
}

/// Receives what sd_notify(3) sends.
private final class NoticeListener: Sendable {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let descriptor = descriptor
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) == 0 }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func next() async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { [descriptor] in
                var buffer = [UInt8](repeating: 0, count: 256)
                let count = recv(descriptor, &buffer, buffer.count, 0)
                continuation.resume(returning: count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil)
            }
        }
    }
}
