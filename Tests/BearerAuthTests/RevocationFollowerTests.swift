import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Testing

extension SocketTests {
    /// Revocations from afar, over a real socket.
    @Suite struct RevocationFollowerTests {
        private let time = ManualTime()

        private func auth(
            _ issuer: HTTPTestIssuer,
            keys: KeySet? = nil,
            _ options: BearerAuth.Options = .quick
        ) throws -> BearerAuth {
            try BearerAuth(
                issuer: issuer.url,
                audience: "api",
                keys: keys,
                options: options,
                clock: .system,
                timing: time.timing
            )
        }

        /// Waits until the follower has taken what it was told: it asks again only then.
        private func followed(_ issuer: HTTPTestIssuer, _ change: () throws -> Void) async throws {
            let count = issuer.requestCount(.revocations)
            try change()
            await issuer.waitForRequests(count + 1, at: .revocations)
        }

        @Test func `a session, a token, a subject and a client are refused as soon as the feed says so`() async throws {
            let issuer = try await HTTPTestIssuer()
            let auth = try auth(issuer)
            let tokens = issuer.tokens
            let bySession = try tokens.token(sessionID: "s7")
            let byToken = try tokens.token()
            let bySubject = try tokens.token(subject: "mallory")
            let byClient = try tokens.token(clientID: "stolen")
            let other = try tokens.token()
            try await auth.running {
                await issuer.waitForRequests(2, at: .revocations)
                let all = [bySession, byToken, bySubject, byClient]
                for token in all { #expect(await !auth.answer(token).isEmpty) }
                try await followed(issuer) { issuer.revoke(session: "s7") }
                #expect(await auth.answer(bySession) == "revoked")
                try await followed(issuer) { issuer.revoke(token: byToken) }
                #expect(await auth.answer(byToken) == "revoked")
                try await followed(issuer) { issuer.revoke(subject: "mallory") }
                #expect(await auth.answer(bySubject) == "revoked")
                try await followed(issuer) { issuer.revoke(client: "stolen") }
                #expect(await auth.answer(byClient) == "revoked")
                for token in all { #expect(await auth.answer(token) == "revoked") }
                #expect(await auth.answer(other) == "u1")
                #expect(auth.issuers.first?.revocationCount == 4)
                // A subject's later tokens are good again.
                let now = EpochClock.system.now
                let later = try tokens.token(
                    subject: "mallory",
                    adding: ["iat": .number(JSONNumber(now + 5)), "exp": .number(JSONNumber(now + 60))]
                )
                #expect(await auth.answer(later) == "mallory")
            }
        }

        @Test func `the first request of a service that has just started finds what was revoked before`() async throws {
            let issuer = try await HTTPTestIssuer()
            issuer.revoke(session: "s1")
            let auth = try auth(issuer)
            #expect(await auth.answer(try issuer.tokens.token()) == "revoked")
            #expect(await auth.answer(try issuer.tokens.token(sessionID: "s2")) == "u1")
        }

        @Test func `where the issuer names no feed, nothing is enforced`() async throws {
            let issuer = try await HTTPTestIssuer(hasFeed: false)
            let auth = try auth(issuer)
            try await auth.running {
                await time.waitForSleepers(1)
                issuer.tokens.revoke(session: "s1")
                let token = try issuer.tokens.token()
                #expect(await auth.answer(token) == "u1")
                #expect(issuer.requestCount(.revocations) == 0)
                #expect(auth.isReady)
            }
        }

        @Test func `a feed that goes silent is 503 after the bound, and heals by itself`() async throws {
            let issuer = try await HTTPTestIssuer()
            let auth = try auth(
                issuer,
                .quick {
                    $0.requestTimeout = .milliseconds(500)
                    $0.revocationWait = 1
                }
            )
            let token = try issuer.tokens.token()
            try await auth.running {
                await issuer.waitForRequests(2, at: .revocations)
                issuer.misbehave(.silence, at: .revocations)
                // Beside the one that waits for the keys' time, one that waits for another try.
                await time.waitForSleepers(2)
                #expect(await auth.answer(token) == "u1")
                time.advance(by: .seconds(60))
                #expect(await auth.answer(token) == "u1")
                await time.waitForSleepers(2)
                time.advance(by: .seconds(1))
                let fields: HTTPFields = [.authorization: "Bearer \(token)"]
                let failure = await #expect(throws: BearerFailure.self) {
                    try await auth.authenticate(fields, method: .get, url: "/")
                }
                #expect(failure?.code == .revocationsUnavailable)
                #expect(failure?.status == .serviceUnavailable)
                #expect(failure?.fields[.retryAfter] == "5")
                #expect(failure?.challenge == nil)
                #expect(!auth.isReady)
                issuer.misbehave(nil, at: .revocations)
                // However many of its tries are under way: the second question from now on follows a good answer.
                let count = issuer.requestCount(.revocations)
                while issuer.requestCount(.revocations) < count + 2 {
                    await time.waitForSleepers(2)
                    time.advance(by: .seconds(2))
                }
                #expect(await auth.answer(token) == "u1")
                #expect(auth.isReady)
            }
        }

        @Test func `best effort goes on with what was known`() async throws {
            let issuer = try await HTTPTestIssuer()
            issuer.revoke(session: "s7")
            let auth = try auth(issuer, .quick { $0.revocation = .bestEffort })
            #expect(await auth.answer(try issuer.tokens.token(sessionID: "s7")) == "revoked")
            await issuer.stop()
            time.advance(by: .seconds(3600))
            #expect(await auth.answer(try issuer.tokens.token()) == "u1")
            #expect(await auth.answer(try issuer.tokens.token(sessionID: "s7")) == "revoked")
            #expect(auth.isReady)
        }

        @Test func `a follower tries again within two seconds, however often it fails`() async throws {
            let issuer = try await HTTPTestIssuer(maximumAge: 3600)
            let auth = try auth(issuer, .quick { $0.revocationWait = 1 })
            try await auth.running {
                await issuer.waitForRequests(2, at: .revocations)
                issuer.misbehave(.status(500), at: .revocations)
                await time.waitForSleepers(2)
                for _ in 0..<10 {
                    time.advance(by: .seconds(2))
                    await time.waitForSleepers(2)
                }
                // The first is the keys' own.
                let waits = time.sleeps.dropFirst()
                #expect(waits.count >= 10)
                #expect(waits.allSatisfy { $0 <= .seconds(2) })
            }
        }

        @Test func `a follower survives the issuer's restart and catches up`() async throws {
            let issuer = try await HTTPTestIssuer()
            let auth = try auth(issuer)
            try await auth.running {
                await issuer.waitForRequests(2, at: .revocations)
                await issuer.stop()
                await time.waitForSleepers(2)
                issuer.revoke(session: "s1")
                try await issuer.restart()
                let count = issuer.requestCount(.revocations)
                time.advance(by: .seconds(2))
                await issuer.waitForRequests(count + 2, at: .revocations)
                #expect(await auth.answer(try issuer.tokens.token()) == "revoked")
            }
        }

        @Test func `a cursor that is too old gets a snapshot, which replaces what was known`() async throws {
            let issuer = try await HTTPTestIssuer()
            issuer.revoke(session: "s1")
            let auth = try auth(issuer)
            try await auth.running {
                await issuer.waitForRequests(2, at: .revocations)
                let token = try issuer.tokens.token()
                #expect(await auth.answer(token) == "revoked")
                // Asked is not enough: a question that is read after this would have a snapshot at once.
                await issuer.waitForFollower()
                let count = issuer.requestCount(.revocations)
                issuer.forgetCursors()
                issuer.revoke(session: "s2")
                // The snapshot, and what is asked after it.
                await issuer.waitForRequests(count + 2, at: .revocations)
                #expect(auth.issuers.first?.revocationCount == 2)
                #expect(await auth.answer(try issuer.tokens.token(sessionID: "s2")) == "revoked")
                #expect(await auth.answer(try issuer.tokens.token(sessionID: "s3")) == "u1")
            }
        }

        @Test func `a feed signed by a new key has the keys fetched`() async throws {
            let issuer = try await HTTPTestIssuer()
            let auth = try auth(issuer)
            try await auth.running {
                await issuer.waitForRequests(2, at: .revocations)
                try issuer.tokens.rotateKey()
                try await followed(issuer) { issuer.revoke(session: "s1") }
                #expect(issuer.requestCount(.keys) == 2)
                #expect(await auth.answer(try issuer.tokens.token()) == "revoked")
            }
        }

        @Test func `a slow link is waited for`() async throws {
            let issuer = try await HTTPTestIssuer()
            issuer.misbehave(.trickle(.microseconds(500)), at: .revocations)
            issuer.revoke(session: "s1")
            let auth = try auth(issuer)
            #expect(await auth.answer(try issuer.tokens.token()) == "revoked")
        }

        @Test func `with a shared secret the feed is verified by it, and no keys are fetched`() async throws {
            let issuer = try await HTTPTestIssuer(.hs256)
            issuer.revoke(session: "s7")
            let auth = try auth(issuer, keys: issuer.tokens.keys)
            #expect(auth.answerAtOnce(try issuer.tokens.token()) == "revocations_unavailable")
            try await auth.running {
                await issuer.waitForRequests(2, at: .revocations)
                let (good, revoked) = (try issuer.tokens.token(), try issuer.tokens.token(sessionID: "s7"))
                #expect(await auth.answer(good) == "u1")
                #expect(await auth.answer(revoked) == "revoked")
                #expect(issuer.requestCount(.keys) == 0)
            }
        }

        @Test(arguments: [
            HTTPTestIssuer.Fault.hangUp, .status(503), .status(304), .redirect("http://127.0.0.1:1/"), .truncation,
            .body("x"),
            .body(""), .stall,
        ])
        func `a fault of the feed is 503 until it is mended`(fault: HTTPTestIssuer.Fault) async throws {
            let issuer = try await HTTPTestIssuer()
            issuer.misbehave(fault, at: .revocations)
            let auth = try auth(issuer, .quick { $0.requestTimeout = .milliseconds(500) })
            let token = try issuer.tokens.token()
            #expect(await auth.answer(token) == "revocations_unavailable")
            #expect(auth.issuers.first?.revocationFailure != nil)
            try await auth.running {
                await time.waitForSleepers(2)
                issuer.misbehave(nil, at: .revocations)
                let count = issuer.requestCount(.revocations)
                time.advance(by: .seconds(10))
                await issuer.waitForRequests(count + 2, at: .revocations)
                #expect(await auth.answer(token) == "u1")
            }
        }
    }
}
