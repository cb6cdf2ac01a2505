import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import Testing

@testable import TesseraHTTP

struct EdgeTests {
    private func test(
        _ fixture: EdgeFixture = EdgeFixture(),
        _ body: @escaping @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        try await fixture.application().test(.router) { try await body($0) }
    }

    @Test func `what is not there answers 404 as a problem`() async throws {
        try await test { client in
            let response = try await client.executeRequest(
                uri: "/nothing/here?x=1",
                method: .get,
                headers: [:],
                body: nil
            )
            #expect(response.status == .notFound)
            #expect(response.headers[.contentType] == "application/problem+json")
            let problem = try response.json()
            #expect(problem["code"]?.stringValue == "not_found")
            #expect(problem["request_id"]?.stringValue == response.headers[.xRequestID])
            #expect(problem["status"]?.int64Value == 404)
        }
    }

    @Test func `another method answers 405 and says which there are`() async throws {
        try await test { client in
            let response = try await client.executeRequest(uri: "/hello", method: .delete, headers: [:], body: nil)
            #expect(response.status == .methodNotAllowed)
            #expect(response.headers[.allow] == "GET, HEAD")
            let token = try await client.executeRequest(uri: "/token", method: .get, headers: [:], body: nil)
            #expect(token.status == .methodNotAllowed)
            #expect(token.headers[.allow] == "POST")
            #expect(try token.json()["error"]?.stringValue == "invalid_request")
            let user = try await client.executeRequest(uri: "/users/7", method: .put, headers: [:], body: nil)
            #expect(user.headers[.allow] == "GET, HEAD")
        }
    }

    @Test func `an unforeseen error answers 500 and keeps its text to the log`() async throws {
        let fixture = EdgeFixture()
        try await test(fixture) { client in
            let response = try await client.executeRequest(uri: "/fails", method: .get, headers: [:], body: nil)
            #expect(response.status == .internalServerError)
            #expect(try response.json()["code"]?.stringValue == "internal_error")
            #expect(!response.text.contains("SELECT"))
            #expect(fixture.log.lines.contains { $0.contains("SELECT") })
        }
    }

    @Test func `every answer forbids sniffing, and storing unless it says otherwise`() async throws {
        try await test { client in
            let hello = try await client.executeRequest(uri: "/hello", method: .get, headers: [:], body: nil)
            #expect(hello.headers[.xContentTypeOptions] == "nosniff")
            #expect(hello.headers[.cacheControl] == "no-store")
            #expect(hello.headers[.pragma] == "no-cache")
            let document = try await client.executeRequest(uri: "/documents", method: .get, headers: [:], body: nil)
            #expect(document.headers[.cacheControl] == "public, max-age=300")
            #expect(document.headers[.pragma] == nil)
        }
    }

    @Test func `a harmless request id is kept and any other replaced`() async throws {
        try await test { client in
            let kept = try await client.executeRequest(
                uri: "/hello",
                method: .get,
                headers: [.xRequestID: "trace-1.A_b"],
                body: nil
            )
            #expect(kept.headers[.xRequestID] == "trace-1.A_b")
            for bad in ["a b", "\"x\"", String(repeating: "a", count: 65), ""] {
                let made = try await client.executeRequest(
                    uri: "/hello",
                    method: .get,
                    headers: [.xRequestID: bad],
                    body: nil
                )
                #expect(made.headers[.xRequestID]?.isEmpty == false)
                #expect(made.headers[.xRequestID] != bad)
            }
        }
    }

    @Test func `the access log has no query, no field and no body`() async throws {
        let fixture = EdgeFixture()
        try await test(fixture) { client in
            _ = try await client.executeRequest(
                uri: "/hello?access_token=canary1",
                method: .get,
                headers: [.authorization: "Bearer canary2", .cookie: "canary3"],
                body: nil
            )
            _ = try await client.executeRequest(
                uri: "/token",
                method: .post,
                headers: [.contentType: "application/x-www-form-urlencoded"],
                body: ByteBuffer(string: "username=u&password=canary4&username=canary5")
            )
        }
        #expect(fixture.log.lines.contains { $0.contains("GET /hello 200") && $0.contains("duration_ms=") })
        #expect(fixture.log.lines.contains { $0.contains("POST /token 400") })
        #expect(!fixture.log.lines.contains { $0.contains("canary") })
    }

    @Test func `a header flood answers 431 and a long target 414`() async throws {
        try await test { client in
            var many = HTTPFields()
            for index in 0..<101 {
                many.append(HTTPField(name: try #require(HTTPField.Name("x-\(index)")), value: "v"))
            }
            let tooMany = try await client.executeRequest(uri: "/hello", method: .get, headers: many, body: nil)
            #expect(tooMany.status == .requestHeaderFieldsTooLarge)
            #expect(tooMany.headers[.contentType] == "application/problem+json")
            let token = HTTPFields([
                HTTPField(name: .authorization, value: "Bearer " + String(repeating: "a", count: 16384))
            ])
            let large = try await client.executeRequest(uri: "/hello", method: .get, headers: token, body: nil)
            #expect(large.status == .ok, "a token of 16 KiB passes")
            let huge = HTTPFields([HTTPField(name: .authorization, value: String(repeating: "a", count: 32 * 1024))])
            let tooLarge = try await client.executeRequest(uri: "/hello", method: .get, headers: huge, body: nil)
            #expect(tooLarge.status == .requestHeaderFieldsTooLarge)
            let path = "/hello?" + String(repeating: "a", count: 8186)
            let long = try await client.executeRequest(uri: path, method: .get, headers: [:], body: nil)
            #expect(long.status == .uriTooLong)
        }
    }

    @Test func `an unknown host answers 421 when hosts are configured`() async throws {
        var fixture = EdgeFixture()
        fixture.settings.hosts = ["ID.example", "[::1]", "other.example:8443"]
        try await fixture.servePort { port in
            for (host, status) in [
                ("id.example", 200), ("id.EXAMPLE:443", 200), ("[::1]:80", 200), ("other.example:8443", 200),
                ("evil.example", 421), ("other.example", 421), ("id.example.evil.example", 421),
                ("id.example@evil.example", 400), ("", 421),
            ] {
                let answer = try await exchange(
                    port: port,
                    "GET /hello HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
                )
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(host)")
            }
            // A target in absolute form names a host too, and the two must agree.
            for (target, status) in [
                ("http://id.example/hello", 200), ("https://ID.example:443/hello?a=//b", 200),
                ("http://id.example:80/hello", 200), ("http://id.example:443/hello", 400),
                ("http://evil.example/hello", 400), ("http://evil.example?/hello", 400), ("http:///hello", 400),
            ] {
                let answer = try await exchange(
                    port: port,
                    "GET \(target) HTTP/1.1\r\nHost: id.example\r\nConnection: close\r\n\r\n"
                )
                #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(target): \(answer)")
            }
        }
    }

    @Test func `what is too large, and a method that is not taken, are told their bounds`() async throws {
        try await EdgeFixture().application().test(.router) { client in
            let path = "/hello?" + String(repeating: "a", count: 8186)
            for (uri, method, expected) in [
                (path, HTTPRequest.Method.get, "8192 bytes"), ("/hello", .delete, "GET, HEAD"),
            ] {
                let answer = try await client.executeRequest(uri: uri, method: method, headers: [:], body: nil)
                #expect(try answer.json()["detail"]?.stringValue?.contains(expected) == true, "\(answer.text)")
            }
        }
    }
}
