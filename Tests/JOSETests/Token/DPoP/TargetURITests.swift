import JOSE
import Testing

@Suite struct `A request's target` {
    static func normal(_ url: String) throws -> String? {
        let signer = try DPoPSigner(SigningKey.generate(.es256))
        guard let proof = try? signer.proof(method: "GET", url: url) else { return nil }
        return try UnverifiedToken(proof).claims["htu"]?.stringValue
    }

    @Test(arguments: [
        ("HTTPS://Api.Example/A", "https://api.example/A"), ("https://x", "https://x/"), ("https://x?q", "https://x/"),
        ("https://x#f", "https://x/"), ("https://x:443/", "https://x/"), ("http://x:80/", "http://x/"),
        ("https://x:/", "https://x/"), ("https://x:80/", "https://x:80/"), ("http://x:443", "http://x:443/"),
        ("https://x:08443/", "https://x:8443/"), ("https://x:00443/a", "https://x/a"),
        ("https://x/%7euser/%41%2d", "https://x/~user/A-"), ("https://x/a%2fb%c3%a9", "https://x/a%2Fb%C3%A9"),
        ("https://x/a/./b", "https://x/a/b"), ("https://x/a/../b", "https://x/b"), ("https://x/a/b/..", "https://x/a/"),
        ("https://x/a/.", "https://x/a/"), ("https://x/../../a", "https://x/a"),
        ("https://x/a/%2e%2e/b", "https://x/b"),
        ("https://x/a//b", "https://x/a//b"), ("https://x/...", "https://x/..."), ("https://x/..", "https://x/"),
        ("https://x/a:b@c;d=e,f!$&'()*+", "https://x/a:b@c;d=e,f!$&'()*+"), ("https://%45xample/", "https://example/"),
        ("https://ex%2dample/", "https://ex-ample/"), ("https://a%c3%a9B/", "https://a%C3%A9b/"),
        ("https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"), ("https://[::1]:8080", "https://[::1]:8080/"),
        ("https://127.0.0.1/", "https://127.0.0.1/"), ("https://x/?a=http://y/..%", "https://x/"),
    ])
    func `is written in one way`(_ url: String, _ target: String) throws {
        #expect(try Self.normal(url) == target)
        // What is normal stays as it is.
        #expect(try Self.normal(target) == target)
    }

    @Test(arguments: [
        "", ":", "://", "https", "https:", "https:/x", "https:///x", "https://?q", "https://:443/", "//x/", "x/y",
        "ftp://x/", "httpss://x/", " https://x/", "https://x/ ", "https://x/a b", "https://x/a\nb", "https://x/a\\b",
        "https://x/\"", "https://x/<a>", "https://x/{a}", "https://x/a|b", "https://x/^", "https://x/`",
        "https://u@x/", "https://u:p@x/", "https://@x/", "https://x:65536/", "https://x:+443/", "https://[::1]a/",
        "https://x:-1/", "https://x:8a/",
        "https://x:1:2/", "https://x/%", "https://x/%4", "https://x/%4g", "https://x/%zz", "https://x/%z1",
        "https://%/", "https://%zz/",
        "https:abx/",
        "https://[::1/",
        "https://[]/", "https://[::g]/", "https://[::1]x/", "https://::1/", "https://x\u{0}/", "https://caf\u{E9}/",
        "https://x/\u{E9}", "https://x/?\u{E9}", "https://x/#\n", "\u{212A}ttps://x/", "https://x[/",
    ])
    func `that is no plain http URL is none`(_ url: String) throws {
        #expect(try Self.normal(url) == nil)
    }
}
