import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Testing

extension SocketTests {
    /// An issuer that answers wrongly: what a request gets, and what is said of it.
    @Suite struct FaultyIssuerTests {
        struct Case: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let fault: HTTPTestIssuer.Fault
            let code: FetchFailure.Code

            init(_ name: String, _ fault: HTTPTestIssuer.Fault, _ code: FetchFailure.Code) {
                (testDescription, self.fault, self.code) = (name, fault, code)
            }
        }

        static let common = [
            Case("no answer", .silence, .timedOut),
            Case("half an answer, then silence", .stall, .timedOut),
            Case("a byte now and then", .trickle(.milliseconds(200)), .timedOut),
            Case("a cut answer", .truncation, .unreachable),
            Case("a closed connection", .hangUp, .unreachable),
            Case("a huge answer", .size(300_000), .tooLarge),
            Case("a page", .type("text/html; charset=utf-8"), .wrongType),
            Case("a redirect", .redirect("http://127.0.0.1:1/"), .redirected),
            Case("garbage", .body("<!DOCTYPE html>"), .malformed),
            Case("JSON of another kind", .body("[]"), .malformed),
            Case("an empty body", .body(""), .malformed),
            Case("a key twice", .body(#"{"keys":[],"keys":[],"issuer":"x","issuer":"y"}"#), .malformed),
            Case("500", .status(500), .status),
            Case("204", .status(204), .status),
            Case("304 without a question", .status(304), .redirected),
        ]

        private func answer(
            _ fault: HTTPTestIssuer.Fault,
            at endpoints: HTTPTestIssuer.Endpoint...
        ) async throws -> FetchFailure.Code? {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            for endpoint in endpoints { issuer.misbehave(fault, at: endpoint) }
            let auth = try BearerAuth(
                issuer: issuer.url,
                audience: "api",
                options: .quick { $0.requestTimeout = fault.isSlow ? .milliseconds(500) : .seconds(2) }
            )
            let fields: HTTPFields = [.authorization: "Bearer \(try issuer.tokens.token())"]
            let failure = await #expect(throws: BearerFailure.self) {
                try await auth.authenticate(fields, method: .get, url: "/")
            }
            #expect(failure?.code == .keysUnavailable)
            #expect(failure?.status == .serviceUnavailable)
            #expect(failure?.fields[.retryAfter] == "5")
            #expect(failure?.challenge == nil)
            let code = auth.issuers.first?.keyFailure?.code
            // Once the issuer behaves, so does the service.
            for endpoint in endpoints { issuer.misbehave(nil, at: endpoint) }
            let healed = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
            #expect(await healed.answer(try issuer.tokens.token()) == "u1")
            return code
        }

        @Test(arguments: common)
        func `a fault of the key set is 503`(_ fault: Case) async throws {
            #expect(try await answer(fault.fault, at: .keys) == fault.code)
        }

        @Test(arguments: common)
        func `a fault of the metadata is 503`(_ fault: Case) async throws {
            #expect(try await answer(fault.fault, at: .openIDConfiguration, .authorizationServer) == fault.code)
        }

        @Test(arguments: [
            ("https://evil.example", FetchFailure.Code.issuerMismatch), ("URL/", .issuerMismatch),
            ("HTTP", .issuerMismatch), ("", .issuerMismatch),
        ])
        func `metadata of another issuer is refused, byte for byte`(name: String, code: FetchFailure.Code) async throws
        {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let other = name.replacing("URL", with: issuer.url).replacing(
                "HTTP",
                with: "HTTP" + issuer.url.dropFirst(4)
            )
            let metadata: JSONObject = ["issuer": .string(other), "jwks_uri": .string(issuer.url + "/jwks")]
            issuer.misbehave(.body(metadata.text), at: .openIDConfiguration)
            let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
            #expect(await auth.answer(try issuer.tokens.token()) == "keys_unavailable")
            #expect(auth.issuers.first?.keyFailure?.code == code)
            #expect(issuer.requestCount(.keys) == 0)
        }

        @Test(arguments: [
            ("http://id.example/jwks", FetchFailure.Code.addressNotAllowed), ("file:///etc/passwd", .addressNotAllowed),
            ("/jwks", .addressNotAllowed), ("https://a@id.example/jwks", .addressNotAllowed), ("", .addressNotAllowed),
        ])
        func `an address in the metadata that is not https is not asked`(
            url: String,
            code: FetchFailure.Code
        ) async throws {
            for member in ["jwks_uri", "revocation_feed_uri"] {
                let issuer = try await HTTPTestIssuer(hasFeed: false)
                var metadata: JSONObject = ["issuer": .string(issuer.url), "jwks_uri": .string(issuer.url + "/jwks")]
                metadata[member] = .string(url)
                issuer.misbehave(.body(metadata.text), at: .openIDConfiguration)
                let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
                #expect(await auth.answer(try issuer.tokens.token()) == "keys_unavailable")
                #expect(auth.issuers.first?.keyFailure?.code == code)
            }
        }

        @Test func `a redirect is not followed, even to the right keys`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let other = try await HTTPTestIssuer(hasFeed: false)
            issuer.misbehave(.redirect(other.url + "/jwks"), at: .keys)
            let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
            #expect(await auth.answer(try issuer.tokens.token()) == "keys_unavailable")
            #expect(other.requestCount(.keys) == 0)
        }

