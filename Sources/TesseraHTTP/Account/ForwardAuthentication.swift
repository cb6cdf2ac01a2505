internal import BearerAuth
internal import BearerAuthHummingbird
internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import TesseraCore

/// `GET /verify`: tells a proxy whether to let a request through, and for whom (`docs/forward-authentication.md`).
///
/// Answered from the token and the revocations in memory alone: it is asked for every request of other services.
struct ForwardAuthentication: Sendable {
    func respond(to request: Request, context: SignedInContext) throws -> Response {
        let token = context.token
        if let scope = try Self.requiredScope(request) {
            try context.auth.check(.all(scope), of: token, context.logger)
        }
        // All three, also where there is nothing to say: a proxy that copies them must overwrite what a client sent.
        return Response(
            status: .ok,
            headers: [
                .xAuthSubject: HeaderText.encoded(token.subject),
                .xAuthUsername: HeaderText.encoded(token["username"]?.stringValue ?? ""),
                .xAuthScope: token.token.scopes.map { HeaderText.encoded($0) }.joined(separator: " "),
            ]
        )
    }

    private static func requiredScope(_ request: Request) throws(Problem) -> [String]? {
        guard let text = try request.queryParameter("scope") else { return nil }
        guard let scope = Scope(parsing: text) else {
            throw Problem(.badRequest, code: "scope_invalid", "The scope is malformed or names too many values.")
        }
        return scope.values
    }
}

/// Text in a header field: what is not a printable ASCII character, and `%` itself, as `%` and two hexadecimal digits for
/// each byte of its UTF-8, as in an address.
enum HeaderText {
    static func encoded(_ text: String) -> String {
        if text.utf8.allSatisfy(isPlain) { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        let bytes = text.utf8.flatMap { byte in
            isPlain(byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 0xF)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "%")
    }
}

extension HTTPField.Name {
    static let xAuthSubject = constant("X-Auth-Subject")
    static let xAuthUsername = constant("X-Auth-Username")
    static let xAuthScope = constant("X-Auth-Scope")
}
