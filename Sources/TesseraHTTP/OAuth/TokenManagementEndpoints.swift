internal import Hummingbird
internal import JOSE
internal import Passwords
internal import TesseraCore

/// `POST /revoke` (RFC 7009): 200 without a body, also for a token that is unknown or of an unknown kind.
struct RevocationEndpoint: Sendable {
    let server: AuthorizationServer
    let bodies: RequestBodies
    let origins: ClientOrigins

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let form = try await bodies.form(of: request)
        let client = try PresentedClient(request, form)
        await origins.limit(context.crossOrigin, to: client)
        guard let token = form["token"] else { throw OAuthRefusal.invalidRequest("A parameter is missing: token.") }
        do {
            try await server.revoke(Secret(token), client: client, address: context.address)
            return Response(status: .ok)
        } catch {
            throw OAuthRefusal(error, triedBasic: client.usedBasic)
        }
    }
}

/// `POST /introspect` (RFC 7662): the token's state, for clients that may know it.
struct IntrospectionEndpoint: Sendable {
    let server: AuthorizationServer
    let bodies: RequestBodies

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let form = try await bodies.form(of: request)
        let client = try PresentedClient(request, form)
        guard let token = form["token"] else { throw OAuthRefusal.invalidRequest("A parameter is missing: token.") }
        do {
            let state = try await server.introspect(Secret(token), client: client, address: context.address)
            return Response(json: .object(state ?? ["active": false]))
        } catch {
            throw OAuthRefusal(error, triedBasic: client.usedBasic)
        }
    }
}
