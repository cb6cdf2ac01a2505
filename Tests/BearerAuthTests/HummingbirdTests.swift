import BearerAuth
import BearerAuthHummingbird
import BearerAuthTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import Logging
import Synchronization
import Testing

/// A context with something of the app's own.
private struct AppContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    var greeting = "hello"

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}

/// A context with a place for the token.
private struct PlainContext: BearerContext {
    var coreContext: CoreRequestContextStorage
    var token: AuthenticatedToken?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}

@Suite struct HummingbirdTests {
    private let issuer: TestIssuer
    private let auth: BearerAuth

    init() throws {
        issuer = try TestIssuer.orders()
        auth = BearerAuth(verifier: issuer.verifier, options: .init(realm: "orders"))
    }

    private func bearer(_ token: String) -> HTTPFields { [.authorization: "Bearer \(token)"] }

    private func router() -> Router<AppContext> {
        let router = Router(context: AppContext.self)
        router.get("open") { _, _ in "open" }
        let api = router.protected(by: auth)
        api.get("me") { _, context in "\(context.greeting) \(context.token.subject)" }
        api.get("orders/:id") { _, context in try context.parameters.require("id") }
        api.requiring("orders:read").get("read") { _, _ in "read" }
        api.requiring("orders:read", "orders:write").post("write") { _, _ in "written" }
        api.requiring(any: ["orders:write", "profile"]).get("either") { _, _ in "either" }
        api.requiring(where: { $0.subject == "u2" }).get("second") { _, _ in "second" }
        api.group("nested").requiring("orders:read").group("deep").get { _, context in context.token.subject }
        router.identified(by: auth).get("feed") { _, context in context.token?.subject ?? "anonymous" }
        return router
    }

