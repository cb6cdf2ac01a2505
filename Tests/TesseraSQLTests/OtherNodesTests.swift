import Dispatch
import JOSE
import Logging
import Passwords
import PostgreSQLTesting
import TestSupport
import Testing

@testable import TesseraCore
@testable import TesseraSQL

/// What a node hears of the others, on a real server.
@Suite(
    .enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"),
    .timeLimit(.minutes(2))
)
struct OtherNodesTests {
    private func domain(_ storage: SQLStorage, _ clock: TestClock = TestClock(Sample.now)) async throws -> Domain {
        var domain = Domain(
            settings: Settings(issuer: "https://id.example"),
            storage: storage,
            masterKey: try #require(Sample.masterKey),
            passwords: try PasswordService(
                hasher: PasswordHasher(memory: 64, passes: 1),
                queue: HashingQueue(),
                policy: PasswordPolicy(minimumLength: 12)
            ),
            clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        domain.contact = DatabaseContact(clock: clock)
        try await domain.load()
        return domain
    }

    private func revoke(_ id: String, in storage: SQLStorage) async throws {
        let revocation = Revocation(.token(id), keepUntil: Sample.now.adding(.seconds(1000)))
        try await storage.revoke([revocation], event: Sample.event(.tokenRevoked))
    }

    private func isRevoked(_ id: String, _ domain: Domain) -> Bool {
        domain.revocations.isRevoked(tokenID: id, sessionID: nil, subject: nil, clientID: nil, issuedAt: 0)
    }

    @Test func `a revocation that becomes visible after one with a higher number is read all the same`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let domain = try await domain(store.storage)
        let nodes = OtherNodes(domain)
        await nodes.poll()
        let (written, source) = AsyncStream<Void>.makeStream()
        let release = DispatchSemaphore(value: 0)
        let slow = Task {
            try await store.database.writeAtLength { connection throws(SQLFailure) in
                try connection.record(Revocation(.token("slow"), keepUntil: Sample.now.adding(.seconds(1000))))
                source.yield()
                _ = release.wait(timeout: .now() + 20)
            }
        }
        for await _ in written { break }
        try await revoke("fast", in: try await store.anotherNode())
        await nodes.poll()
        #expect(isRevoked("fast", domain))
        #expect(!isRevoked("slow", domain))
        release.signal()
        try await slow.value
        await nodes.poll()
        #expect(isRevoked("slow", domain))
    }

    @Test func `what is long read is not read again each time, and everything is once a minute`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let clock = TestClock(Sample.now)
        let domain = try await domain(store.storage, clock)
        let nodes = OtherNodes(domain)
        try await revoke("old", in: store.storage)
        for _ in 0..<3 {
            clock.advance(by: .seconds(15))
            await nodes.poll()
        }
        #expect(isRevoked("old", domain))
        // A number that no rule foresees: behind what was read long ago.
        try await store.database.write { connection throws(SQLFailure) in
            try connection.execute(
                "INSERT INTO revocations (sequence, kind, subject, keep_until) VALUES (0, 'token', 'odd', $1)",
                [.integer(Sample.now.adding(.seconds(1000)).milliseconds)]
            )
        }
        await nodes.poll()
        #expect(!isRevoked("odd", domain))
        clock.advance(by: .seconds(61))
        await nodes.poll()
        #expect(isRevoked("odd", domain))
    }

    @Test func `a key that another node activates signs here after the next poll`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let here = try await domain(store.storage)
        let there = try await domain(try await store.anotherNode())
        let nodes = OtherNodes(here)
        #expect(here.keyRing.signer?.keyID == there.keyRing.signer?.keyID)
        let id = try await there.keyRing.rotate(immediately: true)
        #expect(here.keyRing.signer?.keyID != id)
        await nodes.poll()
        #expect(here.keyRing.signer?.keyID == id)
        #expect(here.keyRing.published.json == there.keyRing.published.json)
    }

    @Test func `a node without contact for too long says so until it has read again`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let clock = TestClock(Sample.now)
        let domain = try await domain(store.storage, clock)
        let nodes = OtherNodes(domain)
        await nodes.poll()
        clock.advance(by: .seconds(10))
        #expect(!domain.contact.isLost)
        clock.advance(by: .milliseconds(1))
        #expect(domain.contact.isLost)
        await nodes.poll()
        #expect(!domain.contact.isLost)
        #expect(!DatabaseContact.unbounded.isLost)
    }

    @Test func `keys live by the database's time, whatever a node's clock says`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        let behind = try await domain(store.storage, TestClock(Timestamp(seconds: 1_000_000_000)))
        let time = try #require(try await store.storage.time())
        let key = try #require(try await behind.keyRing.list().first)
        #expect(abs(key.activeFrom.milliseconds(since: time)) < 60_000)
    }

    @Test func `four nodes that make and rotate keys at once leave one active key`() async throws {
        let store = try await StoreFixture(.postgreSQL)
        var storages = [store.storage]
        for _ in 1..<4 { storages.append(try await store.anotherNode()) }
        let domains = try await withThrowingTaskGroup(of: Domain.self) { group in
            for storage in storages { group.addTask { try await self.domain(storage) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await store.storage.signingKeys().map(\.state) == [.active])
        for _ in 0..<5 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for domain in domains {
                    group.addTask { _ = try await domain.keyRing.rotate(immediately: true) }
                }
                try await group.waitForAll()
            }
            let states = try await store.storage.signingKeys().map(\.state)
            #expect(states.count { $0 == .active } == 1)
        }
    }

    @Test func `a token by a key that another node began to use just now is known, and can be revoked, at once`()
        async throws
    {
        let store = try await StoreFixture(.postgreSQL)
        let (one, other) = (try await domain(store.storage), try await domain(try await store.anotherNode()))
        _ = try await one.keyRing.rotate(immediately: true)
        let key = try #require(one.keyRing.signer)
        #expect(other.keyRing.signer?.keyID != key.keyID)
        let token = try TokenSigner(
            key,
            issuer: "https://id.example",
            audience: "https://id.example",
            lifetime: .seconds(600),
            clock: EpochClock { Sample.now.seconds }
        ).sign(subject: "u1", adding: ["client_id": .string(Client.builtInID), "jti": "t1"])
        try await AuthorizationServer(other).revoke(
            Secret(token),
            client: PresentedClient(),
            address: .unix
        )
        #expect(isRevoked("t1", other))
    }

    @Test func `names of keys that nobody made cost ten looks a second, however many there are`() async throws {
        let looks = Looks()
        let refresh = KeyRefresh()
        let began = ContinuousClock.now
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<500 { group.addTask { await refresh.run { await looks.look() } } }
        }
        let pauses = (ContinuousClock.now - began) / KeyRefresh.pause
        let count = await looks.count
        #expect(count >= 1)
        #expect(Double(count) <= pauses + 2)
    }

    private actor Looks {
        var count = 0
        func look() { count += 1 }
    }
}
