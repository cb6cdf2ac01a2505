import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Testing

extension SocketTests {
    /// Keys from afar, over a real socket.
    @Suite struct RemoteKeyTests {
        private let time = ManualTime()

        private func auth(_ issuer: HTTPTestIssuer, _ options: BearerAuth.Options = .quick) throws -> BearerAuth {
            try BearerAuth(issuer: issuer.url, audience: "api", options: options, clock: .system, timing: time.timing)
        }

        @Test func `the keys are found by discovery, and an unmodified token passes`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try auth(issuer)
            #expect(await auth.answer(try issuer.tokens.token(subject: "alice")) == "alice")
            #expect(issuer.requestCount(.openIDConfiguration) == 1)
            #expect(issuer.requestCount(.authorizationServer) == 0)
            #expect(issuer.requestCount(.keys) == 1)
            let state = try #require(auth.issuers.first)
            #expect(state.keyCount == 1)
            #expect(state.keyFailure == nil)
            #expect(state.isReady && auth.isReady)
        }

        @Test func `where there is no OpenID configuration, the authorisation server's metadata is asked`() async throws
        {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            issuer.misbehave(.status(404), at: .openIDConfiguration)
            let auth = try auth(issuer)
            #expect(await auth.answer(try issuer.tokens.token()) == "u1")
            #expect(issuer.requestCount(.authorizationServer) == 1)
        }

