internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import NIOCore

extension Response {
    /// An answer of compact JSON.
    init(json value: JSONValue, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.serialized()))
        )
    }

    /// An answer without a body.
    static let noContent = Response(status: .noContent)
}
