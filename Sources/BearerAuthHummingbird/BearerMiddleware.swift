public import BearerAuth
public import Hummingbird

/// A context with a place for the token, for ``BearerMiddleware``.
public protocol BearerContext: RequestContext {
    /// The token of the request, once the middleware has checked it.
    var token: AuthenticatedToken? { get set }
}

/// The check as a plain middleware, for routers that are built with a result builder.
///
/// ```swift
/// RouterBuilder(context: AppContext.self) {
///     BearerMiddleware(auth)
///     Post("orders") {
///         RequiredScopeMiddleware(auth, .all(["orders:write"]))
///         createOrder
///     }
/// }
/// ```
public struct BearerMiddleware<Context: BearerContext>: RouterMiddleware {
    private let auth: BearerAuth
    private let isOptional: Bool

    /// Checks the token of each request.
    ///
    /// - Parameters:
    ///   - auth: What checks the tokens.
    ///   - isOptional: Whether a request without a token passes; a bad one never does.
    public init(_ auth: BearerAuth, isOptional: Bool = false) {
        self.auth = auth
        self.isOptional = isOptional
    }

    /// Checks the token and hands it on in the context.
    @concurrent
    public func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let token = try await auth.check(request, context.logger) else {
            guard isOptional else { throw auth.unauthorized }
            return try await next(request, context)
        }
        var context = context
        context.token = token
        context.logger = token.naming(context.logger)
        return try await next(request, context)
    }
}
