import Foundation
import JOSE
import Testing

/// The feed of the built binary, as a service far away sees it.
struct RevocationFeedTests {
    /// The claims of the feed, verified with the published keys.
    private func feed(_ caller: Caller, _ query: String = "") async throws -> JSONObject {
        let keys = try KeySet(parsing: Array(try await caller.send("GET", "/.well-known/jwks.json").text.utf8))
        let answer = try await caller.send("GET", "/revocations" + query)
        #expect(answer.status == 200, "\(answer.text)")
        return try JSONObject(parsing: try JWS.verify(answer.text, keys: keys).payload)
    }

    @Test(.timeLimit(.minutes(2)))
    func `a command beside the server ends a follower's waiting, and neither a stop nor a kill loses an entry`()
        async throws
    {
        let (server, caller) = try await LifecycleTests.withUser()
        _ = try await caller.logIn("alice", LifecycleTests.password)
        let first = try await feed(caller)
        #expect(first["complete"]?.boolValue == true)
        #expect(first["subs"] == [])
        let cursor = try #require(first["cursor"]?.stringValue)
        async let waiting = feed(caller, "?wait=25&after=\(cursor)")
        #expect(try await server.tessera("user", "disable", "alice").status == 0)
        let news = try await waiting
        #expect(news["complete"]?.boolValue == false)
        #expect(news["after"]?.stringValue == cursor)
        #expect(news["subs"]?.arrayValue?.count == 1)
        #expect(news["sids"]?.arrayValue?.count == 1)
        let newest = try #require(news["cursor"]?.stringValue)
        for signal in [SIGTERM, SIGKILL] {
            await server.stop(signal)
            try await server.start()
            // The cursor is of a life that is over.
            let again = try await feed(caller, "?wait=25&after=\(newest)")
            #expect(again["complete"]?.boolValue == true)
            #expect(again["subs"] == news["subs"])
            #expect(again["sids"] == news["sids"])
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a server that is told to stop answers its followers`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let cursor = try #require(try await feed(caller)["cursor"]?.stringValue)
        async let waiting = feed(caller, "?wait=25&after=\(cursor)")
        while !(try await caller.send("GET", "/metrics").text.contains("\ntessera_feed_followers 1\n")) {}
        #expect(await server.stop() == 0)
        #expect(try await waiting["cursor"]?.stringValue == cursor)
        #expect(!server.log.contains("cut off"))
    }
}
