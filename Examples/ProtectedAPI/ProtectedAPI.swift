import BearerAuth
import BearerAuthHummingbird
import FoundationEssentials
import Hummingbird
import JOSE

/// Articles that some may read and some may write, and a feed for everybody.
@main
struct ProtectedAPI {
    static func main() async throws {
        let environment = ProcessInfo.processInfo.environment
        let issuer = environment["TESSERA_ISSUER"] ?? "http://127.0.0.1:8080"
        let port = environment["PORT"].flatMap { Int($0) } ?? 8000

        // This is all of its authentication …
        var options = BearerAuth.Options(realm: "articles")
        options.resource = ProtectedResource(
            "http://127.0.0.1:\(port)",
            scopesSupported: ["articles:read", "articles:write"]
        )
        let auth = try BearerAuth(issuer: issuer, options: options)

        let router = Router()
        let articles = Articles()
        let api = router.protected(by: auth)
        let readers = api.requiring("articles:read")
        let writers = api.requiring("articles:write")
        let everybody = router.identified(by: auth)
        router.resourceMetadata(of: auth)
        // … and here begins the app.

        api.get("me") { _, context in Me(subject: context.token.subject, scope: context.token.scope.values) }
        readers.get("articles") { _, _ in await articles.all }
        writers.post("articles") { request, context in
            let draft = try await request.decode(as: Draft.self, context: context)
            await articles.add(Article(title: draft.title, author: context.token.subject))
            return HTTPResponse.Status.created
        }
        everybody.get("feed") { _, context in
            let titles = await articles.all.map(\.title)
            return Feed(greeting: context.token.map { "for \($0.subject)" } ?? "for everybody", titles: titles)
        }
        router.get("health") { _, _ in auth.isReady ? HTTPResponse.Status.ok : .serviceUnavailable }

        let app = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: port)),
            services: [auth]
        )
        try await app.runService()
    }
}