        @Test func `the audience is the issuer unless it is named`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try BearerAuth(issuer: issuer.url, options: .quick)
            #expect(await auth.answer(try issuer.tokens.token()) == "audience_mismatch")
            #expect(await auth.answer(try issuer.tokens.token(audience: Audience(issuer.url))) == "u1")
        }

        @Test(arguments: [
            "http://id.example", "https://id.example?x=1", "https://id.example#x", "https://me:secret@id.example",
            "ftp://id.example", "id.example", "", "https://", "https://id.example:99999",
            "http://127.0.0.1.evil.example",
            "http://localhost.evil.example", "https://id.exa mple",
        ])
        func `an issuer that is not https, or no plain address, is refused when it is named`(issuer: String) {
            #expect(throws: IssuerError.self) { try BearerAuth(issuer: issuer) }
        }

        @Test func `plain http is for loopback, or where it is allowed`() throws {
            _ = try BearerAuth(issuer: "http://127.0.0.1:8080")
            _ = try BearerAuth(issuer: "http://[::1]:8080")
            _ = try BearerAuth(issuer: "http://localhost/tenant")
            var options = BearerAuth.Options()
            options.allowsInsecureIssuer = true
            _ = try BearerAuth(issuer: "http://id.internal", options: options)
        }

        @Test func `every request waits for the one fetch that is under way`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try auth(issuer)
            let token = try issuer.tokens.token()
            let answers = await withTaskGroup(of: String.self) { group in
                for _ in 0..<50 { group.addTask { await auth.answer(token) } }
                return await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(answers == ["u1"])
            #expect(issuer.requestCount(.keys) == 1)
            #expect(issuer.requestCount(.openIDConfiguration) == 1)
        }

        @Test func `a service has its keys before the first request, and refreshes them ahead of expiry`() async throws
        {
            let issuer = try await HTTPTestIssuer(hasFeed: false, maximumAge: 600)
            let auth = try auth(issuer)
            try await auth.running {
                await time.waitForSleepers(1)
                let token = try issuer.tokens.token()
                #expect(auth.answerAtOnce(token) == "u1")
                // Four fifths of the ten minutes: ahead, with some chance in it.
                #expect(time.sleeps == [.seconds(480)])
                time.advance(by: .seconds(480))
                await issuer.waitForRequests(2, at: .keys)
                await time.waitForSleepers(1)
                #expect(issuer.requestCount(.keys) == 2)
            }
        }

        @Test func `what has not changed is not sent again, and counts as fresh`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try auth(issuer)
            try await auth.running {
                await time.waitForSleepers(1)
                #expect(issuer.lastRequest(.keys, field: "if-none-match") == nil)
                time.advance(by: .seconds(300))
                await issuer.waitForRequests(2, at: .keys)
                await time.waitForSleepers(1)
                #expect(issuer.lastRequest(.keys, field: "if-none-match")?.hasPrefix("\"") == true)
                let state = try #require(auth.issuers.first)
                #expect(state.keyAge == .zero)
                #expect(state.keyFailure == nil)
                #expect(auth.answerAtOnce(try issuer.tokens.token()) == "u1")
            }
        }

        @Test(arguments: [(0, 48), (1, 48), (86_400 * 365, 2880)])
        func `Cache-Control is honoured within bounds`(maximumAge: Int, seconds: Int) async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false, maximumAge: maximumAge)
            try await auth(issuer).running {
                await time.waitForSleepers(1)
                #expect(time.sleeps == [.seconds(seconds)])
            }
        }

        @Test func `keys outlive an outage, for a day and not longer`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try auth(issuer)
            let token = try issuer.tokens.token(lifetime: .seconds(3600))
            #expect(await auth.answer(token) == "u1")
            await issuer.stop()
            time.advance(by: .seconds(24 * 3600))
            #expect(auth.answerAtOnce(token) == "u1")
            #expect(await auth.answer(token) == "u1")
            time.advance(by: .seconds(1))
            #expect(await auth.answer(token) == "keys_unavailable")
            #expect(!auth.isReady)
            #expect(auth.issuers.first?.keyFailure?.code == .unreachable)
            try await issuer.restart()
            time.advance(by: .seconds(60))
            #expect(await auth.answer(token) == "u1")
            #expect(auth.isReady)
        }

        @Test func `a service starts without its issuer, and heals by itself`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let token = try issuer.tokens.token()
            await issuer.stop()
            let auth = try auth(issuer)
            try await auth.running {
                await time.waitForSleepers(1)
                let fields: HTTPFields = [.authorization: "Bearer \(token)"]
                let failure = await #expect(throws: BearerFailure.self) {
                    try await auth.authenticate(fields, method: .get, url: "/")
                }
                #expect(failure?.status == .serviceUnavailable)
                #expect(failure?.fields[.retryAfter] == "5")
                // Twice as long each time, up to half a minute.
                for _ in 0..<8 {
                    time.advance(by: .seconds(30))
                    await time.waitForSleepers(1)
                }
                let waits = time.sleeps
                #expect(waits.first == .milliseconds(375))
                #expect(waits[1] == .milliseconds(750))
                #expect(waits.max() == .seconds(22.5))
                try await issuer.restart()
                time.advance(by: .seconds(30))
                await issuer.waitForRequests(1, at: .keys)
                await time.waitForSleepers(1)
                #expect(auth.answerAtOnce(token) == "u1")
            }
        }

        @Test func `requests do not hammer an issuer that is down`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            issuer.misbehave(.status(500), at: .openIDConfiguration)
            issuer.misbehave(.status(500), at: .authorizationServer)
            let auth = try auth(issuer)
            let token = try issuer.tokens.token()
            for _ in 0..<20 { #expect(await auth.answer(token) == "keys_unavailable") }
            #expect(issuer.requestCount(.openIDConfiguration) == 1)
            time.advance(by: .seconds(1))
            for _ in 0..<20 { #expect(await auth.answer(token) == "keys_unavailable") }
            #expect(issuer.requestCount(.openIDConfiguration) == 2)
        }

        @Test func `a token of a new key has the keys fetched at once, and passes`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try auth(issuer)
            let old = try issuer.tokens.token(subject: "old")
            #expect(await auth.answer(old) == "old")
            try issuer.tokens.rotateKey()
            #expect(await auth.answer(try issuer.tokens.token(subject: "new")) == "new")
            #expect(issuer.requestCount(.keys) == 2)
            #expect(await auth.answer(old) == "old")
            try issuer.tokens.rotateKey(keepsOld: false)
            time.advance(by: .seconds(31))
            #expect(await auth.answer(try issuer.tokens.token(subject: "newer")) == "newer")
            // The old key has left the set: what it signed is worth nothing any more.
            #expect(auth.answerAtOnce(old) == "key_not_found")
        }

        @Test func `a flood of unknown kids makes one fetch a cooldown and delays no known key`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try auth(issuer)
            let good = try issuer.tokens.token()
            #expect(await auth.answer(good) == "u1")
            let strangers = try (0..<200).map { _ in try TestIssuer(issuer: issuer.url).token() }
            // The issuer does not answer: whoever waits for it waits long.
            issuer.misbehave(.silence, at: .keys)
            await withTaskGroup(of: Void.self) { group in
                for token in strangers { group.addTask { #expect(await auth.answer(token) == "key_not_found") } }
                await issuer.waitForRequests(2, at: .keys)
                for _ in 0..<200 { #expect(auth.answerAtOnce(good) == "u1") }
                #expect(await auth.answer(good) == "u1")
            }
            #expect(issuer.requestCount(.keys) == 2)
            issuer.misbehave(nil, at: .keys)
            for token in strangers { #expect(await auth.answer(token) == "key_not_found") }
            #expect(issuer.requestCount(.keys) == 2)
            time.advance(by: .seconds(30))
            for token in strangers { #expect(await auth.answer(token) == "key_not_found") }
            // One for the tokens, and the one that was due after the failure.
            #expect(issuer.requestCount(.keys) == 4)
            #expect(auth.answerAtOnce(good) == "u1")
        }

        @Test func `several issuers are told apart by iss, and none's key vouches for another`() async throws {
            let (one, two) = (
                try await HTTPTestIssuer(hasFeed: false), try await HTTPTestIssuer(.ed25519, hasFeed: false)
            )
            let auth = try BearerAuth(issuers: [.init(one.url), .init(two.url)], audience: "api", options: .quick)
            #expect(await auth.answer(try one.tokens.token(subject: "a")) == "a")
            #expect(await auth.answer(try two.tokens.token(subject: "b")) == "b")
            #expect(await auth.answer(try one.tokens.token(adding: ["iss": .string(two.url)])) == "key_not_found")
            #expect(await auth.answer(try TestIssuer().token()) == "issuer_mismatch")
            #expect(await auth.answer("x.y.z") == "malformed")
            #expect(auth.issuers.count == 2)
            #expect(throws: IssuerError.self) { try BearerAuth(issuers: [], audience: "api") }
            #expect(throws: IssuerError.self) {
                try BearerAuth(issuers: [.init(one.url), .init(one.url)], audience: "api")
            }
        }

        @Test func `an issuer with tenants names them by a template, and the claim must say the same`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let template = issuer.url + "/{tenant}/v2.0"
            let metadata: JSONObject = ["issuer": .string(template), "jwks_uri": .string(issuer.url + "/jwks")]
            issuer.misbehave(.body(metadata.text), at: .openIDConfiguration)
            let trusted = TrustedIssuer.template(template, claim: "tid", metadata: issuer.url)
            let auth = try BearerAuth(issuers: [trusted], audience: "api", options: .quick)
            func token(_ name: String, _ tenant: JSONValue) throws -> String {
                try issuer.tokens.token(adding: ["iss": .string(issuer.url + name), "tid": tenant])
            }
            #expect(await auth.answer(try token("/acme/v2.0", "acme")) == "u1")
            #expect(await auth.answer(try token("/acme/v2.0", "other")) == "issuer_mismatch")
            #expect(await auth.answer(try token("/a/b/v2.0", "a/b")) == "issuer_mismatch")
            #expect(await auth.answer(try token("/{tenant}/v2.0", "{tenant}")) == "issuer_mismatch")
            #expect(await auth.answer(try token("/acme/v2.0", 1)) == "issuer_mismatch")
            #expect(await auth.answer(try issuer.tokens.token()) == "issuer_mismatch")
            #expect(throws: IssuerError.self) {
                try BearerAuth(
                    issuers: [.template("https://{tenant}.example", claim: "tid", metadata: issuer.url)],
                    audience: "api"
                )
            }
        }

        @Test func `a service group that stops ends it cleanly`() async throws {
            let issuer = try await HTTPTestIssuer()
            let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
            try await auth.running { await issuer.waitForRequests(2, at: .revocations) }
            let given = BearerAuth(verifier: try TestIssuer().verifier)
            try await given.running {}
        }
    }
}
