internal import HTTPTypes
internal import Hummingbird
internal import JOSE
internal import NIOCore

/// Reads the bodies of requests within their bounds.
struct RequestBodies: Sendable {
    let maximumBytes: Int
    private let decoder = FormDecoder()

    /// A form; for OAuth's own endpoints (RFC 6749 §3.2), where another media type is an `invalid_request`.
    func form(of request: Request) async throws -> Form {
        if let fault = Self.fault(in: request, "application/x-www-form-urlencoded") {
            throw OAuthRefusal.invalidRequest(fault)
        }
        let body = try await bytes(of: request)
        let form: Form
        do {
            form = try decoder.decode(Array(body.readableBytesView))
        } catch {
            throw OAuthRefusal.invalidRequest(error.rawValue)
        }
        guard form.isASCII || !ContentType(request.headers).isOfAnotherCharacterSet else {
            throw OAuthRefusal.invalidRequest("The body must be UTF-8.")
        }
        return form
    }

    /// A JSON object; elsewhere.
    func json(of request: Request) async throws -> JSONObject {
        if let fault = Self.fault(in: request, "application/json") {
            throw Problem(.unsupportedMediaType, code: "unsupported_media_type", fault)
        }
        let body = try await bytes(of: request)
        let value: JSONValue
        do {
            value = try JSONValue(parsing: body.readableBytesView)
        } catch {
            throw Problem(.badRequest, code: "malformed_json", "The body is not strict JSON\(Self.place(of: error)).")
        }
        guard let object = value.objectValue else {
            throw Problem(.badRequest, code: "malformed_json", "The body must be a JSON object.")
        }
        return object
    }

    /// Collects a body, refusing one that says it is too large before a byte of it is read.
    private func bytes(of request: Request) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength] {
            guard let length = Int(length), length <= maximumBytes else {
                throw BodyTooLarge(limit: maximumBytes)
            }
        }
        do {
            return try await request.body.collect(upTo: maximumBytes)
        } catch is NIOTooManyBytesError {
            throw BodyTooLarge(limit: maximumBytes)
        }
    }

    private static func place(of error: JSONError) -> String {
        let fault = error.code == .duplicateMember ? ": a member is repeated" : ""
        return error.offset.map { "\(fault), at byte \($0)" } ?? fault
    }

    /// What is wrong with how a body says it is written: another media type, or compressed.
    private static func fault(in request: Request, _ expected: String) -> String? {
        guard ContentType(request.headers).isOf(expected) else { return "The body must be \(expected)." }
        let coding = (request.headers[.contentEncoding] ?? "").lowercased()
        return ["", "identity"].contains(coding) ? nil : "The body must not be compressed."
    }
}

/// A body over the limit: 413, and the connection closes rather than that the rest is read.
struct BodyTooLarge: Error {
    /// How many bytes it may have.
    let limit: Int
}
