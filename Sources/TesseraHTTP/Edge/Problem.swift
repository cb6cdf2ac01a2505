internal import HTTPTypes
internal import Hummingbird
internal import JOSE

/// A refusal outside of OAuth's own endpoints (RFC 9457), with a code that programs may rely on.
struct Problem: Error, Sendable {
    var status: HTTPResponse.Status
    var code: String
    /// What was wrong, for a person; never a value that was sent.
    var detail: String?
    var headers: HTTPFields
    /// Further members, such as what exactly was wrong with a value.
    var members: JSONObject
    /// Why, for the log alone.
    var reason: String?

    init(
        _ status: HTTPResponse.Status,
        code: String,
        _ detail: String? = nil,
        headers: HTTPFields = [:],
        members: JSONObject = [:],
        reason: String? = nil
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers
        self.members = members
        self.reason = reason
    }

    func response(requestID: String) -> Response {
        var body = JSONObject()
        body["type"] = "about:blank"
        body["title"] = .string(status.reasonPhrase)
        body["status"] = .number(JSONNumber(Int64(status.code)))
        body["code"] = .string(code)
        if let detail { body["detail"] = .string(detail) }
        for member in members.members { body[member.name] = member.value }
        body["request_id"] = .string(requestID)
        var response = Response(json: .object(body), status: status)
        response.headers[.contentType] = "application/problem+json"
        response.headers.append(contentsOf: headers)
        return response
    }
}

extension Problem {
    /// Why a node that has not heard of the others for too long vouches for nothing.
    static let contactLost =
        "the database has not been read for too long; others may have revoked what is not known here"
}
