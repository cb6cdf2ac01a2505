import Testing

@testable import TesseraCore

struct ClientRegistrationTests {
    static func command(
        id: String = "app",
        confidential: Bool = false,
        grants: [String] = [],
        scopes: [String] = [],
        origins: [String] = [],
        redirectURIs: [String] = []
    ) -> AddClient {
        AddClient(
            id: id,
            displayName: nil,
            confidential: confidential,
            grants: grants,
            scopes: scopes,
            audiences: [],
            origins: origins,
            redirectURIs: redirectURIs
        )
    }

    @Test(arguments: [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", "https://app.example/#code=", "https://user@app.example/",
        "http://app.example/", "http://127.0.0.1@evil.example/", "https:///path", "custom:/cb", "/relative",
        "https://app.example/?state=x", "https://app.example/\u{0}", "data:text/html,x",
    ])
    func `a redirect URI that is itself the attack is refused when it is registered`(_ uri: String) {
        #expect(throws: AdministrationError.self) { try ClientRegistration(Self.command(redirectURIs: [uri])) }
    }

    @Test(arguments: [
        "https://app.example/cb?x=1", "http://127.0.0.1:8000/cb", "http://[::1]/cb", "com.example.app:/cb",
    ])
    func `an honest redirect URI is registered`(_ uri: String) throws {
        _ = try ClientRegistration(Self.command(redirectURIs: [uri]))
    }

    @Test func `the built-in client's id is reserved`() {
        #expect(throws: AdministrationError.self) { try ClientRegistration(Self.command(id: "tessera")) }
    }

    @Test func `client_credentials needs a secret`() {
        #expect(throws: AdministrationError.self) {
            try ClientRegistration(Self.command(grants: ["client_credentials"]))
        }
    }

    @Test func `a confidential client may use client_credentials unless told otherwise`() throws {
        #expect(try ClientRegistration(Self.command(confidential: true)).grants == [.clientCredentials])
    }

    @Test func `an unknown grant is refused and the known ones are named`() throws {
        let error = #expect(throws: AdministrationError.self) {
            try ClientRegistration(Self.command(grants: ["implicit"]))
        }
        #expect(error?.message.contains("client_credentials") == true)
    }

    @Test func `the star of the roles is no scope of a client`() {
        #expect(throws: AdministrationError.self) { try ClientRegistration(Self.command(scopes: ["*"])) }
    }

    @Test(arguments: ["https://app.example", "https://app.example:8443", "http://127.0.0.1:3000", "http://[::1]:3000"])
    func `an origin is scheme, host and port`(_ origin: String) throws {
        _ = try ClientRegistration(Self.command(origins: [origin]))
    }

    @Test(arguments: [
        "https://a:b:c", "https://[::1", "https://app.example:99999", "https://app.example/", "app.example",
        "ftp://app.example", "https://", "null", "*",
    ])
    func `what is not an origin is refused`(_ origin: String) {
        #expect(throws: AdministrationError.self) { try ClientRegistration(Self.command(origins: [origin])) }
    }
}
