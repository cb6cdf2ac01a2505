import BearerAuth
import FlyingFox
import Foundation

/// One route that needs the scope `articles:read`.
@main
struct FlyingFoxAPI {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let auth = try BearerAuth(issuer: environment["TESSERA_ISSUER"] ?? "http://127.0.0.1:8080")
        let server = HTTPServer(port: environment["PORT"].flatMap { UInt16($0) } ?? 8000)
        await server.appendRoute(
            "GET /articles",
            to: Protected(auth: auth, requirement: .all(["articles:read"])) { _, token in
                FlyingFox.HTTPResponse(statusCode: .ok, body: Data("for \(token.subject)\n".utf8))
            }
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await auth.run() }
            group.addTask { try await server.run() }
            try await group.next()
            group.cancelAll()
        }
    }
}
