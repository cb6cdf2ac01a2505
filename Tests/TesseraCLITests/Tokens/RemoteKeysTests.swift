import Foundation
import JOSE
import Testing

@testable import TesseraCLI

@Suite struct RemoteKeysTests {
    private let key: SigningKey
    private let token: String

    init() throws {
        key = try SigningKey.generate(.es256)
        token = try JWS.sign(payload: Array("{}".utf8), key: key)
    }

    private func verify(answer: String) throws -> BuiltBinary.Result {
        let server = try CannedServer(answer)
        return try BuiltBinary.run(["jwt", "verify", "--keys", "http://127.0.0.1:\(server.port)/jwks.json", token])
    }

    private func answer(_ status: String, _ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(fields)Connection: close\r\n\r\n\(body)"
    }

    @Test func `a key set is fetched from its URL`() throws {
        let result = try verify(answer: answer("200 OK", KeySet([key.verifyingKey]).serialized()))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output == "{}\n")
    }

    @Test func `a redirect is not followed`() throws {
        let elsewhere = try CannedServer(answer("200 OK", KeySet([key.verifyingKey]).serialized()))
        let location = "Location: http://127.0.0.1:\(elsewhere.port)/\r\n"
        let result = try verify(answer: answer("302 Found", "", location))
        #expect(result.status == 3)
        #expect(result.errors.contains("keys_unavailable") && result.errors.contains("302"), "\(result.errors)")
    }

    @Test func `an answer beyond the bound is refused`() throws {
        let result = try verify(answer: answer("200 OK", String(repeating: " ", count: 300_000)))
        #expect(result.status == 3)
        #expect(result.errors.contains("keys_unavailable"), "\(result.errors)")
    }

    @Test func `an answer that is no key set is said`() throws {
        let result = try verify(answer: answer("200 OK", "<html>"))
        #expect(result.status == 2)
        #expect(result.errors.contains("neither a JWK nor PEM"), "\(result.errors)")
    }

    @Test func `nobody there is said`() throws {
        let result = try BuiltBinary.run(["jwt", "verify", "--keys", "http://127.0.0.1:1/jwks.json", token])
        #expect(result.status == 3)
        #expect(result.errors.contains("keys_unavailable"), "\(result.errors)")
    }

    @Test(arguments: ["http://id.example/k", "https://user:pw@id.example/k", "https://"])
    func `only https, or http on loopback, is asked`(url: String) throws {
        let result = try BuiltBinary.run(["jwt", "verify", "--keys", url, token])
        #expect(result.status == 2)
        #expect(result.errors.contains("https URL"), "\(result.errors)")
    }
}
