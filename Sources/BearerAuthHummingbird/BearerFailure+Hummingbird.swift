public import BearerAuth
internal import HTTPTypes
public import Hummingbird
internal import Logging
internal import NIOCore

/// The answer of a refusal: its status, its challenge, and an RFC 9457 problem.
extension BearerFailure: HTTPResponseError {
    /// The answer; its problem names the request as the log does, where the name is harmless.
    public func response(from request: Request, context: some RequestContext) -> Response {
        var headers = fields
        headers[.contentType] = "application/problem+json"
        var body = problem
        if let id = context.logger[metadataKey: "hb.request.id"]?.description, id.utf8.allSatisfy(Self.isHarmless) {
            body = "\(body.dropLast()),\"request_id\":\"\(id)\"}"
        }
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
    }

    private static func isHarmless(_ byte: UInt8) -> Bool {
        (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
    }
}
