import BearerAuth
import BearerAuthTesting
import HTTPTypes
import JOSE
import Metrics
import MetricsTestKit
import Testing

extension SocketTests {
    /// What an operator can see of a service's bearers.
    @Suite struct MetricsTests {
        private let metrics = TestMetrics()

        private func requests(_ outcome: String) -> Int64 {
            metrics.counterTotal(label: "bearer_auth_requests_total", dimensions: [("outcome", outcome)])
        }

        @Test func `each request with a token is counted by what came of it, and one without is not`() async throws {
            let issuer = try TestIssuer.orders()
            let auth = withMetricsFactory(metrics) { issuer.auth }
            #expect(await auth.answer(try issuer.order()) == "u1")
            #expect(await auth.answer(try issuer.order()) == "u1")
            #expect(await auth.answer(try issuer.expiredToken()) == "expired")
            #expect(try await auth.authenticate([:], method: .get, url: "/") == nil)
            let token = try #require(
                try await auth.authenticate(
                    [.authorization: "Bearer \(try issuer.order())"],
                    method: .get,
                    url: "/"
                )
            )
            #expect(throws: BearerFailure.self) { try auth.require(.all(["orders:write"]), of: token) }
            #expect(requests("accepted") == 3)
            #expect(requests("invalid_token") == 1)
            #expect(requests("insufficient_scope") == 1)
            #expect(requests("invalid_request") == 0)
        }

        @Test func `fetches, the feed's answers, keys and revocations are told for each issuer`() async throws {
            try await withMetricsFactory(metrics) {
                let issuer = try await HTTPTestIssuer()
                let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
                let token = try issuer.tokens.token()
                try await auth.running {
                    #expect(await auth.answer(token) == "u1")
                    issuer.revoke(session: "s1")
                    // The third question is asked once the second answer has been taken.
                    await issuer.waitForRequests(3, at: .revocations)
                }
                let name = [("issuer", issuer.url)]
                let ok = name + [("outcome", "ok")]
                #expect(metrics.counterTotal(label: "bearer_auth_key_fetches_total", dimensions: ok) == 1)
                #expect(metrics.counterTotal(label: "bearer_auth_feed_answers_total", dimensions: ok) == 2)
                #expect(try metrics.expectGauge("bearer_auth_keys", name).lastValue == 1)
                #expect(try metrics.expectGauge("bearer_auth_revocations", name).lastValue == 1)
            }
        }

        @Test func `a failed fetch is counted by its fault`() async throws {
            try await withMetricsFactory(metrics) {
                let issuer = try await HTTPTestIssuer(hasFeed: false)
                issuer.misbehave(.status(500), at: .keys)
                let auth = try BearerAuth(issuer: issuer.url, audience: "api", options: .quick)
                #expect(await auth.answer(try issuer.tokens.token()) == "keys_unavailable")
                let failures = metrics.counters(label: "bearer_auth_key_fetches_total")
                #expect(failures.map(\.totalValue).reduce(0, +) >= 1)
                #expect(
                    metrics.counterTotal(
                        label: "bearer_auth_key_fetches_total",
                        dimensions: [("issuer", issuer.url), ("outcome", "ok")]
                    ) == 0
                )
            }
        }
    }
}
