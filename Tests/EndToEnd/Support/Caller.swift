import AsyncHTTPClient
import Foundation
import JOSE
import NIOCore
import NIOHTTP1

/// Calls a server as its users do, over a real socket.
struct Caller: Sendable {
    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let text: String

        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
        subscript(_ member: String) -> String { json.objectValue?[member]?.stringValue ?? "" }
    }

    let base: String
    /// Held, so that it runs as long as somebody may call it.
    private let server: ServerProcess?

    init(_ server: ServerProcess) {
        base = server.url
        self.server = server
    }

    init(base: String) {
        self.base = base
        server = nil
    }

    func send(
        _ method: String,
        _ path: String,
        bearer: String? = nil,
        headers: [String: String] = [:],
        body: String? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = HTTPMethod(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let bearer { request.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let buffer = try await response.body.collect(upTo: 1 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { $0 + ", " + $1 },
            text: String(buffer: buffer)
        )
    }

    func form(_ path: String, _ fields: [String: String], headers: [String: String] = [:]) async throws -> Answer {
        let body = fields.map { "\(Self.encode($0.key))=\(Self.encode($0.value))" }.joined(separator: "&")
        return try await send(
            "POST",
            path,
            headers: ["Content-Type": "application/x-www-form-urlencoded"].merging(headers) { $1 },
            body: body
        )
    }

    func json(_ method: String, _ path: String, bearer: String? = nil, _ body: JSONValue) async throws -> Answer {
        try await send(method, path, bearer: bearer, headers: ["Content-Type": "application/json"], body: body.text)
    }

    func logIn(_ username: String, _ password: String, scope: String? = nil) async throws -> Answer {
        var fields = ["username": username, "password": password]
        if let scope { fields["scope"] = scope }
        return try await form("/token", fields)
    }

    func refresh(_ token: String) async throws -> Answer {
        try await form("/token", ["grant_type": "refresh_token", "refresh_token": token])
    }

    static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            return isPlain ? String(UnicodeScalar(byte)) : String(format: "%%%02X", Int(byte))
        }
        .joined()
    }
}
