import Dispatch
import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct PasswordGrantTests {
    @Test func `a wrong password, an unknown user and a disabled account get one answer`() async throws {
        let test = try await TestDomain()
        _ = try await LocalAdministration(test.domain).perform(
            AddAccount(username: "gone", email: nil, roles: [], password: Secret(TestDomain.password))
        )
        _ = try await LocalAdministration(test.domain).perform(SetAccountDisabled(username: "gone", disabled: true))
        var answers: Set<String> = []
        for (name, password) in [
            ("alice", "wrong"), ("nobody", TestDomain.password), ("gone", TestDomain.password), ("ali\u{0}ce", "x"),
        ] {
            let error = await refused(.invalidGrant, "\(name)") { _ = try await test.logIn(name, password: password) }
            answers.insert("\(error?.code.rawValue ?? "") \(error?.description ?? "")")
        }
        #expect(answers.count == 1)
    }

    @Test func `a log-in may ask for less and not for more`() async throws {
        let test = try await TestDomain()
        let narrow = try await test.logIn(scope: ["articles:read"])
        #expect(narrow.scope == ["articles:read"])
        let error = await refused(.invalidScope) { _ = try await test.logIn(scope: ["articles:read", "admin"]) }
        #expect(error?.description.contains("admin") == true)
    }

    @Test func `admin is granted to an administrator who asks`() async throws {
        let test = try await TestDomain()
        #expect(try await test.logIn("admin").scope == ["articles:read", "articles:write"])
        #expect(try await test.logIn("admin", scope: ["admin"]).scope == ["admin"])
    }

    @Test func `guesses are delayed, never locked, and the delay ends`() async throws {
        let test = try await TestDomain { $0.loginAttemptsPerAccount = 3 }
        for _ in 0..<3 {
            _ = await refused(.invalidGrant) { _ = try await test.logIn(password: "wrong") }
        }
        let error = await refused(.tooManyAttempts) { _ = try await test.logIn() }
        #expect((error?.retryAfter ?? 0) >= 1)
        test.clock.advance(by: .seconds(error?.retryAfter ?? 0))
        _ = try await test.logIn()
    }

    @Test func `the password grant can be switched off`() async throws {
        let test = try await TestDomain { $0.passwordGrant = .off }
        _ = await refused(.unsupportedGrantType) { _ = try await test.logIn() }
    }

    @Test func `a client that is not first-party may not use the password grant`() async throws {
        let test = try await TestDomain()
        let client = try await test.addClient("robot")
        _ = await refused(.unauthorizedClient) { _ = try await test.logIn(client: client) }
    }

    @Test func `a full hashing queue answers 503 at once and counts no guess`() async throws {
        let test = try await TestDomain(
            configure: { $0.loginAttemptsPerAccount = 1 },
            queue: HashingQueue(threads: 1, capacity: 64)
        )
        await test.domain.passwords.shutdown()
        for _ in 0..<5 {
            let error = await refused(.temporarilyUnavailable) { _ = try await test.logIn(password: "wrong") }
            #expect((error?.retryAfter ?? 0) >= 1)
        }
    }

    @Test func `an account is not revealed by time: the same queries and a hash on every path`() async throws {
        let test = try await TestDomain()
        let administration = LocalAdministration(test.domain)
        let gone = try await administration.perform(
            AddAccount(username: "gone", email: nil, roles: [], password: Secret(TestDomain.password))
        )
        // The row that tells of it is written beside the request, once an hour: here it has been told.
        #expect(test.domain.audit.admits(.loginRefused, about: gone.id))
        _ = try await administration.perform(SetAccountDisabled(username: "gone", disabled: true))
        let tries = [
            ("alice", "wrong"), ("nobody", "wrong"), ("gone", "wrong"), ("gone", TestDomain.password),
            ("no\u{0}name", "wrong"), (String(repeating: "x", count: 100), "wrong"),
        ]
        for (name, password) in tries {
            let before = test.database.counts
            _ = await refused(.invalidGrant, "\(name)") { _ = try await test.logIn(name, password: password) }
            #expect(zip(test.database.counts, before).map { $0 - $1 } == [2, 0], "\(name)")
        }
        // Without a place to hash nobody is told anything: each of these paths asks for a hash.
        await test.domain.passwords.shutdown()
        for (name, password) in tries {
            _ = await refused(.temporarilyUnavailable, "\(name)") { _ = try await test.logIn(name, password: password) }
        }
    }

    @Test func `the person behind a token costs one read`() async throws {
        let test = try await TestDomain()
        let token = try test.verified(try await test.logIn().accessToken)
        let before = test.database.counts
        _ = try await AccountService(test.domain).current(token)
        #expect(zip(test.database.counts, before).map { $0 - $1 } == [1, 0])
    }

    @Test func `a hash of another system is replaced at the next log-in`() async throws {
        let test = try await TestDomain()
        let hash = try PasswordHasher(memory: 128, passes: 1).hash(Password("from another system"))
        let rows = [ImportAccounts.Row(username: "moved", passwordHash: Secret(hash.encoded), email: nil, roles: [])]
        #expect(try await LocalAdministration(test.domain).perform(ImportAccounts(rows)) == [nil])
        _ = try await test.logIn("moved", password: "from another system")
        let stored = try #require(try await test.domain.storage.credentials(canonicalUsername: "moved")).passwordHash
        #expect(stored != hash)
        #expect(stored.encoded.contains("m=64,"))
        _ = try await test.logIn("moved", password: "from another system")
    }

    @Test func `one address cannot fill the hashing queue`() async throws {
        let queue = HashingQueue(threads: 1, capacity: PasswordService.queueCapacity)
        let test = try await TestDomain(configure: { $0.loginAttemptsPerAccount = 1000 }, queue: queue)
        // The one thread waits until everybody has asked, so that the order is not left to chance.
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let blocker = Task {
            try await queue.run {
                let semaphore = DispatchSemaphore(value: 0)
                Task {
                    for await _ in gate { break }
                    semaphore.signal()
                }
                semaphore.wait()
            }
        }
        let shares = HashingShares(limit: 3)
        let flood = (0..<5).map { _ in
            Task {
                try await shares.run(from: ClientAddress("192.0.2.66") ?? .unix) { () async throws(HashingQueue.Full) in
                    try await queue.run {}
                }
            }
        }
        let honest = Task {
            try await shares.run(from: ClientAddress("198.51.100.7") ?? .unix) { () async throws(HashingQueue.Full) in
                try await queue.run {}
            }
        }
        while queue.load.waiting < 4 { await Task.yield() }
        open.yield()
        try await blocker.value
        try await honest.value
        var refusals = 0
        for task in flood {
            if case .failure = await task.result { refusals += 1 }
        }
        #expect(refusals == 2)
        _ = try await test.logIn()
    }

    @Test func `a token is not issued into a second in which it would be refused`() async throws {
        let test = try await TestDomain()
        let administration = LocalAdministration(test.domain)
        for disabled in [true, false] {
            _ = try await administration.perform(SetAccountDisabled(username: "alice", disabled: disabled))
        }
        // The clock moves on while the log-in waits for the next second.
        let login = Task { try await test.logIn() }
        await Task.yield()
        test.clock.advance(by: .seconds(1))
        let token = try test.verified(try await login.value.accessToken)
        #expect(!test.domain.revocations.isRevoked(token))
    }
}
