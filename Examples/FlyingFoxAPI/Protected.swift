import BearerAuth
import FlyingFox
import Foundation
import HTTPTypes

struct Protected: HTTPHandler {
    let auth: BearerAuth
    let requirement: ScopeRequirement
    let handler: @Sendable (FlyingFox.HTTPRequest, AuthenticatedToken) async throws -> FlyingFox.HTTPResponse

    func handleRequest(_ request: FlyingFox.HTTPRequest) async throws -> FlyingFox.HTTPResponse {
        let token: AuthenticatedToken
        do throws(BearerFailure) {
            let found = try await auth.authenticate(
                request.fields,
                method: HTTPTypes.HTTPRequest.Method(request.method.rawValue) ?? .get,
                url: request.target
            )
            guard let found else { throw auth.unauthorized }
            try auth.require(requirement, of: found)
            token = found
        } catch {
            return FlyingFox.HTTPResponse(refusal: error)
        }
        return try await handler(request, token)
    }
}

extension FlyingFox.HTTPRequest {
    var fields: HTTPFields {
        var fields = HTTPFields()
        for (header, value) in headers {
            guard let name = HTTPField.Name(header.rawValue) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        return fields
    }

    var target: String {
        query.isEmpty ? path : path + "?" + query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
    }
}

extension FlyingFox.HTTPResponse {
    init(refusal: BearerFailure) {
        var headers = HTTPHeaders([.contentType: "application/problem+json"])
        for field in refusal.fields { headers.addValue(field.value, for: HTTPHeader(field.name.rawName)) }
        self.init(
            statusCode: HTTPStatusCode(refusal.status.code, phrase: refusal.status.reasonPhrase),
            headers: headers,
            body: Data(refusal.problem.utf8)
        )
    }
}
