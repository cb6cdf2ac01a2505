import TesseraCore
import Testing

@testable import TesseraHTTP

@Suite(.timeLimit(.minutes(1)))
struct FollowersTests {
    private func followers(_ change: (inout HTTPLimits) -> Void = { _ in }) -> Followers {
        var limits = HTTPLimits()
        change(&limits)
        return Followers(limits: limits, proxies: TrustedProxies([]))
    }

    /// Begins to wait for an hour, and answers once it is counted.
    private func waiting(
        _ followers: Followers,
        at place: UInt64,
        from address: String? = nil
    ) async throws -> Task<Void, any Error> {
        let count = followers.count
        let client = address.flatMap { ClientAddress($0) }
        let task = Task {
            try await followers.wait(client, at: place, for: .seconds(3600), newest: { place }, watching: { _ in })
        }
        while followers.count == count { await Task.yield() }
        return task
    }

    @Test func `news wake those who do not know them, and nobody else`() async throws {
        let followers = followers()
        let old = try await waiting(followers, at: 1)
        let new = try await waiting(followers, at: 2)
        followers.tell(2)
        try await old.value
        #expect(followers.count == 1)
        followers.tell(3)
        try await new.value
        #expect(followers.count == 0)
    }

    @Test func `news that came before one was counted are not missed`() async throws {
        try await followers().wait(nil, at: 1, for: .seconds(3600), newest: { 2 }, watching: { _ in })
    }

    @Test func `after many were woken the next are woken too, if a moment later`() async throws {
        let followers = followers()
        var waiters: [Task<Void, any Error>] = []
        for _ in 0..<400 { waiters.append(try await waiting(followers, at: 0)) }
        followers.tell(1)
        // These come while the first are being answered.
        for place in 1...3 {
            async let later: Void = followers.wait(
                nil,
                at: UInt64(place),
                for: .seconds(3600),
                newest: { UInt64(place) + 1 },
                watching: { _ in }
            )
            try await later
        }
        for waiter in waiters { try await waiter.value }
        #expect(followers.count == 0)
    }

    @Test func `one whose client has gone, whose task was cancelled or whose time is up makes room`() async throws {
        let followers = followers()
        try await followers.wait(nil, at: 1, for: .seconds(3600), newest: { 1 }, watching: { gone in gone() })
        try await followers.wait(nil, at: 1, for: .milliseconds(1), newest: { 1 }, watching: { _ in })
        let cancelled = try await waiting(followers, at: 1)
        cancelled.cancel()
        try await cancelled.value
        #expect(followers.count == 0)
    }

    @Test func `an address has its share, an IPv6 one with its household, and a proxy has none`() async throws {
        var limits = HTTPLimits()
        limits.followersPerAddress = 1
        let proxy = try #require(AddressPrefix("10.0.0.0/8"))
        let followers = Followers(limits: limits, proxies: TrustedProxies([proxy]))
        for address in ["192.0.2.1", "2001:db8::1", "10.0.0.1", "10.0.0.1"] {
            _ = try await waiting(followers, at: 1, from: address)
        }
        for address in ["192.0.2.1", "2001:db8::2"] {
            let error = await #expect(throws: FollowerTable.Refusal.self) {
                try await followers.wait(
                    ClientAddress(address),
                    at: 1,
                    for: .seconds(3600),
                    newest: { 1 },
                    watching: { _ in }
                )
            }
            #expect(error == .tooManyFromAddress)
        }
        followers.tell(2)
        #expect(followers.count == 0)
        _ = try await waiting(followers, at: 2, from: "192.0.2.1")
        followers.end()
    }

    @Test func `at the end nobody waits any more`() async throws {
        let followers = followers()
        let waiter = try await waiting(followers, at: 1)
        followers.end()
        try await waiter.value
        try await followers.wait(nil, at: 1, for: .seconds(3600), newest: { 1 }, watching: { _ in })
        #expect(followers.isOver)
    }
}
