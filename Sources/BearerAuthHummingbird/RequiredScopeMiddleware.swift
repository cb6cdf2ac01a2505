public import BearerAuth
public import Hummingbird

/// Refuses tokens that permit too little, behind a ``BearerMiddleware``.
public struct RequiredScopeMiddleware<Context: BearerContext>: RouterMiddleware {
    private let auth: BearerAuth
    private let requirement: ScopeRequirement

    /// Asks for the requirement.
    public init(_ auth: BearerAuth, _ requirement: ScopeRequirement) {
        self.auth = auth
        self.requirement = requirement
    }

    /// Passes requests whose token meets the requirement on.
    @concurrent
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let token = context.token else { throw auth.unauthorized }
        try auth.check(requirement, of: token, context.logger)
        return try await next(request, context)
    }
}
