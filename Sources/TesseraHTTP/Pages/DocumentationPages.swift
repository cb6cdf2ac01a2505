internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import NIOCore

/// `/openapi.json`, and `/docs`: a page on which a person can log in and try each call.
///
/// All of it is made once, at the start, and served from the binary; the page loads nothing from elsewhere.
struct DocumentationPages: Sendable {
    private let openAPI: StaticAsset
    private let page: StaticAsset

    init(issuer: Issuer, version: String, listsOperations: Bool) {
        let operations = APIOperation.all(issuer: issuer, listsOperations: listsOperations)
        let document = OpenAPIDocument(issuer: issuer, version: version, operations: operations)
        openAPI = StaticAsset(document.json.text, type: "application/json")
        page = StaticAsset(
            DocsPage(issuer: issuer, version: version, operations: operations).html,
            type: "text/html; charset=utf-8",
            headers: Self.pageHeaders
        )
    }

    func addRoutes(to router: Router<ServerContext>) {
        for (path, asset) in [
            ("openapi.json", openAPI), ("docs", page),
            ("docs/style.css", StaticAsset(DocsAssets.style, type: "text/css; charset=utf-8")),
            ("docs/script.js", StaticAsset(DocsAssets.script, type: "text/javascript; charset=utf-8")),
            ("docs/icon.svg", StaticAsset(DocsAssets.icon, type: "image/svg+xml")),
        ] {
            router.get(RouterPath(path)) { request, _ in asset.response(to: request) }
        }
    }

    /// The page may run its own script and call this server, and nothing else.
    private static let pageHeaders: HTTPFields = [
        .contentSecurityPolicy:
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
            + "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        .xFrameOptions: "DENY",
        .referrerPolicy: "no-referrer",
    ]
}

/// A text that never changes while the server runs, with its validator.
struct StaticAsset: Sendable {
    private let body: ByteBuffer
    private let headers: HTTPFields
    private let entityTag: String

    init(_ text: String, type: String, headers: HTTPFields = [:]) {
        body = ByteBuffer(string: text)
        entityTag = "\"\(Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8)).prefix(12))))\""
        var headers = headers
        headers[.contentType] = type
        headers[.cacheControl] = "no-cache"
        headers[.eTag] = entityTag
        self.headers = headers
    }

    func response(to request: Request) -> Response {
        if request.matches(entityTag: entityTag) { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
