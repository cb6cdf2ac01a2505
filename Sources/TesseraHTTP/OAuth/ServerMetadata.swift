internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import NIOCore
internal import TesseraCore

/// What the server tells of itself (RFC 8414, OpenID Connect Discovery, RFC 9728): only what works.
struct ServerMetadata: Sendable {
    let authorizationServer: Document
    let openIDProvider: Document
    let protectedResource: Document

    /// A document that never changes while the server runs.
    struct Document: Sendable {
        private let body: ByteBuffer
        private let headers: HTTPFields
        private let entityTag: String

        init(_ object: JSONObject, maximumAge: Int64) {
            let bytes = object.serialized()
            body = ByteBuffer(bytes: bytes)
            entityTag = "\"\(Base64URL.encode(Array(SHA256.hash(data: bytes)).prefix(12)))\""
            headers = [.eTag: entityTag, .cacheControl: "public, max-age=\(maximumAge)"]
        }

        func response(to request: Request) -> Response {
            if request.matches(entityTag: entityTag) { return Response(status: .notModified, headers: headers) }
            var response = Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
            response.headers[.contentType] = "application/json"
            return response
        }
    }

    init(issuer: Issuer, settings: Settings) {
        let age = settings.keySetMaximumAge.wholeSeconds
        let common = Self.common(issuer, settings)
        authorizationServer = Document(common, maximumAge: age)
        // Discovery §3 requires these; there is no ID token yet, and the lists say so.
        openIDProvider = Document(
            common.merging(["subject_types_supported": ["public"], "id_token_signing_alg_values_supported": []]),
            maximumAge: age
        )
        protectedResource = Document(
            [
                "resource": .string(issuer.identifier),
                "authorization_servers": [.string(issuer.identifier)],
                "bearer_methods_supported": ["header"],
                "scopes_supported": Self.strings(settings.roles.configuredScopes.values),
                "resource_documentation": .string(issuer.url("/docs")),
            ],
            maximumAge: age
        )
    }

    private static func common(_ issuer: Issuer, _ settings: Settings) -> JSONObject {
        let grants = (settings.passwordGrant == .off ? [] : ["password"]) + ["refresh_token", "client_credentials"]
        return [
            "issuer": .string(issuer.identifier),
            "token_endpoint": .string(issuer.url("/token")),
            "revocation_endpoint": .string(issuer.url("/revoke")),
            "introspection_endpoint": .string(issuer.url("/introspect")),
            "revocation_feed_uri": .string(issuer.url("/revocations")),
            "jwks_uri": .string(issuer.url("/.well-known/jwks.json")),
            "response_types_supported": [],
            "grant_types_supported": strings(grants),
            "scopes_supported": strings(settings.roles.configuredScopes.values),
            "token_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
            "revocation_endpoint_auth_methods_supported": ["none", "client_secret_basic", "client_secret_post"],
            "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "service_documentation": .string(issuer.url("/docs")),
        ]
    }

    private static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}
