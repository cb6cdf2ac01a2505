import TesseraCore
import Testing

@Suite struct GuessThrottleTests {
    private let alice = GuessSubject.account("alice")
    private let hour: Int64 = 3_600_000

    private func address(_ text: String) throws -> ClientAddress { try #require(ClientAddress(text)) }

    /// Makes a wrong guess; returns the delay in seconds if there is one.
    private func fail(
        _ throttle: GuessThrottle,
        _ subject: GuessSubject,
        _ address: ClientAddress,
        _ now: Int64
    ) async -> Int? {
        switch await throttle.begin(subject, from: address, now: now) {
        case .allowed(let ticket):
            throttle.failed(ticket)
            return nil
        case .delayed(let seconds): return seconds
        }
    }

    private func succeed(
        _ throttle: GuessThrottle,
        _ subject: GuessSubject,
        _ address: ClientAddress,
        _ now: Int64
    ) async -> Int? {
        switch await throttle.begin(subject, from: address, now: now) {
        case .allowed(let ticket):
            throttle.succeeded(ticket)
            return nil
        case .delayed(let seconds): return seconds
        }
    }

    @Test func `ten wrong guesses are free, then delays grow to fifteen minutes and no further`() async throws {
        let throttle = GuessThrottle()
        let here = try address("192.0.2.7")
        var now: Int64 = 0
        for _ in 0..<10 {
            #expect(await fail(throttle, alice, here, now) == nil)
        }
        var delays: [Int] = []
        for _ in 0..<20 {
            let delay = try #require(await fail(throttle, alice, here, now))
            delays.append(delay)
            // A try that is delayed costs nothing and moves nothing.
            #expect(await fail(throttle, alice, here, now + Int64(delay) * 1000 - 1) == 1)
            now += Int64(delay) * 1000
            #expect(await fail(throttle, alice, here, now) == nil)
        }
        #expect(delays.prefix(11) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900])
        #expect(delays.allSatisfy { $0 <= 900 })
        #expect(delays.last == 900)
    }

    @Test func `delays end and guesses are forgotten: there is no permanent lock`() async throws {
        let throttle = GuessThrottle()
        let here = try address("192.0.2.7")
        var now: Int64 = 0
        for _ in 0..<40 {
            if let delay = await fail(throttle, alice, here, now) { now += Int64(delay) * 1000 }
        }
        #expect(await fail(throttle, alice, here, now) != nil)
        #expect(await succeed(throttle, alice, here, now + 900_000) == nil)
        // Twelve hours later everything is as on the first day.
        now += 12 * hour
        for _ in 0..<10 {
            #expect(await fail(throttle, alice, here, now) == nil)
        }
        #expect(await fail(throttle, alice, here, now) == 1)
    }

    @Test func `guesses in parallel: N cost N and no more than ten begin`() async throws {
        let throttle = GuessThrottle()
        let here = try address("192.0.2.7")
        let allowed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    guard case .allowed(let ticket) = await throttle.begin(alice, from: here, now: 0) else {
                        return false
                    }
                    await Task.yield()
                    throttle.failed(ticket)
                    return true
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(allowed == 10)
        #expect(await fail(throttle, alice, here, 0) == 1)
    }

    @Test func `a guess counts before it is hashed, and is given back exactly when it was right`() async throws {
        let throttle = GuessThrottle(limits: GuessLimits(perAccount: 3))
        let here = try address("192.0.2.7")
        for _ in 0..<50 {
            #expect(await succeed(throttle, alice, here, 0) == nil)
        }
        #expect(await fail(throttle, alice, here, 0) == nil)
        #expect(await succeed(throttle, alice, here, 0) == nil)
        #expect(await fail(throttle, alice, here, 0) == nil)
        #expect(await succeed(throttle, alice, here, 0) == nil)
        #expect(await fail(throttle, alice, here, 0) == nil)
        #expect(await fail(throttle, alice, here, 0) == 1)
    }

    @Test func `parallel correct log-ins all pass`() async throws {
        let throttle = GuessThrottle()
        let here = try address("192.0.2.7")
        let passed = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let subject = number.isMultiple(of: 2) ? alice : GuessSubject.account("bob\(number % 60)")
                    guard case .allowed(let ticket) = await throttle.begin(subject, from: here, now: 0) else {
                        return false
                    }
                    await Task.yield()
                    throttle.succeeded(ticket)
                    return true
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(passed == 200)
    }

    @Test func `a ticket that is let go counts as wrong, one withdrawn does not, and each ends once`() async throws {
        let throttle = GuessThrottle(limits: GuessLimits(perAccount: 2))
        let here = try address("192.0.2.7")
        for _ in 0..<10 {
            guard case .allowed(let ticket) = await throttle.begin(alice, from: here, now: 0) else {
                Issue.record("delayed")
                return
            }
            throttle.withdrawn(ticket)
            throttle.failed(ticket)
            throttle.withdrawn(ticket)
        }
        _ = await throttle.begin(alice, from: here, now: 0)
        _ = await throttle.begin(alice, from: here, now: 0)
        #expect(await fail(throttle, alice, here, 0) == 1)
    }

    @Test func `lock-out as denial of service: an owner at another address waits 30 seconds at most`() async throws {
        let throttle = GuessThrottle()
        var now: Int64 = 0
        // An attacker with many addresses guesses as fast as he may.
        for round in 0..<2000 {
            _ = await fail(throttle, alice, try address("198.51.\(round % 100).\(round % 250)"), now)
            now += 50
        }
        let owner = try address("192.0.2.7")
        let delay = try #require(await succeed(throttle, alice, owner, now))
        #expect((1...30).contains(delay))
        // Meanwhile the attacker takes every turn he can.
        for round in 0..<600 {
            _ = await fail(
                throttle,
                alice,
                try address("198.51.\(round % 100).\(round % 250)"),
                now + Int64(round) * 50
            )
        }
        now += Int64(delay) * 1000
        #expect(await succeed(throttle, alice, owner, now) == nil)
        // From now on the address is known, and the attack does not touch it.
        for round in 0..<500 {
            _ = await fail(throttle, alice, try address("198.51.\(round % 100).\(round % 250)"), now)
            #expect(await succeed(throttle, alice, owner, now) == nil)
        }
    }

    @Test func `a known address has a budget of its own, and it ends too`() async throws {
        let throttle = GuessThrottle()
        let owner = try address("192.0.2.7")
        #expect(await succeed(throttle, alice, owner, 0) == nil)
        for _ in 0..<10 {
            #expect(await fail(throttle, alice, owner, 0) == nil)
        }
        #expect(await fail(throttle, alice, owner, 0) == 1)
    }

    @Test func `a distributed attack on one account is slowed to one guess in 30 seconds and address`() async throws {
        let throttle = GuessThrottle()
        var guesses = 0
        for second in 0..<600 {
            for host in 0..<20 {
                let delay = await fail(throttle, alice, try address("198.51.100.\(host)"), Int64(second) * 1000)
                guesses += delay == nil ? 1 : 0
            }
        }
        // Ten free ones, the few until the delay has grown, and a turn each in 30 seconds; 12,000 tries were made.
        #expect(guesses <= 20 * 21 + 20)
        #expect(guesses >= 10)
    }

    @Test func `spraying: one address that tries many accounts is delayed at all of them`() async throws {
        let throttle = GuessThrottle()
        let here = try address("192.0.2.7")
        var tried = 0
        while tried < 1000, await fail(throttle, .account("user\(tried)"), here, 0) == nil { tried += 1 }
        #expect(tried == 33)
        #expect(await fail(throttle, .account("yet another"), here, 0) != nil)
        #expect(await fail(throttle, .client("a client"), here, 0) != nil)
        #expect(await fail(throttle, .account("yet another"), try address("192.0.2.8"), 0) == nil)
    }

    @Test func `stuffing: a hundred guesses from one address are free, at whatever account`() async throws {
        let throttle = GuessThrottle()
        let here = try address("192.0.2.7")
        var wrong = 0
        for account in 0..<25 {
            for _ in 0..<9 where await fail(throttle, .account("user\(account)"), here, 0) == nil { wrong += 1 }
        }
        #expect(wrong == 100)
    }

    @Test func `IPv6 hopping: addresses of one 64 share a budget, and the 64s of one 48 share another`() async throws {
        let throttle = GuessThrottle(limits: GuessLimits(perAccount: 1000, perAddress: 40))
        var wrong = 0
        for host in 1...200 where await fail(throttle, alice, try address("2001:db8:1:1::\(host)"), 0) == nil {
            wrong += 1
        }
        #expect(wrong == 40)
        for network in 2...200 where await fail(throttle, alice, try address("2001:db8:1:\(network * 40)::1"), 0) == nil
        {
            wrong += 1
        }
        #expect(wrong == 160)
        #expect(await fail(throttle, alice, try address("2001:db8:2:1::1"), 0) == nil)
    }

    @Test func `a success elsewhere resets nothing`() async throws {
        let throttle = GuessThrottle()
        let here = try address("192.0.2.7")
        var wrong = 0
        // An attacker mixes log-ins to an account of his own in.
        for number in 0..<300 {
            _ = await succeed(throttle, .account("mallory"), here, 0)
            wrong += await fail(throttle, .account("user\(number % 12)"), here, 0) == nil ? 1 : 0
        }
        #expect(wrong == 100)
    }

    @Test func `a client's secret and an account of the same name are counted apart`() async throws {
        let throttle = GuessThrottle(limits: GuessLimits(perAccount: 1))
        let here = try address("192.0.2.7")
        #expect(await fail(throttle, .client("alice"), here, 0) == nil)
        #expect(await fail(throttle, .client("alice"), here, 0) == 1)
        #expect(await fail(throttle, alice, here, 0) == nil)
    }

    @Test func `a flood of random names and addresses neither grow the tables nor reset a victim's count`() async throws
    {
        let throttle = GuessThrottle(capacity: 4096)
        let attacker = try address("203.0.113.9")
        for _ in 0..<10 {
            #expect(await fail(throttle, alice, attacker, 0) == nil)
        }
        var generator = SystemRandomNumberGenerator()
        for number in 0..<100_000 {
            let bits = generator.next()
            let text = "\(bits & 0x7F).\(bits >> 8 & 0xFF).\(bits >> 16 & 0xFF).\(bits >> 24 & 0xFF)"
            _ = await fail(throttle, .account(String(bits, radix: 36)), try address(text), Int64(number / 1000))
        }
        #expect(throttle.recordCount <= 4 * 4096)
        #expect(await fail(throttle, alice, attacker, 500) != nil)
    }
}
