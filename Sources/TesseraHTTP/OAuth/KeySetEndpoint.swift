internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import TesseraCore

/// `GET /.well-known/jwks.json`: the keys that verify this server's tokens (RFC 7517 §5).
struct KeySetEndpoint: Sendable {
    let keyRing: KeyRing
    /// Shorter than a key is published before it signs, so that nobody meets a token whose key is unknown.
    let cacheControl: String

    init(_ domain: Domain) {
        self.keyRing = domain.keyRing
        self.cacheControl = "public, max-age=\(domain.settings.keySetMaximumAge.wholeSeconds)"
    }

    func respond(to request: Request) -> Response {
        let published = keyRing.published
        let headers: HTTPFields = [.eTag: published.entityTag, .cacheControl: cacheControl]
        if request.matches(entityTag: published.entityTag) { return Response(status: .notModified, headers: headers) }
        var response = Response(
            status: .ok,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: published.json))
        )
        response.headers[.contentType] = "application/json"
        return response
    }
}

extension Request {
    /// Whether the client already has what it asks for (RFC 9110 §13.1.2: weak comparison).
    func matches(entityTag: String) -> Bool {
        headers[values: .ifNoneMatch].contains { value in
            value.split(separator: ",").contains { part in
                var tag = part.drop { $0 == " " || $0 == "\t" }
                while let last = tag.last, last == " " || last == "\t" { tag = tag.dropLast() }
                if tag == "*" { return true }
                if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
                return tag.utf8.elementsEqual(entityTag.utf8)
            }
        }
    }
}
