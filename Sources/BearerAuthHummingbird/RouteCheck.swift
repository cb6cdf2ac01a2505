internal import BearerAuth
internal import Hummingbird

/// What a request must pass to come to a route, and the context that it goes on with.
protocol RouteCheck: Sendable {
    /// The router's context.
    associatedtype Outer: RequestContext
    /// The route's.
    associatedtype Inner: RequestContext

    /// Lets a request pass, or throws its refusal.
    func pass(_ request: Request, _ context: Outer) async throws -> Inner
}

/// Passes only requests with a good token, and hands it on.
struct AuthenticationCheck<Outer: RequestContext>: RouteCheck {
    let auth: BearerAuth

    func pass(_ request: Request, _ context: Outer) async throws -> Authenticated<Outer> {
        guard let token = try await auth.check(request, context.logger) else {
            // No line for it: every client that does not know yet that it needs a token begins so.
            throw auth.unauthorized
        }
        return Authenticated(context, token: token, auth: auth)
    }
}

/// Passes everybody but those with a bad token.
struct IdentificationCheck<Outer: RequestContext>: RouteCheck {
    let auth: BearerAuth

    func pass(_ request: Request, _ context: Outer) async throws -> Identified<Outer> {
        Identified(context, token: try await auth.check(request, context.logger))
    }
}

/// Passes only requests whose token permits enough.
struct ScopeCheck<Outer: AuthenticatedContext>: RouteCheck {
    let requirement: ScopeRequirement

    func pass(_ request: Request, _ context: Outer) async throws -> Outer {
        try context.auth.check(requirement, of: context.token, context.logger)
        return context
    }
}
