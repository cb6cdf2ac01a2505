internal import BearerAuth
internal import HTTPTypes
internal import Hummingbird

// A middleware cannot change the type of the context, and a context transform does not see the request. These stand
// between a router and a group of it instead, and wrap each responder as it is added: generic, so that a request pays
// for the check and not for closures around it.

/// Routes that need a token.
struct ProtectedRoutes<Base: RouterMethods>: RouterMethods {
    typealias Context = Authenticated<Base.Context>
    let base: Base
    let auth: BearerAuth

    @discardableResult
    func on<Responder: HTTPResponder>(
        _ path: RouterPath,
        method: HTTPRequest.Method,
        responder: Responder
    ) -> Self where Responder.Context == Context {
        base.on(path, method: method, responder: AuthenticatingResponder(auth: auth, inner: responder))
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, Context>) -> Self {
        preconditionFailure("middleware is added to the group, which is all that is handed out")
    }
}

/// Routes for everybody, with or without a token.
struct IdentifiedRoutes<Base: RouterMethods>: RouterMethods {
    typealias Context = Identified<Base.Context>
    let base: Base
    let auth: BearerAuth

    @discardableResult
    func on<Responder: HTTPResponder>(
        _ path: RouterPath,
        method: HTTPRequest.Method,
        responder: Responder
    ) -> Self where Responder.Context == Context {
        base.on(path, method: method, responder: IdentifyingResponder(auth: auth, inner: responder))
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, Context>) -> Self {
        preconditionFailure("middleware is added to the group, which is all that is handed out")
    }
}

/// Routes that need a token which permits enough.
struct RequiringRoutes<Base: RouterMethods>: RouterMethods where Base.Context: AuthenticatedContext {
    typealias Context = Base.Context
    let base: Base
    let requirement: ScopeRequirement

    @discardableResult
    func on<Responder: HTTPResponder>(
        _ path: RouterPath,
        method: HTTPRequest.Method,
        responder: Responder
    ) -> Self where Responder.Context == Context {
        base.on(path, method: method, responder: RequiringResponder(requirement: requirement, inner: responder))
        return self
    }

    func add(middleware: any MiddlewareProtocol<Request, Response, Context>) -> Self {
        preconditionFailure("middleware is added to the group, which is all that is handed out")
    }
}