        @Test(arguments: common + [Case("an empty set", .body(#"{"keys":[]}"#), .noUsableKeys)])
        func `a fault after the keys were loaded takes nothing away`(_ fault: Case) async throws {
            let time = ManualTime()
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try BearerAuth(
                issuer: issuer.url,
                audience: "api",
                options: .quick { $0.requestTimeout = fault.fault.isSlow ? .milliseconds(500) : .seconds(2) },
                clock: .system,
                timing: time.timing
            )
            let token = try issuer.tokens.token()
            #expect(await auth.answer(token) == "u1")
            let stranger = try TestIssuer(issuer: issuer.url).token()
            // So that the keys are sent, and not that nothing has changed.
            try issuer.tokens.rotateKey()
            for endpoint in [HTTPTestIssuer.Endpoint.keys, .openIDConfiguration, .authorizationServer] {
                issuer.misbehave(fault.fault, at: endpoint)
                time.advance(by: .seconds(31))
                #expect(await auth.answer(stranger) == "key_not_found")
                #expect(auth.answerAtOnce(token) == "u1")
                #expect(auth.isReady)
            }
            #expect(auth.issuers.first?.keyFailure?.code == (fault.fault == .status(304) ? nil : fault.code))
        }

        @Test func `an oct key in a published set verifies nothing`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let secret = try SigningKey.generate(.hs256, keyID: "shared")
            let published = try JSONObject(parsing: issuer.tokens.keys.serialized())["keys"]?.arrayValue ?? []
            let set: JSONObject = ["keys": .array(published + [.object(secret.verifyingKey.jwk.members)])]
            issuer.misbehave(.body(set.text), at: .keys)
            let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
            let forged = try TokenSigner(secret, issuer: issuer.url, audience: "api", lifetime: .seconds(60))
                .sign(subject: "u1", adding: ["client_id": "app"] as JSONObject)
            #expect(await auth.answer(forged) == "key_not_found")
            #expect(await auth.answer(try issuer.tokens.token()) == "u1")
            #expect(auth.issuers.first?.unusableKeyCount == 1)
        }

        @Test func `a JWK without alg is bound to the usual algorithms that fit it`() async throws {
            for algorithm in [SignatureAlgorithm.rs256, .ps256, .es256] {
                let issuer = try await HTTPTestIssuer(algorithm, hasFeed: false)
                var key = try #require(
                    try JSONObject(parsing: issuer.tokens.keys.serialized())["keys"]?.arrayValue?.first?.objectValue
                )
                key["alg"] = nil
                let set: JSONObject = ["keys": [.object(key)]]
                issuer.misbehave(.body(set.text), at: .keys)
                let token = try issuer.tokens.token()
                let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
                #expect(await auth.answer(token) == "u1")
                // The service may name fewer.
                let strict = try BearerAuth(
                    issuer: issuer.url,
                    audience: "api",
                    options: .quick { $0.algorithms = [.es512, .rs512] }
                )
                #expect(await strict.answer(token) != "u1")
            }
        }
    }
}

extension HTTPTestIssuer.Fault {
    /// Whether it lasts until somebody gives up.
    var isSlow: Bool {
        switch self {
        case .silence, .stall, .trickle: true
        default: false
        }
    }
}
