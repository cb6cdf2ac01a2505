import Foundation
import HTTPTypes
import HummingbirdTesting
import TesseraCore
import Testing

@testable import TesseraHTTP

struct DeadlineTests {
    private func fixture(_ change: (inout HTTPLimits) -> Void) -> EdgeFixture {
        var fixture = EdgeFixture()
        change(&fixture.settings.limits)
        return fixture
    }

    @Test func `a head that comes byte by byte is cut off`() async throws {
        let answer = try await fixture { $0.headDeadline = .milliseconds(200) }.servePort { port in
            let connection = try RawConnection(port: port)
            defer { connection.close() }
            // Every byte would restart an idle time-out; the deadline stays where it was.
            let dripping = Task {
                for byte in "GET /hello HTTP/1.1\r\nHost: " + String(repeating: "a", count: 2000) {
                    connection.send(String(byte))
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            defer { dripping.cancel() }
            return try await connection.readToEnd()
        }
        #expect(!answer.contains("200"))
    }

    @Test func `a connection that says nothing is closed`() async throws {
        let answer = try await fixture { $0.headDeadline = .milliseconds(100) }.servePort { port in
            try await exchange(port: port, "")
        }
        #expect(answer.isEmpty)
    }

    @Test func `a body that comes byte by byte is cut off`() async throws {
        let answer = try await fixture { $0.requestDeadline = .milliseconds(200) }.servePort { port in
            let connection = try RawConnection(port: port)
            defer { connection.close() }
            connection.send(
                "POST /json HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n"
            )
            let dripping = Task {
                for _ in 0..<2000 {
                    connection.send(" ")
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            defer { dripping.cancel() }
            return try await connection.readToEnd()
        }
        #expect(!answer.contains("200"))
    }

    @Test func `a client that does not take its answer is given up`() async throws {
        let (ends, end) = AsyncStream<Void>.makeStream()
        var fixture = fixture { $0.writeDeadline = .milliseconds(200) }
        fixture.onAbandoned = { end.finish() }
        try await fixture.servePort { port in
            let connection = try RawConnection(port: port)
            defer { connection.close() }
            connection.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n")
            // Nothing is read: the answer fills the buffers of both sides and stands still.
            for await _ in ends {}
        }
    }

    @Test func `an idle connection is closed after its time and serves until then`() async throws {
        let answer = try await fixture { $0.idleTimeout = .seconds(2) }.servePort { port in
            let connection = try RawConnection(port: port)
            defer { connection.close() }
            connection.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            let first = try await connection.read(until: "hello")
            connection.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            return first + (try await connection.readToEnd())
        }
        #expect(answer.components(separatedBy: "HTTP/1.1 200").count == 3)
    }

    @Test func `a body that was cut short is never taken for whole`() async throws {
        for head in ["Content-Length: 12", "Transfer-Encoding: chunked"] {
            let answer = try await EdgeFixture().servePort { port in
                let connection = try RawConnection(port: port)
                defer { connection.close() }
                connection.send(
                    "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n\(head)\r\n\r\n"
                        + (head.hasPrefix("C") ? "username=a" : "a\r\nusername=a\r\n")
                )
                connection.finishSending()
                return try await connection.readToEnd()
            }
            #expect(!answer.contains("HTTP/1.1 200"), "\(answer)")
        }
    }

    @Test func `a body that says it is too large is refused before it is read`() async throws {
        let answer = try await EdgeFixture().servePort { port in
            // None of the announced bytes is ever sent.
            try await exchange(
                port: port,
                "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 70000\r\n\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.lowercased().contains("connection: close"))
    }

    @Test func `a chunked body over the limit is refused and the connection closes`() async throws {
        let chunk = "8000\r\n" + String(repeating: "a", count: 0x8000) + "\r\n"
        let answer = try await EdgeFixture().servePort { port in
            let connection = try RawConnection(port: port)
            defer { connection.close() }
            connection.send(
                "POST /token HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            connection.send(chunk + chunk + chunk)
            return try await connection.readToEnd()
        }
        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.components(separatedBy: "HTTP/1.1 ").count == 2)
    }

    @Test func `an answer before the end of its request ends the connection`() async throws {
        let answer = try await EdgeFixture().servePort { port in
            try await exchange(port: port, "POST /ignores HTTP/1.1\r\nHost: a\r\nContent-Length: 100000000\r\n\r\nabc")
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.lowercased().contains("connection: close"))
    }

    @Test func `a client of HTTP 1.0 sees the connection close`() async throws {
        let answer = try await EdgeFixture().servePort { port in
            try await exchange(port: port, "GET /hello HTTP/1.0\r\n\r\n")
        }
        #expect(answer.hasSuffix("hello"))
    }
}

struct ConnectionLimitTests {
    @Test func `connections over the limit of an address are closed at once`() async throws {
        var fixture = EdgeFixture()
        fixture.settings.limits.connectionsPerAddress = 3
        try await fixture.servePort { port in
            // One connection is the test client's own.
            let first = try RawConnection(port: port)
            let second = try RawConnection(port: port)
            first.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await first.read(until: "hello")
            second.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await second.read(until: "hello")
            let third = try RawConnection(port: port)
            #expect(try await third.readToEnd().isEmpty)
            third.close()
            first.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            #expect(try await first.readToEnd().hasSuffix("hello"))
            first.close()
            // The place is free as soon as the server has seen the end.
            var answer = ""
            while !answer.hasSuffix("hello") {
                answer = try await exchange(port: port, "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            }
            second.close()
        }
    }

    @Test func `a trusted proxy is not limited`() async throws {
        var fixture = EdgeFixture()
        fixture.settings.limits.connectionsPerAddress = 1
        fixture.settings.trustedProxies = TrustedProxies([try #require(AddressPrefix("127.0.0.0/8"))])
        let answer = try await fixture.servePort { port in
            let held = try RawConnection(port: port)
            defer { held.close() }
            return try await exchange(
                port: port,
                "GET /client HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.9\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.hasSuffix("203.0.113.9"))
    }

    @Test func `all connections together have a limit`() async throws {
        var fixture = EdgeFixture()
        fixture.settings.limits.connections = 2
        try await fixture.servePort { port in
            let held = try RawConnection(port: port)
            held.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = try await held.read(until: "hello")
            #expect(try await exchange(port: port, "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").isEmpty)
            held.close()
        }
    }
}
