import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import TesseraHTTP

struct CrossOriginTests {
    private func send(_ method: HTTPRequest.Method, _ path: String, _ headers: HTTPFields, body: String? = nil)
        async throws -> TestResponse
    {
        var fixture = EdgeFixture()
        fixture.registered = ["https://app.example", "https://spa.example"]
        return try await fixture.application().test(.router) { client in
            try await client.executeRequest(
                uri: path,
                method: method,
                headers: headers,
                body: body.map { ByteBuffer(string: $0) }
            )
        }
    }

    private let form = "application/x-www-form-urlencoded"

    @Test func `a registered origin may call the token endpoint, without credentials`() async throws {
        let response = try await send(
            .options,
            "/token",
            [.origin: "https://app.example", .accessControlRequestMethod: "POST"]
        )
        #expect(response.status == .noContent)
        #expect(response.headers[.accessControlAllowOrigin] == "https://app.example")
        #expect(response.headers[.accessControlAllowMethods] == "POST")
        #expect(response.headers[.accessControlAllowHeaders]?.contains("Authorization") == true)
        #expect(response.headers[.accessControlAllowCredentials] == nil)
        #expect(response.headers[.vary] == "Origin")
        let answer = try await send(
            .post,
            "/token",
            [.origin: "https://app.example", .contentType: form],
            body: "username=a"
        )
        #expect(answer.headers[.accessControlAllowOrigin] == "https://app.example")
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test(arguments: ["https://evil.example", "null", "https://app.example.evil.example", "http://app.example"])
    func `an unknown origin is allowed nothing`(origin: String) async throws {
        let preflight = try await send(.options, "/token", [.origin: origin, .accessControlRequestMethod: "POST"])
        #expect(preflight.headers[.accessControlAllowOrigin] == nil)
        #expect(preflight.headers[.vary] == "Origin")
        let answer = try await send(.post, "/token", [.origin: origin, .contentType: form], body: "username=a")
        #expect(answer.headers[.accessControlAllowOrigin] == nil)
        #expect(answer.headers[.vary] == "Origin")
    }

    @Test func `another client's origin cannot read the answer`() async throws {
        let body = "client_id=spa&username=a"
        let own = try await send(.post, "/token", [.origin: "https://spa.example", .contentType: form], body: body)
        #expect(own.headers[.accessControlAllowOrigin] == "https://spa.example")
        let other = try await send(.post, "/token", [.origin: "https://app.example", .contentType: form], body: body)
        #expect(other.headers[.accessControlAllowOrigin] == nil)
    }

    @Test func `a page can read why it was refused`() async throws {
        let answer = try await send(.post, "/token", [.origin: "https://app.example"], body: "x")
        #expect(answer.status == .badRequest)
        #expect(answer.headers[.accessControlAllowOrigin] == "https://app.example")
    }

    @Test func `public documents may be read from anywhere and other paths from nowhere`() async throws {
        let document = try await send(.get, "/documents", [.origin: "https://any.example"])
        #expect(document.headers[.accessControlAllowOrigin] == "*")
        let hello = try await send(.get, "/hello", [.origin: "https://app.example"])
        #expect(hello.headers[.accessControlAllowOrigin] == nil)
        let preflight = try await send(
            .options,
            "/hello",
            [.origin: "https://app.example", .accessControlRequestMethod: "GET"]
        )
        #expect(preflight.status == .methodNotAllowed)
    }
}
