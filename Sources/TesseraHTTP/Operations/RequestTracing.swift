internal import HTTPTypes
internal import Hummingbird
internal import Tracing

/// Puts a span around each request, named by its route as OpenTelemetry's conventions for HTTP servers have it.
///
/// A span holds the method, the route and the status, and never a path, a query or a field: those may hold what nobody
/// should read. A trace that the caller began goes on.
struct RequestTracing: Sendable {
    let tracer: any Tracer

    func traced(
        _ request: Request,
        _ context: ServerContext,
        _ answer: () async throws -> Response
    ) async throws -> Response {
        var caller = ServiceContext.topLevel
        tracer.extract(request.headers, into: &caller, using: FieldExtractor())
        // A method that nobody knows is the caller's own word, and none for a name.
        let method = Self.known.contains(request.method) ? request.method.rawValue : "_OTHER"
        return try await tracer.withSpan(method, context: caller, ofKind: .server) { span in
            let response: Response
            do {
                response = try await answer()
            } catch {
                span.attributes["error.type"] = "\(type(of: error))"
                throw error
            }
            // Hummingbird's name for what no route matches is no path.
            let route = context.endpointPath.flatMap { $0.first == "/" ? $0 : nil }
            if let route { span.operationName = "\(method) \(route)" }
            span.updateAttributes { attributes in
                attributes["http.request.method"] = method
                attributes["http.route"] = route
                attributes["http.response.status_code"] = Int(response.status.code)
                if response.status.code >= 500 { attributes["error.type"] = "\(response.status.code)" }
            }
            if response.status.code >= 500 { span.setStatus(.init(code: .error)) }
            return response
        }
    }

    private static let known: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .connect, .trace,
    ]
}

/// Reads the caller's trace from its fields.
private struct FieldExtractor: Extractor {
    func extract(key: String, from fields: HTTPFields) -> String? {
        HTTPField.Name(key).flatMap { fields[$0] }
    }
}
