import JOSE
import Passwords
import Synchronization
import TestSupport
import Testing

@testable import TesseraCore

struct HistoryTests {
    /// A mark in memory.
    private final class Marks: HistoryMarkStore {
        private let mark = Mutex<HistoryMark?>(nil)

        init(_ mark: HistoryMark? = nil) { self.mark.withLock { $0 = mark } }

        func load() -> HistoryMark? { mark.withLock { $0 } }

        func store(_ mark: HistoryMark) -> Bool {
            self.mark.withLock { $0 = mark }
            return true
        }
    }

    /// The database of a test as the next start opens it.
    private func started(_ test: TestDomain, _ marks: Marks, acceptsClock: Bool = false) async throws -> Domain {
        let domain = Domain(
            settings: test.domain.settings,
            storage: test.domain.storage,
            masterKey: try #require(MasterKey(TestDomain.masterKeyBytes)),
            passwords: test.domain.passwords,
            clock: test.clock,
            marks: marks,
            logger: test.domain.logger
        )
        try await domain.load(acceptsClock: acceptsClock)
        return domain
    }

    private func generation(_ test: TestDomain) async throws -> Int64 {
        try await test.domain.storage.history(orStore: "").generation
    }

    @Test func `a mark is written and read as one line`() throws {
        let head = AuditHead(number: 12, hash: [UInt8](repeating: 7, count: 32))
        for mark in [
            HistoryMark(databaseID: "abc", generation: 3, audit: head, latestTime: Timestamp(seconds: 5)),
            HistoryMark(databaseID: "abc", generation: 0, audit: nil, latestTime: nil),
        ] {
            #expect(HistoryMark(text: mark.text + "    \n") == mark)
        }
        for text in ["", "abc", "abc x - -", "abc 1 -", "abc 1 - - -"] { #expect(HistoryMark(text: text) == nil) }
    }

    @Test func `the mark follows the trail and the time, and a start with it raises nothing`() async throws {
        let test = try await TestDomain()
        let marks = Marks()
        let domain = try await started(test, marks)
        await domain.audit.seal()
        let before = try #require(marks.load()?.audit)
        _ = try await test.logIn()
        await domain.audit.seal()
        #expect(try #require(marks.load()?.audit?.number) > before.number)
        test.clock.advance(by: .seconds(60))
        await domain.tick()
        #expect(marks.load()?.latestTime == test.clock.now())
        _ = try await started(test, marks)
        #expect(try await generation(test) == 0)
    }

    @Test(arguments: ["audit", "time", "generation", "hash"])
    func `an older database in its place ends all that it would revive`(_ sign: String) async throws {
        let test = try await TestDomain()
        let login = try await test.logIn()
        let marks = Marks()
        let domain = try await started(test, marks)
        await domain.audit.seal()
        await domain.tick()
        var mark = try #require(marks.load())
        let head = try #require(mark.audit)
        switch sign {
        case "audit": mark.audit = AuditHead(number: head.number + 1, hash: head.hash)
        case "time": mark.latestTime = test.clock.now().adding(.seconds(1))
        case "generation": mark.generation = 4
        default: mark.audit = AuditHead(number: head.number, hash: [UInt8](repeating: 1, count: 32))
        }
        let oldKey = try #require(domain.keyRing.signer?.keyID)
        let again = try await started(test, Marks(mark))
        #expect(try await generation(test) == mark.generation + 1)
        #expect(again.keyRing.signer?.keyID != oldKey)
        #expect(again.keyRing.signer != nil)
        await #expect(throws: OAuthError.self) {
            try await AuthorizationServer(again).issueTokens(
                for: .refreshToken(try #require(login.refreshToken), scope: nil, resources: []),
                client: PresentedClient(),
                address: .unix
            )
        }
        #expect(again.revocations.isRevoked(try test.verified(login.accessToken)))
        await again.audit.seal()
        #expect(try await again.storage.auditLinks(AuditQuery(event: "restored", limit: 1)).count == 1)
        // It is told of once: the next start finds its own mark.
        _ = try await started(test, marks)
        #expect(try await generation(test) == mark.generation + 1)
    }

    @Test func `another database's mark raises nothing, nor does an accepted clock`() async throws {
        let test = try await TestDomain()
        let marks = Marks()
        let domain = try await started(test, marks)
        await domain.tick()
        var mark = try #require(marks.load())
        mark.latestTime = test.clock.now().adding(.seconds(86_400))
        _ = try await started(test, Marks(mark), acceptsClock: true)
        #expect(try await generation(test) == 0)
        let foreign = HistoryMark(databaseID: "other", generation: 9, audit: mark.audit, latestTime: nil)
        _ = try await started(test, Marks(foreign))
        #expect(try await generation(test) == 0)
    }

    @Test func `a wrong master key stops the start before anything is ended`() async throws {
        let test = try await TestDomain()
        let marks = Marks()
        let domain = try await started(test, marks)
        await domain.tick()
        var mark = try #require(marks.load())
        mark.generation = 4
        let wrong = Domain(
            settings: test.domain.settings,
            storage: test.domain.storage,
            masterKey: try #require(MasterKey([UInt8](repeating: 1, count: 32))),
            passwords: test.domain.passwords,
            clock: test.clock,
            marks: Marks(mark),
            logger: test.domain.logger
        )
        await #expect(throws: MasterKeyError.wrongKey) { try await wrong.load() }
        #expect(try await generation(test) == 0)
    }

    @Test func `adopting a database ends all and leaves a server that works`() async throws {
        let test = try await TestDomain()
        let login = try await test.logIn()
        try await test.domain.adopt(detail: "by hand")
        await #expect(throws: OAuthError.self) { try await test.refresh(login.refreshToken) }
        #expect(throws: (any Error).self) { try test.verified(login.accessToken) }
        test.clock.advance(by: .seconds(1))
        let fresh = try await test.logIn()
        _ = try await test.refresh(fresh.refreshToken)
    }
}
