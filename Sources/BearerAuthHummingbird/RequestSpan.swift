internal import BearerAuth
internal import JOSE
internal import Tracing

/// The span of the request that is being answered, as Hummingbird's `TracingMiddleware` begins it.
struct RequestSpan {
    private let span: any Span

    /// Nil where nothing is traced.
    static var current: RequestSpan? {
        guard let context = ServiceContext.current,
            let span = InstrumentationSystem.tracer.activeSpan(identifiedBy: context)
        else { return nil }
        return RequestSpan(span: span)
    }

    /// Says whom the request is for.
    func note(_ token: AuthenticatedToken) {
        span.updateAttributes { attributes in
            attributes["enduser.id"] = token.subject
            attributes["enduser.scope"] = token.scope.description
            if let clientID = token.clientID { attributes["oauth.client_id"] = clientID }
        }
    }

    /// Says why it is refused, by the stable names.
    func note(_ failure: BearerFailure) {
        span.updateAttributes { attributes in
            attributes["error.type"] = failure.code.rawValue
            if let reason = failure.reason { attributes["bearer.reason"] = reason.code.rawValue }
        }
    }
}
