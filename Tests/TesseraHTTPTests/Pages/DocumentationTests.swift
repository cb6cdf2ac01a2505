import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import TestSupport
import Testing

@testable import TesseraHTTP

struct DocumentationTests {
    @Test(arguments: [false, true])
    func `every route is in the OpenAPI document, and every operation is a route`(separate: Bool) async throws {
        var fixture = try await ServerFixture()
        if separate { fixture.settings.operationsListen = .init(host: "127.0.0.1", port: 0) }
        let routes = Set(
            fixture.server.routes.main().routes
                .map { "\($0.method.rawValue) \($0.path)" }
                .filter { !$0.contains(" /docs/") && !$0.hasPrefix("HEAD ") }
        )
        let document = try await fixture.run { try await $0.get("/openapi.json").json() }
        #expect(document["openapi"]?.stringValue == "3.1.0")
        var operations: Set<String> = []
        var ids: [String] = []
        for path in document["paths"]?.objectValue?.members ?? [] {
            for method in path.value.objectValue?.members ?? [] {
                operations.insert("\(method.name.uppercased()) \(path.name)")
                ids.append(method.value["operationId"]?.stringValue ?? "")
            }
        }
        #expect(routes == operations)
        #expect(Set(ids).count == ids.count)
        #expect(routes.contains("GET /metrics") != separate)
    }

    @Test func `every schema that is named is there, and there is no other`() async throws {
        let fixture = try await ServerFixture()
        let document = try await fixture.run { try await $0.get("/openapi.json").json() }
        let text = document.text
        let schemas = Set(document["components"]?["schemas"]?.objectValue?.names ?? [])
        let named = text.matches(of: /"#\/components\/schemas\/([A-Za-z]+)"/).map { String($0.1) }
        #expect(Set(named) == schemas)
    }

    @Test func `the page runs nothing inline and loads nothing from elsewhere`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            let page = try await caller.get("/docs")
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            let policy = try #require(page.headers[.contentSecurityPolicy])
            for directive in [
                "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
                "frame-ancestors 'none'", "base-uri 'none'",
            ] {
                #expect(policy.contains(directive))
            }
            #expect(!policy.contains("unsafe"))
            #expect(page.headers[.xFrameOptions] == "DENY")
            #expect(page.headers[.referrerPolicy] == "no-referrer")
            #expect(page.headers[.xContentTypeOptions] == "nosniff")
            #expect(!page.text.contains("style="))
            #expect(page.text.firstMatch(of: /\son[a-z]+=/) == nil)
            #expect(page.text.firstMatch(of: /<script(?![^>]*src=)/) == nil)
            for match in page.text.matches(of: /(?:src|href)="([^"#]+)"/) {
                let address = String(match.1)
                #expect(!address.contains(":"), "\(address)")
                #expect(try await caller.get("/\(address)").status == .ok, "\(address)")
            }
            let script = try await caller.get("/docs/script.js")
            #expect(script.headers[.contentType] == "text/javascript; charset=utf-8")
            let tag = try #require(script.headers[.eTag])
            #expect(try await caller.get("/docs/script.js", headers: [.ifNoneMatch: tag]).status == .notModified)
        }
    }

    @Test func `what stands in the page is escaped`() {
        #expect(HTML.escaped("<a href='x' title=\"y\">&") == "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;")
        let issuer = Issuer("https://x/\"><script>alert(1)</script>")
        let page = DocsPage(issuer: issuer, version: "<b>", operations: APIOperation.account).html
        #expect(!page.contains("<script>alert"))
        #expect(!page.contains("<b>\n"))
    }
}
