internal import HTTPTypes
internal import Hummingbird

/// Where the issuer's path puts the server: `https://example.org/auth` is reached under `/auth` and, behind a proxy that
/// cuts it off, at the root.
struct MountPoint: Sendable {
    private let path: String

    /// - Parameter path: The issuer's path without a slash at its end; empty for the root.
    init(path: String) {
        self.path = path
    }

    /// The request as the routes know it.
    func inside(_ request: Request) -> Request {
        guard !path.isEmpty, let target = request.head.path, target.utf8.starts(with: path.utf8) else { return request }
        let rest = target.utf8.dropFirst(path.utf8.count)
        guard rest.first == UInt8(ascii: "/") else { return request }
        var head = request.head
        head.path = String(Substring(rest))
        return Request(head: head, body: request.body)
    }
}
