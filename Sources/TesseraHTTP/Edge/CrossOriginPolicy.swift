internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// Knows which browser origins clients have registered.
protocol OriginDirectory: Sendable {
    /// Whether any client, the built-in one included, is used from this origin.
    func isRegistered(_ origin: String) async throws -> Bool
}

/// Which pages of other origins may call, and where (CORS).
///
/// Only the token endpoint, revocation and the public documents; never with credentials: browsers send no cookie here.
struct CrossOriginPolicy: Sendable {
    /// Paths whose answer is the same for everyone, and may be read from anywhere.
    let publicPaths: Set<String>
    /// Paths that the registered origins of clients may call.
    let clientPaths: Set<String>
    let directory: any OriginDirectory

    func covers(_ path: String) -> Bool {
        publicPaths.contains(path) || clientPaths.contains(path)
    }

    /// Answers what a browser asks before it sends the request itself.
    func preflight(path: String, origin: String) async throws -> Response {
        var response = Response(status: .noContent)
        guard try await allows(origin, path: path) else {
            response.headers[.vary] = "Origin"
            return response
        }
        allow(origin, path: path, in: &response)
        response.headers[.accessControlAllowMethods] = publicPaths.contains(path) ? "GET, HEAD" : "POST"
        response.headers[.accessControlAllowHeaders] = "Authorization, Content-Type, DPoP, X-Request-Id"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }

    /// Lets the calling page read an answer, if its origin is the client's; of any client, where none is known.
    func mark(_ response: inout Response, path: String, origin: String, grant: CrossOriginGrant) async throws {
        let allowed: Bool
        if let origins = grant.origins {
            allowed = origins.contains { $0.utf8.elementsEqual(origin.utf8) }
        } else {
            allowed = try await allows(origin, path: path)
        }
        guard allowed else {
            response.headers[.vary] = "Origin"
            return
        }
        allow(origin, path: path, in: &response)
        response.headers[.accessControlExposeHeaders] = "Retry-After, WWW-Authenticate, X-Request-Id"
    }

    private func allows(_ origin: String, path: String) async throws -> Bool {
        if publicPaths.contains(path) { return true }
        return try await directory.isRegistered(origin)
    }

    private func allow(_ origin: String, path: String, in response: inout Response) {
        if publicPaths.contains(path) {
            response.headers[.accessControlAllowOrigin] = "*"
        } else {
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.vary] = "Origin"
        }
    }
}

/// Carries the origins of the client that a request turned out to be from, out of the endpoint that found it.
final class CrossOriginGrant: Sendable {
    private let state = Mutex<[String]?>(nil)

    var origins: [String]? { state.withLock { $0 } }

    func limit(to origins: [String]) { state.withLock { $0 = origins } }
}