    @Test func `a protected route has a token that is never missing, and the router's own context`() async throws {
        try await Application(router: router()).test(.router) { client in
            let headers = bearer(try issuer.order())
            try await client.execute(uri: "/me", method: .get, headers: headers) { response in
                #expect(response.status == .ok)
                #expect(String(buffer: response.body) == "hello u1")
            }
            try await client.execute(uri: "/orders/7", method: .get, headers: headers) { response in
                #expect(String(buffer: response.body) == "7")
            }
            try await client.execute(uri: "/nested/deep", method: .get, headers: headers) { response in
                #expect(String(buffer: response.body) == "u1")
            }
            try await client.execute(uri: "/open", method: .get) { #expect($0.status == .ok) }
        }
    }

    @Test func `no credentials are 401 with a bare challenge, and a problem`() async throws {
        try await Application(router: router()).test(.router) { client in
            try await client.execute(uri: "/me", method: .get) { response in
                #expect(response.status == .unauthorized)
                #expect(response.headers[values: .wwwAuthenticate] == [#"Bearer realm="orders""#])
                #expect(response.headers[.contentType] == "application/problem+json")
                #expect(response.headers[.cacheControl] == "no-store")
                let problem = try JSONValue(parsing: String(buffer: response.body)).objectValue
                #expect(problem?["status"]?.int64Value == 401)
                #expect(problem?["code"]?.stringValue == "unauthorized")
            }
        }
    }

    @Test func `a bad token is 401 invalid_token on protected and on identified routes`() async throws {
        try await Application(router: router()).test(.router) { client in
            let token = try issuer.order(audience: "elsewhere")
            for path in ["/me", "/feed", "/write"] {
                let method: HTTPRequest.Method = path == "/write" ? .post : .get
                try await client.execute(uri: path, method: method, headers: bearer(token)) { response in
                    #expect(response.status == .unauthorized)
                    #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="orders", error="invalid_token""#)
                    #expect(!String(buffer: response.body).contains("aud"))
                    #expect(!String(buffer: response.body).contains("elsewhere"))
                }
            }
        }
    }

    @Test func `an identified route is for everybody`() async throws {
        try await Application(router: router()).test(.router) { client in
            try await client.execute(uri: "/feed", method: .get) { response in
                #expect(String(buffer: response.body) == "anonymous")
            }
            try await client.execute(uri: "/feed", method: .get, headers: bearer(try issuer.order())) { response in
                #expect(String(buffer: response.body) == "u1")
            }
        }
    }

    @Test func `too little is 403 insufficient_scope with the scope that is needed`() async throws {
        try await Application(router: router()).test(.router) { client in
            let headers = bearer(try issuer.order())
            try await client.execute(uri: "/read", method: .get, headers: headers) { #expect($0.status == .ok) }
            try await client.execute(uri: "/either", method: .get, headers: headers) { #expect($0.status == .ok) }
            try await client.execute(uri: "/write", method: .post, headers: headers) { response in
                #expect(response.status == .forbidden)
                let challenge = #"Bearer realm="orders", error="insufficient_scope", scope="orders:read orders:write""#
                #expect(response.headers[.wwwAuthenticate] == challenge)
            }
            try await client.execute(uri: "/second", method: .get, headers: headers) { response in
                #expect(response.status == .forbidden)
                #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="orders", error="insufficient_scope""#)
            }
            // Who has no token at all is not told what it would need.
            try await client.execute(uri: "/write", method: .post) { response in
                #expect(response.status == .unauthorized)
                #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="orders""#)
            }
        }
    }

    @Test func `two headers, or the query beside the header, are 400`() async throws {
        try await Application(router: router()).test(.router) { client in
            let token = try issuer.order()
            var twice = bearer(token)
            twice.append(HTTPField(name: .authorization, value: "Bearer \(token)"))
            try await client.execute(uri: "/me", method: .get, headers: twice) { response in
                #expect(response.status == .badRequest)
                #expect(response.headers[.wwwAuthenticate] == #"Bearer realm="orders", error="invalid_request""#)
            }
            try await client.execute(uri: "/me?access_token=\(token)", method: .get, headers: bearer(token)) {
                response in
                #expect(response.status == .badRequest)
            }
            try await client.execute(uri: "/me?access_token=\(token)", method: .get) { response in
                #expect(response.status == .unauthorized)
            }
        }
    }

    @Test func `keys that are missing are 503 with Retry-After over a real socket`() async throws {
        let router = Router(context: AppContext.self)
        let auth = BearerAuth(profile: issuer.profile, keys: ChangingKeys(nil), clock: issuer.clock)
        router.protected(by: auth, "api").get("me") { _, context in context.token.subject }
        try await Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
            .test(.live) { client in
                try await client.execute(uri: "/api/me", method: .get, headers: bearer(try issuer.order())) {
                    response in
                    #expect(response.status == .serviceUnavailable)
                    #expect(response.headers[.retryAfter] == "5")
                    #expect(response.headers[.wwwAuthenticate] == nil)
                }
            }
    }

    @Test func `the log line of a refusal has code, claim, expected and received, and never the token`() async throws {
        let log = CollectedLog()
        let logger = Logger(label: "test") { _ in CollectedLog.Handler(log: log) }
        let token = try issuer.order(audience: "elsewhere")
        let good = try issuer.order()
        let router = router()
        router.protected(by: auth).get("logged") { _, context in
            context.logger.info("inside")
            return ""
        }
        try await Application(router: router, logger: logger).test(.router) { client in
            try await client.execute(uri: "/me", method: .get, headers: bearer(token)) { _ in }
            try await client.execute(uri: "/write", method: .post, headers: bearer(good)) { _ in }
            try await client.execute(uri: "/logged", method: .get, headers: bearer(good)) { _ in }
        }
        let refusals = log.lines.filter { $0.message == "bearer refused" }
        #expect(refusals.count == 2)
        let first = try #require(refusals.first?.metadata)
        #expect(first["code"] == "invalid_token")
        #expect(first["reason"] == "audience_mismatch")
        #expect(first["claim"] == "aud")
        #expect(first["expected"] == "orders")
        #expect("\(first["received"] ?? "")".contains("elsewhere"))
        #expect(refusals.last?.metadata["code"] == "insufficient_scope")
        #expect(refusals.last?.metadata["sub"] == "u1")
        let inside = try #require(log.lines.first { $0.message == "inside" }?.metadata)
        #expect(inside["sub"] == "u1")
        #expect(inside["client_id"] == "app")
        for line in log.lines {
            #expect(!"\(line)".contains(token))
            #expect(!"\(line)".contains(good))
        }
    }

    @Test func `who sets a name in the logger afterwards means it, and the level is the logger's own`() async throws {
        let log = CollectedLog()
        let logger = Logger(label: "test") { _ in CollectedLog.Handler(log: log) }
        let router = router()
        router.protected(by: auth).get("logged") { _, context in
            var logger = context.logger
            #expect(logger[metadataKey: "sub"] == "u1")
            #expect(logger.handler.metadata["client_id"] == "app")
            logger.info("for one line", metadata: ["sub": "line"])
            logger[metadataKey: "sub"] = "another"
            logger[metadataKey: "order"] = "7"
            logger.info("renamed")
            logger.logLevel = .error
            logger.info("too quiet")
            context.logger.info("the context's is as it was")
            return ""
        }
        let good = try issuer.order()
        try await Application(router: router, logger: logger).test(.router) { client in
            try await client.execute(uri: "/logged", method: .get, headers: bearer(good)) { response in
                #expect(response.status == .ok)
            }
        }
        let lines = Dictionary(grouping: log.lines, by: \.message).compactMapValues { $0.first?.metadata }
        #expect(lines["for one line"]?["sub"] == "line")
        #expect(lines["renamed"]?["sub"] == "another")
        #expect(lines["renamed"]?["client_id"] == "app")
        #expect(lines["renamed"]?["order"] == "7")
        #expect(lines["too quiet"] == nil)
        #expect(lines["the context's is as it was"]?["sub"] == "u1")
        #expect(lines["the context's is as it was"]?["order"] == nil)
    }

    @Test func `the plain middleware puts the token into the context, or refuses`() async throws {
        let router = Router(context: PlainContext.self)
        router.group("any").add(middleware: BearerMiddleware(auth, isOptional: true)).get { _, context in
            context.token?.subject ?? "anonymous"
        }
        router.group("me").addMiddleware { BearerMiddleware(auth) }.get { _, context in context.token?.subject ?? "none"
        }
        router.group("write").addMiddleware {
            BearerMiddleware(auth)
            RequiredScopeMiddleware(auth, .all(["orders:write"]))
        }.get { _, _ in "written" }
        router.group("forgotten").addMiddleware { RequiredScopeMiddleware(auth, .all([])) }.get { _, _ in "in" }
        try await Application(router: router).test(.router) { client in
            let headers = bearer(try issuer.order())
            try await client.execute(uri: "/me", method: .get, headers: headers) { response in
                #expect(String(buffer: response.body) == "u1")
            }
            try await client.execute(uri: "/me", method: .get) { #expect($0.status == .unauthorized) }
            try await client.execute(uri: "/any", method: .get) { response in
                #expect(String(buffer: response.body) == "anonymous")
            }
            try await client.execute(uri: "/any", method: .get, headers: bearer("x")) {
                #expect($0.status == .unauthorized)
            }
            try await client.execute(uri: "/write", method: .get, headers: headers) { #expect($0.status == .forbidden) }
            try await client.execute(uri: "/forgotten", method: .get, headers: headers) { response in
                #expect(response.status == .unauthorized)
            }
        }
    }
}

/// Keeps what was logged.
private final class CollectedLog: Sendable {
    struct Line: Sendable {
        let message: String
        let metadata: Logger.Metadata
    }

    struct Handler: LogHandler {
        let log: CollectedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let all = metadata.merging(event.metadata ?? [:]) { $1 }
            log.collected.withLock { $0.append(Line(message: "\(event.message)", metadata: all)) }
        }
    }

    private let collected = Mutex<[Line]>([])

    var lines: [Line] { collected.withLock { $0 } }
}
