import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JOSE
import Passwords
import TesseraCore
import TestSupport
import Testing

@testable import TesseraHTTP

struct RevocationFeedEndpointTests {
    private func read(
        _ follower: inout FollowedFeed,
        _ fixture: ServerFixture,
        _ response: TestResponse
    ) throws {
        let (domain, clock) = (fixture.test.domain, fixture.test.clock)
        let keys = domain.keyRing.current ?? []
        try follower.read(response.text, keys: keys, issuer: domain.settings.issuer, at: clock.now().seconds)
    }

    @Test func `a follower learns of a revocation by snapshot, by difference, and is told what it is sent`()
        async throws
    {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            var follower = FollowedFeed()
            let first = try await caller.logIn()
            _ = try await caller.form("/revoke", "token=\(first.refresh)")
            let snapshot = try await caller.get("/revocations")
            #expect(snapshot.status == .ok)
            #expect(snapshot.headers[.contentType] == "application/revocations+jwt")
            #expect(snapshot.headers[.cacheControl] == "no-cache")
            try read(&follower, fixture, snapshot)
            #expect(follower.refuses(try fixture.test.verified(.init(first.access))))
            let second = try await caller.logIn()
            _ = try await caller.form("/revoke", "token=\(second.access)")
            let cursor = try #require(follower.cursor)
            try read(&follower, fixture, try await caller.get("/revocations?after=\(cursor)&wait=25"))
            #expect(follower.latest["complete"]?.boolValue == false)
            #expect(follower.latest["jtis"]?.arrayValue?.count == 1)
            #expect(follower.refuses(try fixture.test.verified(.init(second.access))))
        }
    }

    @Test func `a cursor that is not known gets a snapshot at once, however long it would wait`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            for cursor in [
                "1", "rubbish", "%00", String(repeating: "A", count: 32), String(repeating: "z", count: 2000),
            ] {
                var follower = FollowedFeed()
                let response = try await caller.get("/revocations?wait=25&after=\(cursor)")
                // A NUL is refused as everywhere in a query.
                if cursor == "%00" {
                    #expect(response.status == .badRequest)
                } else {
                    try read(&follower, fixture, response)
                    #expect(follower.latest["complete"]?.boolValue == true)
                }
            }
        }
    }

    @Test(arguments: [
        "wait=", "wait=25.0", "wait=-1", "wait=+1", "wait=1e3", "wait=99999999999999999999", "wait=1&wait=2",
        "after=a&after=b", "after=%zz",
    ])
    func `a parameter that cannot be read is refused, and an empty one is none`(_ query: String) async throws {
        try await ServerFixture().run { caller in
            let response = try await caller.get("/revocations?\(query)")
            #expect(response.status == (query == "wait=" ? .ok : .badRequest))
        }
    }

    @Test func `one place has one answer, until it is fifteen seconds old, the log moves or another key signs`()
        async throws
    {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            let first = try await caller.get("/revocations").text
            fixture.test.clock.advance(by: .seconds(14))
            #expect(try await caller.get("/revocations").text == first)
            fixture.test.clock.advance(by: .seconds(1))
            let second = try await caller.get("/revocations").text
            #expect(second != first)
            let tokens = try await caller.logIn()
            _ = try await caller.form("/revoke", "token=\(tokens.refresh)")
            let third = try await caller.get("/revocations").text
            #expect(third != second)
            #expect(try await caller.get("/revocations").text == third)
            let before = try UnverifiedToken(third).header["kid"]
            _ = try await LocalAdministration(fixture.test.domain)
                .perform(RotateSigningKey(algorithm: nil, immediately: true))
            let fourth = try await caller.get("/revocations").text
            #expect(try UnverifiedToken(fourth).header["kid"] != before)
            #expect(try await caller.get("/revocations").text == fourth)
        }
    }

    @Test func `an answer is not sent twice to who has it, and never renewed without being signed anew`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            let response = try await caller.get("/revocations")
            let tag = try #require(response.headers[.eTag])
            let again = try await caller.get("/revocations", headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.text.isEmpty)
            fixture.test.clock.advance(by: .seconds(15))
            let renewed = try await caller.get("/revocations", headers: [.ifNoneMatch: tag])
            #expect(renewed.status == .ok)
            #expect(renewed.headers[.eTag] != tag)
        }
    }

    @Test func `answers are kept for a bounded number of places`() async throws {
        let test = try await TestDomain()
        let feed = RevocationFeed(test.domain)
        let answers = FeedAnswers(feed)
        for number in 0..<100 {
            let until = test.clock.now().adding(.seconds(1000))
            test.domain.revocations.add([Revocation(.session("s\(number)"), keepUntil: until)])
        }
        for place in 0..<100 { _ = try answers.answer(after: UInt64(place)) }
        #expect((1...FeedAnswers.capacity).contains(answers.count))
        let last = try answers.answer(after: 99)
        #expect(last.body == (try answers.answer(after: 99)).body)
    }

    @Test func `the feed of 100,000 revocations is made in one piece`() async throws {
        let fixture = try await ServerFixture()
        let until = fixture.test.clock.now().adding(.seconds(1000))
        fixture.test.domain.revocations.add((0..<100_000).map { Revocation(.session("s\($0)"), keepUntil: until) })
        let text = try await fixture.run { try await $0.get("/revocations").text }
        #expect((3_000_000..<4_000_000).contains(text.utf8.count))
        let keys = fixture.test.domain.keyRing.current ?? []
        let payload = try JWS.verify(text, keys: keys, maximumSize: 16 << 20).payload
        let claims = try JSONObject(parsing: payload, limits: JSONLimits(bytes: 16 << 20))
        #expect(claims["sids"]?.arrayValue?.count == 100_000)
        #expect(claims["sids"]?.arrayValue?[7].stringValue == FollowedFeed.entry("s7"))
    }
}
