import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport

@testable import TesseraHTTP

/// The whole server over a real domain, without a socket.
struct ServerFixture {
    let test: TestDomain
    let metrics = PrometheusMetrics()
    var settings = HTTPSettings()
    var log = LogRecorder()

    init(configure: (inout Settings) -> Void = { _ in }) async throws {
        test = try await TestDomain(configure: configure)
    }

    var server: TesseraServer {
        TesseraServer(domain: test.domain, settings: settings, metrics: metrics, version: "1.2.3", logger: log.logger)
    }

    /// Sends requests straight to the routes.
    func run<Value: Sendable>(_ body: @escaping @Sendable (TestCaller) async throws -> Value) async throws -> Value {
        try await run { caller, _ in try await body(caller) }
    }

    /// Sends requests straight to the routes of a server that can be looked into.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (TestCaller, TesseraServer) async throws -> Value
    ) async throws -> Value {
        let server = server
        let application = server.assembly.application(server.routes.main(), listen: settings.listen) { _ in }
        return try await application.test(.router) { try await body(TestCaller(client: $0), server) }
    }

    /// Runs the server on a socket of its own.
    func serve<Value: Sendable>(
        _ body: @escaping @Sendable (Int, TesseraServer) async throws -> Value
    ) async throws -> Value {
        let server = server
        let listen = HTTPSettings.Listen(host: "127.0.0.1", port: 0)
        let application = server.assembly.application(server.routes.main(), listen: listen) { _ in }
        return try await application.test(.live) { client in
            guard let port = client.port else { throw RawConnection.Failure() }
            return try await body(port, server)
        }
    }
}

/// Sends requests as a client would write them.
struct TestCaller: Sendable {
    let client: any TestClientProtocol

    func get(_ path: String, token: String? = nil, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(.get, path, token: token, headers: headers)
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        token: String? = nil,
        headers: HTTPFields = [:],
        json: JSONValue? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if let token { headers[.authorization] = "Bearer \(token)" }
        if json != nil { headers[.contentType] = "application/json" }
        return try await client.executeRequest(
            uri: path,
            method: method,
            headers: headers,
            body: json.map { ByteBuffer(bytes: $0.serialized()) }
        )
    }

    func form(_ path: String, _ body: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        return try await client.executeRequest(
            uri: path,
            method: .post,
            headers: headers,
            body: ByteBuffer(string: body)
        )
    }

    /// Logs in and answers the tokens.
    func logIn(_ username: String = "alice", scope: String = "") async throws -> (access: String, refresh: String) {
        let password = TestDomain.password.replacing(" ", with: "+")
        let response = try await form("/token", "username=\(username)&password=\(password)&scope=\(scope)")
        let json = try response.json()
        return (json["access_token"]?.stringValue ?? "", json["refresh_token"]?.stringValue ?? "")
    }
}

extension TestResponse {
    /// The stable code of a refusal, whichever way it is written.
    var code: String? {
        let json = try? json()
        return json?["code"]?.stringValue ?? json?["error"]?.stringValue
    }
}
