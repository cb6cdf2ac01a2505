package import BearerAuth
internal import HTTPTypes
internal import Hummingbird
internal import JOSE
package import Logging

extension BearerAuth {
    /// Checks a request, and writes a line about one that is refused.
    @inline(__always)
    func check(_ request: Request, _ logger: @autoclosure () -> Logger) async throws -> AuthenticatedToken? {
        let head = request.head
        do throws(BearerFailure) {
            let token = try await authenticate(head.headerFields, method: head.method, url: head.path ?? "")
            if let token, let span = RequestSpan.current { span.note(token) }
            return token
        } catch {
            error.log(to: logger())
            RequestSpan.current?.note(error)
            throw error
        }
    }
}

extension BearerAuth {
    /// Refuses a token that permits too little, and writes a line about it.
    package func check(
        _ requirement: ScopeRequirement,
        of token: AuthenticatedToken,
        _ logger: Logger
    ) throws(BearerFailure) {
        do throws(BearerFailure) {
            try require(requirement, of: token)
        } catch {
            error.log(to: logger)
            throw error
        }
    }
}

extension BearerFailure {
    /// One line with what was expected and what came; never the token.
    func log(to logger: Logger) {
        var metadata: Logger.Metadata = ["code": .string(code.rawValue)]
        if let reason {
            metadata["reason"] = .string(reason.code.rawValue)
            metadata["claim"] = reason.claim.map { .string($0) }
            metadata["expected"] = reason.expected.map { .string($0) }
            metadata["received"] = reason.received.map { .string($0) }
        }
        if let detail { metadata["detail"] = .string(detail) }
        if !scope.isEmpty { metadata["expected"] = .string(scope.description) }
        logger.log(level: status == .serviceUnavailable ? .error : .info, "bearer refused", metadata: metadata)
    }
}
