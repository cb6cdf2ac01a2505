internal import HTTPTypes
internal import Hummingbird
internal import JOSE

/// A refusal of OAuth's own endpoints (RFC 6749 §5.2).
struct OAuthRefusal: Error, Sendable {
    var status: HTTPResponse.Status
    var code: String
    var detail: String?
    var headers: HTTPFields

    init(_ code: String, _ detail: String? = nil, status: HTTPResponse.Status = .badRequest, headers: HTTPFields = [:])
    {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    static func invalidRequest(_ detail: String) -> OAuthRefusal { OAuthRefusal("invalid_request", detail) }

    /// The client did not prove who it is; `Basic` is offered when the client tried it (RFC 6749 §5.2).
    static func invalidClient(triedBasic: Bool) -> OAuthRefusal {
        OAuthRefusal(
            "invalid_client",
            "Client authentication failed.",
            status: .unauthorized,
            headers: triedBasic ? [.wwwAuthenticate: "Basic realm=\"tessera\", charset=\"UTF-8\""] : [:]
        )
    }

    func response() -> Response {
        var body = JSONObject()
        body["error"] = .string(code)
        if let detail { body["error_description"] = .string(detail) }
        var response = Response(json: .object(body), status: status)
        response.headers.append(contentsOf: headers)
        return response
    }
}
