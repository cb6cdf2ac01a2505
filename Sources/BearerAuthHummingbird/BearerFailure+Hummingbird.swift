public import BearerAuth
internal import HTTPTypes
public import Hummingbird
internal import NIOCore

/// The answer of a refusal: its status, its challenge, and an RFC 9457 problem.
extension BearerFailure: HTTPResponseError {
    /// The answer.
    public func response(from request: Request, context: some RequestContext) -> Response {
        var headers = fields
        headers[.contentType] = "application/problem+json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: problem)))
    }
}
