import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import Testing

@testable import TesseraHTTP

struct RequestBodyTests {
    private func post(_ path: String, _ type: String?, _ body: String) async throws -> TestResponse {
        let headers: HTTPFields = type.map { [.contentType: $0] } ?? [:]
        return try await EdgeFixture().application().test(.router) { client in
            try await client.executeRequest(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
        }
    }

    @Test(arguments: [
        nil, "application/json", "multipart/form-data", "text/plain", "application/x-www-form-urlencodedx",
        "", ";", ";application/x-www-form-urlencoded", "application/x-www-form-urlencoded,text/plain",
    ])
    func `a form of another media type is an invalid request`(type: String?) async throws {
        let response = try await post("/token", type, "username=a")
        #expect(response.status == .badRequest)
        #expect(try response.json()["error"]?.stringValue == "invalid_request")
    }

    @Test(arguments: [
        "Application/X-WWW-Form-Urlencoded; charset=utf-8", "application/x-www-form-urlencoded;charset=\"UTF-8\"",
        "application/x-www-form-urlencoded ; a=b ;", "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=ISO-8859-1", "application/x-www-form-urlencoded; charset=",
        "application/x-www-form-urlencoded; a=\"x;charset=utf-16\"",
    ])
    func `a form's media type may carry parameters and any case`(type: String) async throws {
        let response = try await post("/token", type, "username=a")
        #expect(response.text == "a", "\(response.text)")
    }

    @Test func `a body that is compressed or in another character set is refused rather than misread`() async throws {
        for charset in ["ISO-8859-1", " = windows-1252", "=\"utf-16\""] {
            let type = "application/x-www-form-urlencoded; charset" + (charset.hasPrefix("I") ? "=" : "") + charset
            for text in ["username=%C3%A9", "username=\u{e9}", "\u{e9}=a"] {
                let form = try await post("/token", type, text)
                #expect(form.status == .badRequest, "\(type) \(text)")
                #expect(try form.json()["error_description"]?.stringValue == "The body must be UTF-8.")
            }
        }
        // JSON has no such parameter, and is UTF-8 whatever one says (RFC 8259 §11).
        #expect(try await post("/json", "application/json;charset=iso-8859-1", "{}").status == .ok)
        try await EdgeFixture().application().test(.router) { client in
            for (coding, status) in [
                ("gzip", HTTPResponse.Status.unsupportedMediaType), ("identity, gzip", .unsupportedMediaType),
                ("Identity", .ok), ("", .ok),
            ] {
                let answer = try await client.executeRequest(
                    uri: "/json",
                    method: .post,
                    headers: [.contentType: "application/json", .contentEncoding: coding],
                    body: ByteBuffer(string: "{}")
                )
                #expect(answer.status == status, "\(answer.text)")
            }
        }
    }

    @Test func `an error about a form never quotes it`() async throws {
        let response = try await post("/token", "application/x-www-form-urlencoded", "password=canary%zz&canary[]=1")
        #expect(response.status == .badRequest)
        #expect(!response.text.contains("canary"))
    }

    @Test func `JSON of another media type answers 415`() async throws {
        let response = try await post("/json", "text/json", "{}")
        #expect(response.status == .unsupportedMediaType)
        #expect(try response.json()["code"]?.stringValue == "unsupported_media_type")
    }

    @Test(arguments: ["", "{", "[]", "{\"a\":1,\"a\":2}", "{\"canary\":01}", "{} x", "\"canary\""])
    func `what is not a strict JSON object answers 400 and is not quoted`(text: String) async throws {
        let response = try await post("/json", "application/json", text)
        #expect(response.status == .badRequest)
        let problem = try response.json()
        #expect(problem["code"]?.stringValue == "malformed_json")
        #expect(!response.text.contains("canary"))
    }

    @Test func `the place of a fault in JSON is named`() async throws {
        let response = try await post("/json", "application/json", "{\"a\":1,}")
        #expect(try response.json()["detail"]?.stringValue?.contains("at byte 7") == true)
    }

    @Test func `a body over 64 KiB answers 413`() async throws {
        let large = "username=" + String(repeating: "a", count: 65536 - 9)
        let fits = try await post("/token", "application/x-www-form-urlencoded", large)
        #expect(fits.status == .ok)
        let form = try await post("/token", "application/x-www-form-urlencoded", large + "a")
        #expect(form.status == .contentTooLarge)
        #expect(try form.json()["error"]?.stringValue == "invalid_request")
        let json = try await post("/json", "application/json", "\"" + String(repeating: "a", count: 65536) + "\"")
        #expect(json.status == .contentTooLarge)
        #expect(try json.json()["code"]?.stringValue == "content_too_large")
    }
}
