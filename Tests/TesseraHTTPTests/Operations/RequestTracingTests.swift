import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryTracing
import TestSupport
import Testing
import Tracing

@testable import TesseraHTTP

/// A span for each request, with the route's name and nothing of what was sent.
struct RequestTracingTests {
    private func spans(
        _ body: @escaping @Sendable (TestCaller) async throws -> Void
    ) async throws -> [FinishedInMemorySpan] {
        let tracer = InMemoryTracer()
        let fixture = try await ServerFixture()
        let server = TesseraServer(
            domain: fixture.test.domain,
            settings: fixture.settings,
            metrics: fixture.metrics,
            version: "1",
            tracer: tracer,
            logger: fixture.log.logger
        )
        let application = server.assembly.application(server.routes.main(), listen: fixture.settings.listen) { _ in }
        try await application.test(.router) { try await body(TestCaller(client: $0)) }
        return tracer.finishedSpans
    }

    @Test func `a span is named by method and route, and says how the request ended`() async throws {
        let spans = try await spans { caller in
            let tokens = try await caller.logIn()
            _ = try await caller.send(.delete, "/users/me/sessions/canary-id", token: tokens.access)
            _ = try await caller.get("/canary-path")
        }
        #expect(spans.map(\.operationName) == ["POST /token", "DELETE /users/me/sessions/{id}", "GET"])
        #expect(
            spans.map { $0.attributes.get("http.response.status_code") } == [.int64(200), .int64(404), .int64(404)]
        )
        #expect(spans.allSatisfy { $0.kind == .server })
        #expect(spans[1].attributes.get("http.route") == .string("/users/me/sessions/{id}"))
    }

    @Test func `no secret and no path is in a span`() async throws {
        let spans = try await spans { caller in
            let tokens = try await caller.logIn()
            _ = try await caller.get("/users/me?access_token=canary1", token: tokens.access)
            _ = try await caller.get("/canary2", headers: [.authorization: "Bearer canary3"])
            _ = try await caller.form("/token", "username=canary4&password=canary5")
            _ = try await caller.send(HTTPRequest.Method("CANARY6") ?? .get, "/token")
        }
        #expect(spans.count == 5)
        for span in spans {
            var text = span.operationName
            span.attributes.forEach { text += " \($0)=\($1)" }
            #expect(!text.lowercased().contains("canary"), "\(text)")
        }
    }

    @Test func `a trace that the caller began goes on`() async throws {
        let spans = try await spans { caller in
            let trace = try #require(HTTPField.Name(InMemoryTracer.traceIDKey))
            let parent = try #require(HTTPField.Name(InMemoryTracer.spanIDKey))
            _ = try await caller.get("/health/live", headers: [trace: "trace-7", parent: "span-3"])
        }
        #expect(spans.first?.spanContext.traceID == "trace-7")
        #expect(spans.first?.spanContext.parentSpanID == "span-3")
    }
}
