internal import HTTPTypes
internal import Hummingbird

// A middleware cannot change the type of the context, and a context transform does not see the request. This stands
// between a router and a group of it instead, and wraps each responder as it is added: generic, so that a request pays
// for the check and not for closures around it.

/// Routes behind a check.
struct CheckedRoutes<Base: RouterMethods, Check: RouteCheck>: RouterMethods where Base.Context == Check.Outer {
    typealias Context = Check.Inner
    let base: Base
    let check: Check

    @discardableResult
    func on<Responder: HTTPResponder>(
        _ path: RouterPath,
        method: HTTPRequest.Method,
        responder: Responder
    ) -> Self where Responder.Context == Context {
        base.on(path, method: method, responder: CheckedResponder(check: check, inner: responder))
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, Context>) -> Self {
        // The protocol asks for it; nobody outside of this module ever holds these routes, so that nothing calls it.
        preconditionFailure("middleware is added to the group, which is all that is handed out")
    }
}

/// A responder behind a check.
private struct CheckedResponder<Check: RouteCheck, Inner: HTTPResponder>: HTTPResponder
where Inner.Context == Check.Inner {
    let check: Check
    let inner: Inner

    @concurrent
    func respond(to request: Request, context: Check.Outer) async throws -> Response {
        try await inner.respond(to: request, context: check.pass(request, context))
    }
}
