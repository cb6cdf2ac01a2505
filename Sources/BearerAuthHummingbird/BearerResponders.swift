internal import BearerAuth
internal import Hummingbird

/// Answers only requests with a good token, and hands it on.
struct AuthenticatingResponder<Parent: RequestContext, Inner: HTTPResponder>: HTTPResponder
where Inner.Context == Authenticated<Parent> {
    let auth: BearerAuth
    let inner: Inner

    @concurrent
    func respond(to request: Request, context: Parent) async throws -> Response {
        guard let token = try await auth.check(request, context.logger) else {
            // No line for it: every client that does not know yet that it needs a token begins so.
            throw auth.unauthorized
        }
        return try await inner.respond(to: request, context: Authenticated(context, token: token, auth: auth))
    }
}

/// Answers everybody but those with a bad token.
struct IdentifyingResponder<Parent: RequestContext, Inner: HTTPResponder>: HTTPResponder
where Inner.Context == Identified<Parent> {
    let auth: BearerAuth
    let inner: Inner

    @concurrent
    func respond(to request: Request, context: Parent) async throws -> Response {
        let token = try await auth.check(request, context.logger)
        return try await inner.respond(to: request, context: Identified(context, token: token))
    }
}

/// Answers only requests whose token permits enough.
struct RequiringResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context: AuthenticatedContext {
    let requirement: ScopeRequirement
    let inner: Inner

    @concurrent
    func respond(to request: Request, context: Inner.Context) async throws -> Response {
        do throws(BearerFailure) {
            try context.auth.require(requirement, of: context.token)
        } catch {
            error.log(to: context.logger)
            throw error
        }
        return try await inner.respond(to: request, context: context)
    }
}
