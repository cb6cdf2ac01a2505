import BearerAuth
import BearerAuthHummingbird
import BearerAuthTesting
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import InMemoryTracing
import JOSE
import Testing
import Tracing

/// What a service says of itself, and what is traced of its requests.
@Suite struct ResourceTests {
    private let issuer: TestIssuer
    private let auth: BearerAuth

    init() throws {
        issuer = try TestIssuer.orders()
        var options = BearerAuth.Options(realm: "orders")
        options.resource = ProtectedResource(
            "https://api.example/v1",
            scopesSupported: ["orders:read", "orders:write"],
            documentation: "https://api.example/docs"
        )
        auth = issuer.auth(options: options)
    }

    @Test func `the metadata is served where the challenge says it is`() async throws {
        let router = Router()
        router.resourceMetadata(of: auth)
        router.protected(by: auth).get("me") { _, context in context.token.subject }
        try await Application(router: router).test(.router) { client in
            try await client.execute(uri: "/me", method: .get) { response in
                let address = "https://api.example/.well-known/oauth-protected-resource/v1"
                #expect(
                    response.headers[.wwwAuthenticate] == #"Bearer realm="orders", resource_metadata="\#(address)""#
                )
            }
            let path = try #require(auth.resource).metadataPath
            #expect(path == "/.well-known/oauth-protected-resource/v1")
            try await client.execute(uri: path, method: .get) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "application/json")
                let metadata = try JSONObject(parsing: String(buffer: response.body))
                #expect(metadata["resource"] == "https://api.example/v1")
                #expect(metadata["authorization_servers"] == ["https://id.example"])
                #expect(metadata["bearer_methods_supported"] == ["header"])
                #expect(metadata["scopes_supported"] == ["orders:read", "orders:write"])
                #expect(metadata["resource_documentation"] == "https://api.example/docs")
            }
        }
    }

    @Test func `a resource is an address without query and fragment`() {
        for text in ["api.example", "https://api.example?x", "https://api.example#x", "ftp://api.example", ""] {
            #expect(ProtectedResource(text) == nil)
        }
        #expect(ProtectedResource("https://api.example/")?.metadataPath == "/.well-known/oauth-protected-resource")
        #expect(issuer.auth.resourceMetadata == nil)
    }

    @Test func `the request's span says whom it is for, or why it was refused`() async throws {
        let tracer = InMemoryTracer()
        InstrumentationSystem.bootstrap(tracer)
        let router = Router()
        router.add(middleware: TracingMiddleware())
        router.protected(by: auth).get("me") { _, context in context.token.subject }
        let good = try issuer.order()
        let bad = try issuer.order(audience: "elsewhere")
        try await Application(router: router).test(.router) { client in
            for token in [good, bad] {
                let headers: HTTPFields = [.authorization: "Bearer \(token)"]
                try await client.execute(uri: "/me", method: .get, headers: headers) { _ in }
            }
        }
        let spans = tracer.finishedSpans
        let passed = try #require(spans.first { $0.attributes.get("enduser.id") == .string("u1") })
        #expect(passed.attributes.get("oauth.client_id") == .string("app"))
        #expect(passed.attributes.get("enduser.scope") == .string("orders:read profile"))
        let refused = try #require(spans.first { $0.attributes.get("error.type") == .string("invalid_token") })
        #expect(refused.attributes.get("bearer.reason") == .string("audience_mismatch"))
    }
}
