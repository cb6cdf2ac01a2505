public import BearerAuth
internal import HTTPTypes
public import Hummingbird
internal import NIOCore

extension RouterMethods {
    /// Serves the metadata of the service (RFC 9728), whose address challenges name.
    ///
    /// Where the options name no resource there is none, and nothing is added.
    ///
    /// - Parameter auth: What checks the service's tokens.
    /// - Returns: The router itself.
    @discardableResult
    public func resourceMetadata(of auth: BearerAuth) -> Self {
        guard let resource = auth.resource, let document = auth.resourceMetadata else { return self }
        let body = ByteBuffer(string: document)
        return get(RouterPath(resource.metadataPath)) { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json", .cacheControl: "public, max-age=3600"],
                body: ResponseBody(byteBuffer: body)
            )
        }
    }
}
