import Foundation
import HTTPTypes
import HummingbirdTesting
import JOSE
import ServiceLifecycle
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct LongPollingTests {
    private func cursor(_ fixture: ServerFixture) throws -> String {
        try #require(try fixture.test.followed().cursor)
    }

    private func request(_ cursor: String) -> String {
        "GET /revocations?after=\(cursor)&wait=25 HTTP/1.1\r\nHost: a\r\n\r\n"
    }

    /// Lets others run until so many wait.
    private func untilWaiting(_ count: Int, _ server: TesseraServer) async throws {
        while server.routes.followers.count != count {
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `who waits is answered when something is revoked, all with the same bytes`() async throws {
        let fixture = try await ServerFixture()
        let cursor = try cursor(fixture)
        try await fixture.serve { port, server in
            let followers = try (0..<8).map { _ in try RawConnection(port: port) }
            defer { for follower in followers { follower.close() } }
            for follower in followers { follower.send(request(cursor)) }
            try await untilWaiting(followers.count, server)
            let response = try await fixture.test.logIn()
            let token = try fixture.test.verified(response.accessToken)
            _ = try await LocalAdministration(fixture.test.domain)
                .perform(RevokeSession(id: try #require(token.sessionID)))
            var bodies: Set<Substring> = []
            for follower in followers {
                // The signature ends the answer; its length is known by the connection's end alone.
                follower.finishSending()
                let answer = try await follower.readToEnd()
                #expect(answer.hasPrefix("HTTP/1.1 200"))
                bodies.insert(answer[(answer.range(of: "\r\n\r\n")?.upperBound ?? answer.startIndex)...])
            }
            #expect(bodies.count == 1)
            var known = FollowedFeed()
            let keys = fixture.test.domain.keyRing.current ?? []
            let snapshot = try RevocationFeed(fixture.test.domain).answer(after: nil)
            try known.read(snapshot.text, keys: keys, issuer: "https://id.example", at: 1_800_000_000)
            #expect(known.refuses(token))
            let difference = try JWS.verify(String(try #require(bodies.first)), keys: keys)
            let claims = try JSONObject(parsing: difference.payload)
            #expect(claims["sids"] == [.string(FollowedFeed.entry(token.sessionID ?? ""))])
            #expect(claims["after"]?.stringValue == cursor)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `who waits in vain gets an empty difference that begins and ends at its cursor`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            var follower = FollowedFeed()
            let keys = fixture.test.domain.keyRing.current ?? []
            let first = try await caller.get("/revocations").text
            try follower.read(first, keys: keys, issuer: "https://id.example", at: 1_800_000_000)
            let cursor = try #require(follower.cursor)
            let second = try await caller.get("/revocations?after=\(cursor)&wait=1").text
            try follower.read(second, keys: keys, issuer: "https://id.example", at: 1_800_000_000)
            #expect(follower.latest["complete"]?.boolValue == false)
            #expect(follower.cursor == cursor)
            #expect(follower.count == 0)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `one more than may wait gets 503, one more from an address 429, both with Retry-After`() async throws {
        for (total, perAddress, status) in [(1, 10, "503"), (10, 1, "429")] {
            var fixture = try await ServerFixture()
            fixture.settings.limits.followers = total
            fixture.settings.limits.followersPerAddress = perAddress
            let request = request(try cursor(fixture))
            try await fixture.serve { port, server in
                let first = try RawConnection(port: port)
                defer { first.close() }
                first.send(request)
                try await untilWaiting(1, server)
                let second = try RawConnection(port: port)
                defer { second.close() }
                second.send(request)
                let refusal = try await second.read(until: "}")
                #expect(refusal.hasPrefix("HTTP/1.1 \(status)"))
                #expect(refusal.contains("Retry-After: 5"))
                #expect(refusal.contains("too_many_followers"))
                // Asking without waiting is always possible.
                second.send("GET /revocations HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                #expect(try await second.readToEnd().contains("HTTP/1.1 200"))
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a follower that goes away makes room at once`() async throws {
        var fixture = try await ServerFixture()
        fixture.settings.limits.followers = 1
        let request = request(try cursor(fixture))
        try await fixture.serve { port, server in
            // The connections give up after 20 s, five before a wait would be over by itself.
            let first = try RawConnection(port: port)
            first.send(request)
            try await untilWaiting(1, server)
            first.finishSending()
            #expect(try await first.readToEnd().hasPrefix("HTTP/1.1 200"))
            first.close()
            try await untilWaiting(0, server)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a server that stops answers who waits, and does not wait for them`() async throws {
        var fixture = try await ServerFixture()
        fixture.settings.listen = .init(host: "127.0.0.1", port: 0)
        let request = request(try cursor(fixture))
        let (ports, port) = AsyncStream<Int>.makeStream()
        let server = TesseraServer(
            domain: fixture.test.domain,
            settings: fixture.settings,
            metrics: fixture.metrics,
            version: "1",
            logger: fixture.log.logger
        ) { listen in
            port.yield(listen.port)
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: fixture.log.logger))
        async let ended: Void = group.run()
        var iterator = ports.makeAsyncIterator()
        let number = try #require(await iterator.next())
        let follower = try RawConnection(port: number)
        defer { follower.close() }
        follower.send(request)
        try await untilWaiting(1, server)
        await group.triggerGracefulShutdown()
        // The connection gives up after 20 s, five before the wait would be over by itself.
        let answer = try await follower.readToEnd()
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.lowercased().contains("connection: close"))
        try await ended
    }
}
