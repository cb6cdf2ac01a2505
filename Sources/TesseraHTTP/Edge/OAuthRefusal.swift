internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import TesseraCore

/// The domain's refusal of an OAuth request as an answer (RFC 6749 §5.2).
struct OAuthRefusal: Error, Sendable {
    var status: HTTPResponse.Status
    var code: String
    var detail: String?
    var headers: HTTPFields
    /// Why, for the log alone.
    var reason: String?

    init(_ code: String, _ detail: String?, status: HTTPResponse.Status, headers: HTTPFields = [:]) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
    }

    /// A 401 offers HTTP authentication again where the client tried it.
    init(_ error: OAuthError, triedBasic: Bool = false) {
        let status: HTTPResponse.Status =
            switch error.code {
            case .invalidClient: .unauthorized
            case .tooManyAttempts: .tooManyRequests
            case .temporarilyUnavailable: .serviceUnavailable
            default: .badRequest
            }
        self.init(error.code.rawValue, error.description, status: status)
        reason = error.reason
        if let seconds = error.retryAfter { headers[.retryAfter] = "\(seconds)" }
        if error.code == .invalidClient, triedBasic {
            headers[.wwwAuthenticate] = "Basic realm=\"tessera\", charset=\"UTF-8\""
        }
    }

    static func invalidRequest(_ detail: String) -> OAuthRefusal {
        OAuthRefusal(OAuthError(.invalidRequest, detail))
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
