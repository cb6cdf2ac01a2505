internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Turns every error into its one answer, and completes every answer with the headers they all have.
struct AnswerStyle: Sendable {
    /// The endpoints that answer in OAuth's own way (RFC 6749 §5.2); all others answer with problem details (RFC 9457).
    let oauthPaths: Set<String>
    /// Whether browsers are told to come by HTTPS alone (RFC 6797).
    ///
    /// A year, and for this host alone: others below it are not ours to speak for. A proxy that ends TLS hands it on, and
    /// over plain HTTP browsers ignore it.
    var strictTransport = false

    func response(for error: any Error, to request: Request, context: ServerContext) -> Response {
        // The template where a route matched, so that a path of another spelling gets the same kind of answer.
        let route = context.endpointPath.flatMap { $0.first == "/" ? $0 : nil } ?? request.uri.path
        let isOAuth = oauthPaths.contains(route)
        switch error {
        case let refusal as OAuthRefusal:
            Self.log(refusal.code, refusal.reason, refusal.status, context)
            return refusal.response()
        case let problem as Problem:
            Self.log(problem.code, problem.reason, problem.status, context)
            return isOAuth ? Self.oauthError(problem).response() : problem.response(requestID: context.requestID)
        case let excess as BodyTooLarge:
            let problem = Problem(
                .contentTooLarge,
                code: "content_too_large",
                "The body may have \(excess.limit) bytes.",
                headers: [.connection: "close"]
            )
            return response(for: problem, to: request, context: context)
        case is ChannelError, is CancellationError:
            // The client is gone; nobody reads this.
            let problem = Problem(.badRequest, code: "request_incomplete", headers: [.connection: "close"])
            return response(for: problem, to: request, context: context)
        default:
            context.logger.error(
                "A request failed unexpectedly.",
                metadata: ["error": "\(error)", "type": "\(type(of: error))", "path": "\(context.endpointPath ?? "-")"]
            )
            return response(for: Problem(.internalServerError, code: "internal_error"), to: request, context: context)
        }
    }

    /// Adds what every answer carries: no sniffing, no storing unless an answer allows it, and the request's name.
    func complete(_ response: inout Response, requestID: String) {
        response.headers.append(HTTPField(name: .xContentTypeOptions, value: "nosniff"))
        response.headers.append(HTTPField(name: .xRequestID, value: requestID))
        if strictTransport {
            response.headers.append(HTTPField(name: .strictTransportSecurity, value: "max-age=31536000"))
        }
        if !response.headers.contains(.cacheControl) {
            response.headers.append(HTTPField(name: .cacheControl, value: "no-store"))
            response.headers.append(HTTPField(name: .pragma, value: "no-cache"))
        }
    }

    /// Tells the log what the client is not told.
    private static func log(
        _ code: String,
        _ reason: String?,
        _ status: HTTPResponse.Status,
        _ context: ServerContext
    ) {
        guard let reason else { return }
        context.logger.log(
            level: status.code >= 500 ? .error : .info,
            "A request was refused.",
            metadata: ["error": "\(code)", "reason": "\(reason)"]
        )
    }

    /// What a general refusal is in OAuth's words.
    private static func oauthError(_ problem: Problem) -> OAuthRefusal {
        let code =
            switch problem.status.code {
            case 500: "server_error"
            case 429, 503: "temporarily_unavailable"
            default: "invalid_request"
            }
        return OAuthRefusal(code, problem.detail, status: problem.status, headers: problem.headers)
    }
}
