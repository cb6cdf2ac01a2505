internal import BearerAuth
internal import BearerAuthHummingbird
internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import NIOCore
internal import TesseraCore

/// The server's routes: which there are, and who answers them.
struct ServerRoutes: Sendable {
    let domain: Domain
    let settings: HTTPSettings
    let issuer: Issuer
    let origins: ClientOrigins
    let health: Health
    let followers: Followers
    let gauges: ServerGauges
    let version: String

    private var bodies: RequestBodies { RequestBodies(maximumBytes: settings.limits.bodyBytes) }

    /// The documents that anyone may read, from any page.
    var publicPaths: [String] {
        ["/.well-known/jwks.json"] + issuer.wellKnownPaths("oauth-protected-resource")
            + issuer.wellKnownPaths("oauth-authorization-server") + issuer.wellKnownPaths("openid-configuration")
    }

    /// All routes, but those that have an address of their own.
    func main() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        addOAuthRoutes(to: router)
        addDocuments(to: router)
        let auth = BearerAuth.own(domain)
        addServiceRoutes(to: router, protectedBy: auth)
        let accounts = AccountService(domain)
        addAccountRoutes(to: router, accounts, protectedBy: auth)
        AdminEndpoints(domain: domain, accounts: accounts, bodies: bodies)
            .addRoutes(to: router, protectedBy: auth)
        let listsOperations = settings.operationsListen == nil
        DocumentationPages(issuer: issuer, version: version, listsOperations: listsOperations).addRoutes(to: router)
        if listsOperations { addOperationsRoutes(to: router) }
        return router
    }

    /// The routes for operators alone.
    func operations() -> Router<ServerContext> {
        let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
        addOperationsRoutes(to: router)
        return router
    }

    private func addOAuthRoutes(to router: Router<ServerContext>) {
        let server = AuthorizationServer(domain)
        let token = TokenEndpoint(server: server, bodies: bodies, origins: origins)
        let revocation = RevocationEndpoint(server: server, bodies: bodies, origins: origins)
        let introspection = IntrospectionEndpoint(server: server, bodies: bodies)
        router.post("token") { try await token.respond(to: $0, context: $1) }
        router.post("revoke") { try await revocation.respond(to: $0, context: $1) }
        router.post("introspect") { try await introspection.respond(to: $0, context: $1) }
    }

    /// What services and the proxies before them ask.
    private func addServiceRoutes(to router: Router<ServerContext>, protectedBy auth: BearerAuth) {
        let feed = RevocationFeedEndpoint(RevocationFeed(domain), followers: followers)
        let forward = ForwardAuthentication()
        router.get("revocations") { try await feed.respond(to: $0, context: $1) }
        router.protected(by: auth, "verify").get { [contact = domain.contact] request, context in
            // A token that another node has revoked would pass.
            if contact.isLost { throw Problem.unavailable(retryAfter: 1, reason: Problem.contactLost) }
            return try forward.respond(to: request, context: context)
        }
    }

    private func addDocuments(to router: Router<ServerContext>) {
        let keySet = KeySetEndpoint(domain)
        let metadata = ServerMetadata(issuer: issuer, settings: domain.settings)
        router.get(".well-known/jwks.json") { request, _ in keySet.respond(to: request) }
        for path in issuer.wellKnownPaths("oauth-authorization-server") {
            router.get(RouterPath(path)) { request, _ in metadata.authorizationServer.response(to: request) }
        }
        for path in issuer.wellKnownPaths("openid-configuration") {
            router.get(RouterPath(path)) { request, _ in metadata.openIDProvider.response(to: request) }
        }
        for path in issuer.wellKnownPaths("oauth-protected-resource") {
            router.get(RouterPath(path)) { request, _ in metadata.protectedResource.response(to: request) }
        }
    }

    private func addAccountRoutes(
        to router: Router<ServerContext>,
        _ accounts: AccountService,
        protectedBy auth: BearerAuth
    ) {
        let endpoints = AccountEndpoints(accounts: accounts, bodies: bodies)
        router.post("users") { try await endpoints.register($0, $1) }
        let own = router.protected(by: auth, "users/me")
        own.get { _, context in try await endpoints.show(context) }
        own.patch { try await endpoints.changeEmail($0, $1) }
        own.delete { _, context in try await endpoints.remove(context) }
        own.put("password") { try await endpoints.changePassword($0, $1) }
        own.get("sessions") { _, context in try await endpoints.sessions(context) }
        own.delete("sessions") { _, context in try await endpoints.endAllSessions(context) }
        own.delete("sessions/:id") { _, context in try await endpoints.endSession(context) }
    }

    private func addOperationsRoutes(to router: Router<ServerContext>) {
        let (health, gauges) = (health, gauges)
        router.get("health/live") { _, _ in health.live() }
        router.get("health/ready") { _, _ in await health.ready() }
        router.get("metrics") { _, _ in gauges.response() }
    }
}
