import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Testing

@Suite struct BearerAuthTests {
    private let issuer: TestIssuer
    private let auth: BearerAuth

    init() throws {
        issuer = try TestIssuer.orders()
        auth = BearerAuth(verifier: issuer.verifier, options: .init(realm: "orders"))
    }

    private func authenticate(_ authorization: String..., target: String = "/orders") throws(BearerFailure)
        -> AuthenticatedToken?
    {
        var fields: HTTPFields = [.accept: "*/*"]
        for value in authorization { fields.append(HTTPField(name: .authorization, value: value)) }
        return try auth.authenticate(fields, method: .get, target: target)
    }

    @Test func `a good token gives its subject, scope, client and session`() throws {
        let token = try #require(try authenticate("Bearer \(issuer.order())"))
        #expect(token.subject == "u1")
        #expect(token.clientID == "app")
        #expect(token.sessionID == "s1")
        #expect(token.scope == ["profile", "orders:read"])
        #expect(token.scope.contains("profile"))
        #expect(!token.scope.contains("orders"))
        #expect(token["scope"]?.stringValue == "orders:read profile")
    }

    @Test(arguments: ["bearer", "BEARER", "bEaReR", "Bearer  "])
    func `the scheme is told without case`(scheme: String) throws {
        #expect(try authenticate("\(scheme) \(issuer.order())")?.subject == "u1")
    }

    @Test func `no credentials, or another scheme's, are nobody's`() throws {
        #expect(try authenticate() == nil)
        #expect(try authenticate("Basic YTpi") == nil)
        #expect(try authenticate("BearerX abc") == nil)
        #expect(try authenticate("Bear abc") == nil)
        #expect(try authenticate("") == nil)
        let token = try issuer.order()
        #expect(try authenticate("DPoP \(token)") == nil)
        #expect(auth.unauthorized.status == .unauthorized)
        // RFC 6750 §3.1: no error code for who sent no credentials.
        #expect(auth.unauthorized.challenge == #"Bearer realm="orders""#)
    }

    @Test func `what is no token by its characters is 400, whatever else is 401`() throws {
        let tokens = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=".utf8)
        for byte in UInt8(ascii: "!")...UInt8(ascii: "~") {
            // Somewhere in a text of some length, so that it is not always a first or a last character.
            for text in [
                "\(Character(UnicodeScalar(byte)))", "abcdefghijklmnop\(Character(UnicodeScalar(byte)))rstuvw",
            ] {
                let refusal = #expect(throws: BearerFailure.self) { _ = try authenticate("Bearer \(text)") }
                #expect(refusal?.code == (tokens.contains(byte) ? .invalidToken : .invalidRequest), "\(text)")
            }
        }
    }

    @Test func `a token is never taken from the query`() throws {
        let token = try issuer.order()
        #expect(try authenticate(target: "/orders?access_token=\(token)") == nil)
    }

    @Test func `two ways or two headers are 400 invalid_request`() throws {
        let token = try issuer.order()
        for (values, target) in [
            (["Bearer \(token)", "Bearer \(token)"], "/"),
            (["Bearer \(token)", "Basic YTpi"], "/"),
            (["Bearer \(token), Bearer \(token)"], "/"),
            (["Bearer \(token)"], "/orders?access_token=x"),
            (["Bearer \(token)"], "/orders?a=b&access_token"),
            (["Bearer"], "/"), (["Bearer "], "/"), (["Bearer a b"], "/"), (["Bearer a\tb"], "/"),
            (["Bearer \(token) "], "/"), (["Bearer ü"], "/"), (["Bearer \"\(token)\""], "/"),
        ] {
            var fields = HTTPFields()
            for value in values { fields.append(HTTPField(name: .authorization, value: value)) }
            do throws(BearerFailure) {
                let answer = try auth.authenticate(fields, method: .get, target: target)
                // A field's value is trimmed as HTTP asks; then the token is good.
                #expect(answer != nil && values == ["Bearer \(token) "], "\(values) \(target)")
            } catch {
                #expect(error.code == .invalidRequest)
                #expect(error.status == .badRequest)
                #expect(error.challenge == #"Bearer realm="orders", error="invalid_request""#)
            }
        }
    }

