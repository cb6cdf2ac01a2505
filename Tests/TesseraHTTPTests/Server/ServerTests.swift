import Foundation
import HTTPTypes
import HummingbirdTesting
import JOSE
import Logging
import ServiceLifecycle
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct ServerTests {
    @Test func `metrics count by route and never by path`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            _ = try await caller.get("/users/me/sessions/canary1")
            let tokens = try await caller.logIn()
            _ = try await caller.send(.delete, "/users/me/sessions/canary2", token: tokens.access)
            _ = try await caller.get("/canary3")
            _ = try await caller.send(HTTPRequest.Method("CANARY4") ?? .get, "/token")
            let response = try await caller.get("/metrics")
            #expect(response.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
            let text = response.text
            #expect(
                text.contains(
                    #"tessera_http_requests_total{method="DELETE",route="/users/me/sessions/{id}",status="4xx"} 1"#
                )
            )
            #expect(text.contains(#"tessera_http_requests_total{method="POST",route="/token",status="2xx"} 1"#))
            #expect(text.contains(#"route="unmatched""#))
            #expect(text.contains("tessera_http_requests_in_flight 1\n"))
            #expect(text.contains(#"tessera_build_info{version="1.2.3"} 1"#))
            #expect(text.contains("tessera_revocations_live 0"))
            #expect(text.contains("tessera_password_hashes_waiting 0"))
            #expect(!text.lowercased().contains("canary"))
        }
    }

    @Test func `health and metrics leave the first address for one of their own`() async throws {
        var fixture = try await ServerFixture()
        fixture.settings.operationsListen = .init(host: "127.0.0.1", port: 0)
        try await fixture.run { caller in
            for path in ["/health/live", "/health/ready", "/metrics"] {
                let response = try await caller.get(path)
                #expect(response.status == .notFound)
            }
        }
        // Probes name the machine's own address, not a public host.
        fixture.settings.hosts = ["id.example"]
        let server = fixture.server
        let operations = server.assembly.forOperations.application(
            server.routes.operations(),
            listen: .init(host: "127.0.0.1", port: 0)
        ) { _ in }
        try await operations.test(.router) { client in
            let caller = TestCaller(client: client)
            for (path, status) in [
                ("/health/live", 200), ("/health/ready", 200), ("/metrics", 200), ("/users/me", 404),
            ] {
                let response = try await caller.get(path)
                #expect(response.status.code == status, "\(path)")
            }
        }
    }

    @Test func `no secret of a request is in the log or in the metrics`() async throws {
        let fixture = try await ServerFixture()
        let metrics = fixture.metrics
        let tokens = try await fixture.run { caller in
            let tokens = try await caller.logIn()
            _ = try await caller.get("/users/me?access_token=\(tokens.access)", token: tokens.access)
            _ = try await caller.form("/token", "username=alice&password=canary-password&client_id=canary-client")
            _ = try await caller.form("/token", "grant_type=refresh_token&refresh_token=tsr_canary-refresh")
            _ = try await caller.get("/users/me", token: "canary-token")
            _ = try await caller.send(.post, "/users", json: ["username": "canary-user", "password": "canary-word"])
            return tokens
        }
        let written = fixture.log.lines.joined(separator: "\n") + metrics.exposition
        #expect(fixture.log.lines.contains { $0.contains("POST /token 400") })
        #expect(!written.contains("canary"))
        #expect(!written.contains(tokens.access))
        #expect(!written.contains(tokens.refresh))
    }

    @Test func `at the end readiness fails first, and a request that is under way finishes`() async throws {
        var fixture = try await ServerFixture()
        fixture.settings.listen = .init(host: "127.0.0.1", port: 0)
        fixture.settings.shutdownDelay = .milliseconds(600)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = TesseraServer(
            domain: fixture.test.domain,
            settings: fixture.settings,
            metrics: fixture.metrics,
            version: "1",
            logger: fixture.log.logger
        ) { listen in
            port.yield(listen.port)
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: fixture.log.logger))
        async let ended: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        let number = try #require(await iterator.next())
        let ready = "GET /health/ready HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        #expect(try await exchange(port: number, ready).hasPrefix("HTTP/1.1 200"))
        let slow = try RawConnection(port: number)
        slow.send("POST /users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{")
        await group.triggerGracefulShutdown()
        var answer = ""
        while !answer.hasPrefix("HTTP/1.1 503") { answer = try await exchange(port: number, ready) }
        #expect(answer.contains("draining"))
        slow.send("}")
        #expect(try await slow.readToEnd().hasPrefix("HTTP/1.1 422"))
        slow.close()
        try await ended
        #expect(throws: RawConnection.Failure.self) { try RawConnection(port: number) }
    }

    @Test func `browsers are told to stay with HTTPS where the issuer is reached by it`() async throws {
        for (issuer, value) in [
            ("https://id.example", "max-age=31536000"), ("http://127.0.0.1:8080", nil),
            // Other programs of this machine's owner answer at that name too.
            ("https://localhost:8443", nil), ("https://tessera.localhost", nil),
        ] {
            let fixture = try await ServerFixture { $0.issuer = issuer }
            try await fixture.run { caller in
                for path in ["/.well-known/jwks.json", "/docs", "/nothing"] {
                    let response = try await caller.get(path)
                    #expect(response.headers[.strictTransportSecurity] == value, "\(issuer)\(path)")
                }
            }
        }
    }

    @Test func `the certificate's end and failed handshakes are measured`() async throws {
        let certificates = try TestCertificates()
        let files = TLSFiles(certificate: certificates.path("server.pem"), privateKey: certificates.path("server.key"))
        let credentials = try TLSCredentials(files)
        var fixture = try await ServerFixture()
        fixture.settings.tls = credentials
        fixture.settings.listen = .init(host: "127.0.0.1", port: 0)
        let (metrics, domain, settings) = (fixture.metrics, fixture.test.domain, fixture.settings)
        let (ports, listening) = AsyncStream<Int>.makeStream()
        let server = TesseraServer(
            domain: domain,
            settings: settings,
            metrics: metrics,
            version: "1",
            logger: fixture.log.logger
        ) { listening.yield($0.port) }
        let group = ServiceGroup(configuration: .init(services: [server], logger: fixture.log.logger))
        async let ended: Void = group.run()
        let port = try #require(await ports.first { _ in true })
        _ = try await exchange(port: port, "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        _ = try await exchange(port: port, "\u{16}\u{3}\u{1}\u{0}\u{1}\u{0}")
        let connection = try await SecureConnection(port: port, trusting: certificates.path("authority.pem"))
        await connection.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        let text = try await connection.readToEnd()
        let expiry = credentials.expiresAt.seconds
        #expect(text.contains("tessera_tls_certificate_expiry_timestamp_seconds \(expiry)\n"))
        #expect(text.contains("tessera_tls_handshakes_failed_total{reason=\"plain_http\"} 1\n"))
        #expect(text.contains("tessera_tls_handshakes_failed_total{reason=\"handshake\"} 1\n"))
        await group.triggerGracefulShutdown()
        try await ended
    }
}
