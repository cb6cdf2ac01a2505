internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOHTTP1

/// The edge of the server: what happens to every request before and after its route, once and in one place.
///
/// Bounds are checked, the client's address and the request's name found, errors turned into answers, headers added, and
/// the request counted and logged. One responder around the router costs less than as many middlewares, and it also
/// answers what no route matches.
struct Edge<Inner: HTTPResponder>: HTTPResponder where Inner.Context == ServerContext {
    let inner: Inner
    let bounds: RequestBounds
    let hosts: HostPolicy
    let addresses: ClientAddressResolver
    let crossOrigin: CrossOriginPolicy
    let routes: RouteTable
    let answers: AnswerStyle
    let metrics: RequestMetrics
    let accessLog: AccessLog
    let mount: MountPoint
    let tracing: RequestTracing?

    func respond(to original: Request, context: ServerContext) async throws -> Response {
        let request = mount.inside(original)
        guard let tracing else { return try await respond(within: request, context: context) }
        return try await tracing.traced(request, context) { try await respond(within: request, context: context) }
    }

    private func respond(within request: Request, context source: ServerContext) async throws -> Response {
        let start = ContinuousClock.now
        var context = source
        if let name = RequestName.given(in: request.headers) {
            context.requestID = name
            context.logger[metadataKey: ServerContext.requestIDKey] = .string(name)
        }
        context.clientAddress = addresses.address(
            of: source.clientAddress,
            headers: request.headers,
            logger: source.logger
        )
        metrics.began()
        var response: Response
        do {
            response = try await answer(to: request, context: context)
        } catch let error as HTTPParserError {
            // Hummingbird answers 400 and closes; the request never was one.
            metrics.failed()
            throw error
        } catch {
            response = answers.response(for: error, to: request, context: context)
        }
        answers.complete(&response, requestID: context.requestID)
        let duration = ContinuousClock.now - start
        metrics.ended(request.method, route: context.endpointPath, status: response.status, duration: duration)
        accessLog.record(request, status: response.status, duration: duration, context: context)
        return response
    }

    private func answer(to request: Request, context: ServerContext) async throws -> Response {
        try bounds.check(request.head)
        try hosts.check(request.head.authority)
        guard let origin = request.headers[.origin], crossOrigin.covers(request.uri.path) else {
            return try await route(request, context: context)
        }
        let grant = CrossOriginGrant()
        var context = context
        context.crossOrigin = grant
        if request.method == .options, request.headers.contains(.accessControlRequestMethod) {
            return try await crossOrigin.preflight(path: request.uri.path, origin: origin)
        }
        var response: Response
        do {
            response = try await route(request, context: context)
        } catch let error as HTTPParserError {
            throw error
        } catch {
            // A page must be able to read why it was refused.
            response = answers.response(for: error, to: request, context: context)
        }
        try await crossOrigin.mark(&response, path: request.uri.path, origin: origin, grant: grant)
        return response
    }

    private func route(_ request: Request, context: ServerContext) async throws -> Response {
        let response = try await inner.respond(to: request, context: context)
        // Hummingbird answers what no route matches itself, with 404 whatever the method, and leaves a name that is no path.
        if response.status == .notFound, context.endpointPath?.first != "/" {
            throw routes.refusal(path: request.uri.path)
        }
        return response
    }
}
