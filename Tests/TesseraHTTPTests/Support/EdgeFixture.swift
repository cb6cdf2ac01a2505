import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import JOSE
import Logging
import TesseraCore

@testable import TesseraHTTP

/// The edge around a few routes that do nothing of their own.
struct EdgeFixture {
    var settings = HTTPSettings()
    var registered: Set<String> = []
    var log = LogRecorder()
    var metrics = PrometheusMetrics()

    struct Directory: OriginDirectory {
        let origins: Set<String>
        func isRegistered(_ origin: String) async throws -> Bool { origins.contains(origin) }
    }

    struct Unforeseen: Error, CustomStringConvertible {
        var description: String { "SELECT secret FROM /var/lib/tessera" }
    }

    /// Hears of an answer whose client went away or was given up.
    var onAbandoned: @Sendable () -> Void = {}

    func application(onListening: @escaping @Sendable (Int) -> Void = { _ in }) -> EdgeAssembly.Served {
        let onAbandoned = onAbandoned
        let bodies = RequestBodies(maximumBytes: settings.limits.bodyBytes)
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        router.get("hello") { _, _ in "hello" }
        router.get("client") { _, context in context.clientAddress?.description ?? "none" }
        router.get("users/:id") { _, context in context.parameters.get("id") ?? "" }
        router.get("fails") { _, _ -> String in throw Unforeseen() }
        router.get("documents") { _, _ in
            Response(status: .ok, headers: [.cacheControl: "public, max-age=300"])
        }
        router.get("endless") { _, _ in
            Response(
                status: .ok,
                body: ResponseBody { writer in
                    do {
                        while true { try await writer.write(ByteBuffer(repeating: 0x61, count: 65536)) }
                    } catch {
                        onAbandoned()
                        throw error
                    }
                }
            )
        }
        router.post("ignores") { _, _ in "ignored" }
        router.post("json") { request, _ in Response(json: .object(try await bodies.json(of: request))) }
        router.post("token") { request, context in
            let form = try await bodies.form(of: request)
            if form["client_id"] == "spa" { context.crossOrigin?.limit(to: ["https://spa.example"]) }
            return form["username"] ?? "none"
        }
        return assembly.application(router, listen: .init(host: "127.0.0.1", port: 0)) { onListening($0.port) }
    }

    private var assembly: EdgeAssembly {
        EdgeAssembly(
            settings: settings,
            metrics: RequestMetrics(factory: metrics),
            origins: Directory(origins: registered),
            publicPaths: ["/documents"],
            clientPaths: ["/token"],
            oauthPaths: ["/token"],
            logger: log.logger
        )
    }

    /// Runs the application on a socket of its own.
    func serve<Value: Sendable>(_ body: @escaping @Sendable (any TestClientProtocol) async throws -> Value) async throws
        -> Value
    {
        try await application().test(.live) { try await body($0) }
    }

    func servePort<Value: Sendable>(_ body: @escaping @Sendable (Int) async throws -> Value) async throws -> Value {
        try await application().test(.live) { client in
            guard let port = client.port else { throw RawConnection.Failure() }
            return try await body(port)
        }
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }

    func json() throws -> JSONObject { try JSONObject(parsing: text) }
}
