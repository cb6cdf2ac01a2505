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
        guard form.isASCII || !Self.isOfAnotherCharacterSet(request) else {
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
        guard let type = typeAndParameters(request).first, isSame(type, expected) else {
            return "The body must be \(expected)."
        }
        let coding = (request.headers[.contentEncoding] ?? "").utf8
        return coding.isEmpty || isSame(coding, "identity") ? nil : "The body must not be compressed."
    }

    /// Whether a form says that it is of a character set in which bytes beyond ASCII mean something else.
    private static func isOfAnotherCharacterSet(_ request: Request) -> Bool {
        typeAndParameters(request).dropFirst().contains { parameter in
            let halves = parameter.split(separator: UInt8(ascii: "="), maxSplits: 1).map(trimmed)
            guard halves.count == 2, isSame(halves[0], "charset") else { return false }
            return !["utf-8", "\"utf-8\"", "utf8"].contains { isSame(halves[1], $0) }
        }
    }

    private static func typeAndParameters(_ request: Request) -> [Substring.UTF8View] {
        let text = (request.headers[.contentType] ?? "")[...]
        return text.utf8.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map(trimmed)
    }

    private static func trimmed(_ text: Substring.UTF8View) -> Substring.UTF8View {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let start = text.drop(while: isSpace)
        return start[..<(start.lastIndex { !isSpace($0) }.map(start.index(after:)) ?? start.startIndex)]
    }

    /// Compares with lower-case ASCII, whatever the case.
    private static func isSame(_ text: some Sequence<UInt8>, _ expected: String) -> Bool {
        text.elementsEqual(expected.utf8) { $0 == $1 || ((0x41...0x5A).contains($0) && $0 | 0x20 == $1) }
    }
}

/// A body over the limit: 413, and the connection closes rather than that the rest is read.
struct BodyTooLarge: Error {
    /// How many bytes it may have.
    let limit: Int
}