    @Test func `the words access_token elsewhere in the target are no second way`() throws {
        let value = "Bearer \(try issuer.order())"
        #expect(try authenticate(value, target: "/access_token=x")?.subject == "u1")
        #expect(try authenticate(value, target: "/?xaccess_token=1&access_tokens=2&a=access_token")?.subject == "u1")
    }

    @Test func `a bad token is 401 invalid_token, and the client is told no more`() throws {
        let good = try issuer.order()
        let other = try TestIssuer.orders()
        let bad: [(String, JWTError.Code)] = [
            ("x", .malformed),
            (good + ".x", .malformed),
            (String(good.dropLast(2)), .signatureInvalid),
            (try other.order(), .keyNotFound),
            (try issuer.order(type: "JWT"), .typeMismatch),
            (try issuer.order(audience: "elsewhere"), .audienceMismatch),
            (try issuer.order(adding: ["iss": "https://evil.example"]), .issuerMismatch),
            (try issuer.order(adding: ["exp": 1_800_000_000]), .expired),
            (try issuer.order(adding: ["iat": 1_800_000_100]), .issuedInFuture),
            (try issuer.order(subject: ""), .claimMissing),
            (try issuer.order(adding: ["cnf": ["jkt": "x"]]), .claimInvalid),
        ]
        for (token, code) in bad {
            let error = #expect(throws: BearerFailure.self) { try authenticate("Bearer \(token)") }
            #expect(error?.code == .invalidToken)
            #expect(error?.reason?.code == code)
            #expect(error?.status == .unauthorized)
            #expect(error?.challenge == #"Bearer realm="orders", error="invalid_token""#)
            #expect(error?.problem.contains(code.rawValue) == false)
            #expect(token.count < 8 || error?.description.contains(token) == false)
        }
    }

    @Test func `the log knows the claim, what was expected and what came`() throws {
        let token = try issuer.order(audience: "elsewhere")
        let error = #expect(throws: BearerFailure.self) { try authenticate("Bearer \(token)") }
        #expect(error?.reason?.claim == "aud")
        #expect(error?.reason?.expected == "orders")
        #expect(error?.reason?.received?.contains("elsewhere") == true)
    }

    @Test func `too little is 403 insufficient_scope, and the scope is named`() throws {
        let token = try #require(try authenticate("Bearer \(issuer.order())"))
        try auth.require(.all(["profile", "orders:read"]), of: token)
        try auth.require(.any(["admin", "profile"]), of: token)
        try auth.require(.where { $0.subject == "u1" }, of: token)
        let all = #expect(throws: BearerFailure.self) {
            try auth.require(.all(["profile", "orders:write"]), of: token)
        }
        #expect(all?.status == .forbidden)
        #expect(
            all?.challenge == #"Bearer realm="orders", error="insufficient_scope", scope="profile orders:write""#
        )
        #expect(throws: BearerFailure.self) { try auth.require(.any(["admin", "orders:write"]), of: token) }
        let rule = #expect(throws: BearerFailure.self) { try auth.require(.where { $0.subject == "u2" }, of: token) }
        #expect(rule?.challenge == #"Bearer realm="orders", error="insufficient_scope""#)
    }

    @Test func `a realm cannot break out of its quotes`() {
        let auth = BearerAuth(verifier: issuer.verifier, options: .init(realm: "a\"b\\c\r\nX: y"))
        #expect(auth.unauthorized.challenge == #"Bearer realm="a\"b\\cX: y""#)
    }

    @Test func `a revoked session's token is refused at once, also one that was seen before`() throws {
        let revoked = RevokedSessions()
        let auth = BearerAuth(verifier: issuer.verifier, revocation: revoked)
        let fields: HTTPFields = [.authorization: "Bearer \(try issuer.order())"]
        #expect(try auth.authenticate(fields, method: .get, target: "/") != nil)
        revoked.revoke("s1")
        let error = #expect(throws: BearerFailure.self) {
            try auth.authenticate(fields, method: .get, target: "/")
        }
        #expect(error?.reason?.code == .revoked)
        #expect(error?.code == .invalidToken)
    }
}
