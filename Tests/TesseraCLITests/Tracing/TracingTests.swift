import Foundation
import JOSE
import TestSupport
import Testing

@testable import TesseraCLI

/// Spans of a running server, as a collector gets them.
@Suite(.timeLimit(.minutes(3))) struct TracingTests {
    private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private let caller = "00f067aa0ba902b7"

    private func port(_ server: RunningServer) async throws -> Int {
        let line = try #require(await server.line(containing: "\"listening\""))
        let address = try #require(try JSONValue(parsing: line)["address"]?.stringValue)
        return try #require(Int(address.split(separator: ":").last ?? ""))
    }

    @discardableResult
    private func get(_ target: String, _ port: Int, traceparent: String? = nil) throws -> String {
        let connection = try PlainConnection(port: port)
        let field = traceparent.map { "traceparent: \($0)\r\n" } ?? ""
        connection.send("GET \(target) HTTP/1.1\r\nHost: a\r\n\(field)Connection: close\r\n\r\n")
        return connection.readToEnd()
    }

    private func spans(_ text: String) throws -> [JSONValue] {
        let resource = try JSONObject(parsing: text)["resourceSpans"]?.arrayValue?.first
        return resource?["scopeSpans"]?.arrayValue?.first?["spans"]?.arrayValue ?? []
    }

    private func attributes(_ span: JSONValue) -> [String: String] {
        var found: [String: String] = [:]
        for attribute in span["attributes"]?.arrayValue ?? [] {
            let value = attribute["value"]
            found[attribute["key"]?.stringValue ?? ""] =
                value?["stringValue"]?.stringValue ?? value?["intValue"]?.stringValue
        }
        return found
    }

    @Test func `a request is a span of its caller's trace, with method, route and status and nothing else`()
        async throws
    {
        let collector = try TraceCollector()
        let server = try await RunningServer("--otlp-endpoint", collector.endpoint)
        let port = try await port(server)
        try get("/users/me?secret=canary", port, traceparent: "00-\(trace)-\(caller)-01")
        let text = try await collector.text(containing: trace)
        #expect(!text.contains("canary"))
        let service = try JSONObject(parsing: text)["resourceSpans"]?.arrayValue?.first?["resource"]
        #expect(service.map(attributes) == ["service.name": "tessera", "service.version": Tessera.version])
        let span = try #require(try spans(text).first { $0["traceId"]?.stringValue == trace })
        #expect(span["parentSpanId"]?.stringValue == caller)
        #expect(span["spanId"]?.stringValue?.utf8.count == 16)
        #expect(span["spanId"]?.stringValue != caller)
        #expect(span["name"]?.stringValue == "GET /users/me")
        #expect(span["kind"]?.int64Value == 2)
        #expect(
            attributes(span) == [
                "http.request.method": "GET", "http.route": "/users/me", "http.response.status_code": "401",
            ]
        )
        let times = ["startTimeUnixNano", "endTimeUnixNano"].map { span[$0]?.stringValue.flatMap { UInt64($0) } ?? 0 }
        let now = UInt64(Date().timeIntervalSince1970)
        #expect(times[0] <= times[1])
        #expect(times.allSatisfy { now - 600 < $0 / 1_000_000_000 && $0 / 1_000_000_000 <= now + 1 })
    }

    @Test func `a caller that records nothing is followed, and what comes without a trace begins one`() async throws {
        let collector = try TraceCollector()
        let server = try await RunningServer("--otlp-endpoint", collector.endpoint)
        let port = try await port(server)
        try get("/health/live", port, traceparent: "00-\(trace)-\(caller)-00")
        try get("/.well-known/jwks.json", port, traceparent: "not a trace")
        let text = try await collector.text(containing: "GET /.well-known/jwks.json")
        let span = try #require(try spans(text).first { $0["name"]?.stringValue == "GET /.well-known/jwks.json" })
        #expect(span["parentSpanId"] == nil)
        #expect(span["traceId"]?.stringValue?.utf8.count == 32)
        #expect(collector.texts.allSatisfy { !$0.contains(trace) })
    }

    @Test func `with a ratio of 0 only what the caller records is recorded`() async throws {
        let collector = try TraceCollector()
        let server = try await RunningServer("--otlp-endpoint", collector.endpoint + "/v1/traces", "--trace-ratio", "0")
        let port = try await port(server)
        try get("/.well-known/jwks.json", port)
        try get("/health/live", port, traceparent: "00-\(trace)-\(caller)-01")
        let text = try await collector.text(containing: trace)
        #expect(try spans(text).map { $0["traceId"]?.stringValue } == [trace])
    }

    @Test func `a collector that comes late gets what waited, and the last spans go out before the server ends`()
        async throws
    {
        let later = try FreePort.find()
        let server = try await RunningServer("--otlp-endpoint", "http://127.0.0.1:\(later)/")
        let port = try await port(server)
        #expect(try get("/health/live", port, traceparent: "00-\(trace)-\(caller)-01").hasPrefix("HTTP/1.1 200"))
        _ = await server.line(containing: "the trace collector (otlp_endpoint) does not take spans")
        let collector = try TraceCollector(port: later)
        _ = try await collector.text(containing: trace)
        _ = await server.line(containing: "the trace collector takes spans again")
        let last = "0123456789abcdef0123456789abcdef"
        try get("/.well-known/jwks.json", port, traceparent: "00-\(last)-\(caller)-01")
        server.send(SIGTERM)
        #expect(await server.exitStatus() == 0)
        #expect(collector.texts.contains { $0.contains(last) })
    }

    @Test func `an answer that breaks off is an answer: the spans are not sent again`() async throws {
        let collector = try CannedServer("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        let server = try await RunningServer("--otlp-endpoint", "http://127.0.0.1:\(collector.port)")
        let port = try await port(server)
        try get("/health/live", port)
        var metrics = ""
        while !metrics.contains("\ntessera_spans_exported_total ") {
            try await Task.sleep(for: .milliseconds(50))
            metrics = try get("/metrics", port)
        }
        server.send(SIGTERM)
        #expect(await server.exitStatus() == 0)
        #expect(!server.log.contains("does not take spans"))
    }

    @Test func `what a collector refuses is dropped and counted, and the next batch is tried`() async throws {
        let collector = try TraceCollector()
        collector.status = 400
        let server = try await RunningServer("--otlp-endpoint", collector.endpoint)
        let port = try await port(server)
        try get("/health/live", port, traceparent: "00-\(trace)-\(caller)-01")
        _ = try await collector.text(containing: trace)
        _ = await server.line(containing: "does not take spans")
        collector.status = 200
        let next = "0123456789abcdef0123456789abcdef"
        try get("/.well-known/jwks.json", port, traceparent: "00-\(next)-\(caller)-01")
        _ = try await collector.text(containing: next)
        _ = await server.line(containing: "takes spans again")
        #expect(collector.texts.filter { $0.contains(trace) }.count == 1)
        let metrics = try get("/metrics", port)
        #expect(metrics.contains("\ntessera_spans_dropped_total 1\n"))
        #expect(metrics.contains("\ntessera_spans_exported_total 1\n"))
    }
}
