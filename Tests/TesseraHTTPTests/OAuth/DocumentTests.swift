import HTTPTypes
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct DocumentTests {
    @Test func `the key set verifies tokens, may be kept five minutes and is not sent twice`() async throws {
        try await ServerFixture().run { caller in
            let response = try await caller.get("/.well-known/jwks.json", headers: [.origin: "https://any.example"])
            #expect(response.headers[.cacheControl] == "public, max-age=300")
            #expect(response.headers[.accessControlAllowOrigin] == "*")
            let keys = try KeySet(parsing: Array(response.text.utf8))
            #expect(keys.keys.count == 1)
            #expect(!response.text.contains("\"d\""))
            let tokens = try await caller.logIn()
            let header = try UnverifiedToken(tokens.access).header
            #expect(header["kid"]?.stringValue == keys.keys.first?.keyID)
            let tag = try #require(response.headers[.eTag])
            for given in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                let again = try await caller.get("/.well-known/jwks.json", headers: [.ifNoneMatch: given])
                #expect(again.status == .notModified)
                #expect(again.text.isEmpty)
                #expect(again.headers[.eTag] == tag)
            }
            let other = try await caller.get("/.well-known/jwks.json", headers: [.ifNoneMatch: "\"other\""])
            #expect(other.status == .ok)
        }
    }

    @Test func `with a shared secret no key is published`() async throws {
        let fixture = try await ServerFixture {
            $0.signingAlgorithm = .hs256
            $0.signingSecret = .init(String(repeating: "s", count: 32))
        }
        try await fixture.run { caller in
            let text = try await caller.get("/.well-known/jwks.json").text
            #expect(text == #"{"keys":[]}"#)
        }
    }

    @Test func `both metadata documents name the issuer and list only what works`() async throws {
        try await ServerFixture().run { caller in
            for path in ["oauth-authorization-server", "openid-configuration"] {
                let response = try await caller.get("/.well-known/\(path)", headers: [.forwarded: "host=evil.example"])
                let metadata = try response.json()
                #expect(metadata["issuer"]?.stringValue == "https://id.example")
                #expect(!response.text.contains("evil"))
                #expect(metadata["authorization_endpoint"] == nil)
                let documents = ["jwks_uri", "revocation_feed_uri"]
                for name in metadata.names where name.hasSuffix("_endpoint") || documents.contains(name) {
                    let address = try #require(metadata[name]?.stringValue)
                    #expect(address.hasPrefix("https://id.example/"))
                    let target = String(address.dropFirst("https://id.example".count))
                    let answer = try await caller.get(target)
                    #expect(answer.status == (documents.contains(name) ? .ok : .methodNotAllowed), "\(name)")
                }
                #expect(metadata["revocation_feed_uri"]?.stringValue == "https://id.example/revocations")
                let grants = metadata["grant_types_supported"]?.stringsValue
                #expect(grants == ["password", "refresh_token", "client_credentials"])
            }
        }
    }

    @Test func `a grant that is switched off is not listed`() async throws {
        try await ServerFixture(configure: { $0.passwordGrant = .off }).run { caller in
            let metadata = try await caller.get("/.well-known/openid-configuration").json()
            #expect(metadata["grant_types_supported"]?.stringsValue == ["refresh_token", "client_credentials"])
        }
    }

    @Test func `an issuer with a path is found where both standards look`() async throws {
        try await ServerFixture(configure: { $0.issuer = "https://example.org/auth" }).run { caller in
            for path in [
                "/.well-known/oauth-authorization-server/auth", "/auth/.well-known/oauth-authorization-server",
                "/auth/.well-known/openid-configuration", "/.well-known/openid-configuration",
            ] {
                let metadata = try await caller.get(path).json()
                #expect(metadata["issuer"]?.stringValue == "https://example.org/auth", "\(path)")
                #expect(metadata["token_endpoint"]?.stringValue == "https://example.org/auth/token")
            }
            #expect(try await caller.get("/auth/.well-known/jwks.json").status == .ok)
            #expect(try await caller.get("/auth/users/me").status == .unauthorized)
            #expect(try await caller.get("/authx/users/me").status == .notFound)
        }
    }
}
