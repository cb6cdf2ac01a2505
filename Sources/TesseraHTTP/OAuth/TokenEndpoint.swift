internal import Hummingbird
internal import JOSE
internal import Passwords
internal import TesseraCore

/// `POST /token` (RFC 6749 §3.2): decodes the form into a grant request, and the answer into JSON.
struct TokenEndpoint: Sendable {
    let server: AuthorizationServer
    let bodies: RequestBodies
    let origins: ClientOrigins

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        let form = try await bodies.form(of: request)
        let client = try PresentedClient(request, form)
        await origins.limit(context.crossOrigin, to: client)
        do {
            let grant = try Self.grant(form)
            let tokens = try await server.issueTokens(for: grant, client: client, address: context.address)
            return Response(json: Self.json(tokens))
        } catch {
            throw OAuthRefusal(error, triedBasic: client.usedBasic)
        }
    }

    private static func grant(_ form: Form) throws(OAuthError) -> GrantRequest {
        let scope = try scope(form)
        let resources = form.values("resource")
        switch form["grant_type"] {
        case "password", nil:
            // The tutorial's form leaves the grant out: a user name and a password say enough.
            guard let username = form["username"], let password = form["password"] else {
                throw OAuthError(.invalidRequest, "A parameter is missing or empty: \(missing(in: form)).")
            }
            return .password(username: username, password: Password(password), scope: scope, resources: resources)
        case "refresh_token":
            guard let token = form["refresh_token"] else {
                throw OAuthError(.invalidRequest, "A parameter is missing: refresh_token.")
            }
            return .refreshToken(Secret(token), scope: scope, resources: resources)
        case "client_credentials":
            return .clientCredentials(scope: scope, resources: resources)
        default:
            throw OAuthError(.unsupportedGrantType, "This server does not know that grant type.")
        }
    }

    /// What a log-in lacks; a form with neither half of one lacks more than that.
    private static func missing(in form: Form) -> String {
        if form["username"] != nil { return "password" }
        if form["password"] != nil { return "username" }
        return form["grant_type"] == nil ? "grant_type" : "username and password"
    }

    private static func scope(_ form: Form) throws(OAuthError) -> Scope? {
        guard let text = form["scope"] else { return nil }
        guard let scope = Scope(parsing: text) else {
            throw OAuthError(.invalidScope, "The scope is malformed or names too many values.")
        }
        return scope.isEmpty ? nil : scope
    }

    private static func json(_ tokens: TokenResponse) -> JSONValue {
        var answer: JSONObject = [
            "access_token": .string(tokens.accessToken.revealed),
            "token_type": "Bearer",
            "expires_in": .number(JSONNumber(tokens.expiresIn)),
        ]
        if let refreshToken = tokens.refreshToken { answer["refresh_token"] = .string(refreshToken.revealed) }
        answer["scope"] = .string(tokens.scope.text)
        return .object(answer)
    }
}

extension ServerContext {
    /// The client's address as the domain wants it; without a socket, as in a test, the server's own.
    var address: ClientAddress { clientAddress ?? .unix }
}
