internal import HTTPTypes

/// Refuses requests whose head is larger than the limits.
struct RequestBounds: Sendable {
    let limits: HTTPLimits

    func check(_ head: HTTPRequest) throws(Problem) {
        if (head.path?.utf8.count ?? 0) > limits.uriBytes {
            throw Problem(
                .uriTooLong,
                code: "uri_too_long",
                "The path and the query may have \(limits.uriBytes) bytes together.",
                headers: [.connection: "close"]
            )
        }
        var bytes = head.authority?.utf8.count ?? 0
        for field in head.headerFields {
            bytes &+= field.name.rawName.utf8.count &+ field.value.utf8.count
        }
        if bytes > limits.headerBytes || head.headerFields.count > limits.headerCount {
            throw Problem(
                .requestHeaderFieldsTooLarge,
                code: "header_too_large",
                "The header may have \(limits.headerBytes) bytes and \(limits.headerCount) fields.",
                headers: [.connection: "close"]
            )
        }
    }
}
