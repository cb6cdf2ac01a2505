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
        guard Self.hasMediaType("application/x-www-form-urlencoded", request) else {
            throw OAuthRefusal.invalidRequest("The body must be application/x-www-form-urlencoded.")
        }
        let body = try await bytes(of: request)
        do {
            return try decoder.decode(Array(body.readableBytesView))
        } catch {
            throw OAuthRefusal.invalidRequest(error.rawValue)
        }
    }

    /// A JSON object; elsewhere.
    func json(of request: Request) async throws -> JSONObject {
        guard Self.hasMediaType("application/json", request) else {
            throw Problem(.unsupportedMediaType, code: "unsupported_media_type", "The body must be application/json.")
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
            guard let length = Int(length), length <= maximumBytes else { throw BodyTooLarge() }
        }
        do {
            return try await request.body.collect(upTo: maximumBytes)
        } catch is NIOTooManyBytesError {
            throw BodyTooLarge()
        }
    }

    private static func place(of error: JSONError) -> String {
        let fault = error.code == .duplicateMember ? ": a member is repeated" : ""
        return error.offset.map { "\(fault), at byte \($0)" } ?? fault
    }

    /// Compares the media type alone; parameters such as a character set are ignored, both formats being UTF-8.
    private static func hasMediaType(_ expected: String, _ request: Request) -> Bool {
        guard let value = request.headers[.contentType] else { return false }
        let type = value.utf8.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return type.elementsEqual(expected.utf8) { $0 == $1 || $0 &+ 0x20 == $1 && (0x41...0x5A).contains($0) }
    }
}

/// A body over the limit: 413, and the connection closes rather than that the rest is read.
struct BodyTooLarge: Error {}
