import JOSE
import Passwords
import TesseraSQL
import TestSupport
import Testing

@testable import TesseraCore

struct AuditTrailTests {
    /// A domain with some sealed rows, and a way to change the table behind its back.
    private struct Scene {
        let test: TestDomain

        init() async throws {
            test = try await TestDomain()
            _ = try await test.logIn()
            _ = try await test.addClient("robot")
            _ = try await test.logIn("admin")
            await test.domain.audit.seal()
        }

        func tamper(_ sql: String) async throws {
            let changed = try await test.database.write { connection throws(SQLFailure) in
                try connection.execute(sql, [])
            }
            #expect(changed > 0)
        }

        func verify(noted: AuditHead? = nil) async throws -> AuditVerification {
            try await LocalAdministration(test.domain).perform(VerifyAudit(noted: noted?.description))
        }
    }

    @Test func `rows are numbered without gaps and verify`() async throws {
        let scene = try await Scene()
        let rows = try await scene.test.domain.storage.auditLinks(AuditQuery(after: 0, limit: 1000)).map(\.row)
        #expect(rows.map(\.number) == Array(1...Int64(rows.count)))
        #expect(rows.map(\.event).contains("session_begun"))
        let result = try await scene.verify()
        #expect(result.fault == nil)
        #expect(result.rows == Int64(rows.count))
        #expect(result.unsealed == 0)
        #expect(result.head == scene.test.domain.audit.head?.description)
    }

    @Test(arguments: [
        "UPDATE audit SET detail = 'nothing to see' WHERE number = 3", "UPDATE audit SET at = at + 1 WHERE number = 3",
        "UPDATE audit SET account_id = NULL, detail = account_id WHERE number = 3",
        "UPDATE audit SET hash = NULL WHERE number = 3",
    ])
    func `an altered row is found and named`(_ sql: String) async throws {
        let scene = try await Scene()
        try await scene.tamper(sql)
        #expect(try await scene.verify().fault?.number == 3)
    }

    @Test func `a removed row is found and named`() async throws {
        let scene = try await Scene()
        try await scene.tamper("DELETE FROM audit WHERE number = 2")
        #expect(try await scene.verify().fault == AuditFault(number: 2, kind: .missing))
    }

    @Test func `rows that changed places are found`() async throws {
        let scene = try await Scene()
        try await scene.tamper("UPDATE audit SET number = -2 WHERE number = 2")
        try await scene.tamper("UPDATE audit SET number = 2 WHERE number = 3")
        try await scene.tamper("UPDATE audit SET number = 3 WHERE number = -2")
        #expect(try await scene.verify().fault == AuditFault(number: 2, kind: .altered))
    }

    @Test func `a row that was put in is found, numbered or in another's place`() async throws {
        let scene = try await Scene()
        let last = try #require(scene.test.domain.audit.head)
        try await scene.tamper(
            """
            INSERT INTO audit (at, event, number, hash, key_version)
            SELECT at, 'account_enabled', number + 1, hash, key_version FROM audit WHERE number = \(last.number)
            """
        )
        #expect(try await scene.verify().fault == AuditFault(number: last.number + 1, kind: .altered))
    }

    @Test func `a cut end is found against a head that was noted`() async throws {
        let scene = try await Scene()
        let noted = try #require(scene.test.domain.audit.head)
        try await scene.tamper("DELETE FROM audit WHERE number >= \(noted.number - 1)")
        #expect(try await scene.verify(noted: noted).fault == AuditFault(number: noted.number - 1, kind: .cut))
    }

    @Test func `an end that was rewritten is found against a head that was noted`() async throws {
        let scene = try await Scene()
        let noted = try #require(scene.test.domain.audit.head)
        // The sealer itself is made to seal another story.
        try await scene.tamper(
            "UPDATE audit SET number = NULL, hash = NULL, detail = 'other' WHERE number = \(noted.number)"
        )
        await scene.test.domain.audit.seal()
        #expect(try await scene.verify().fault == nil)
        #expect(try await scene.verify(noted: noted).fault == AuditFault(number: noted.number, kind: .otherHistory))
    }

    @Test func `a head that is none is refused`() async throws {
        let scene = try await Scene()
        for text in ["", "1", "1:", "0:\(String(repeating: "A", count: 43))", "1:AAAA", "x:y"] {
            let error = await #expect(throws: AdministrationError.self) {
                try await LocalAdministration(scene.test.domain).perform(VerifyAudit(noted: text))
            }
            #expect(error?.code == .invalid, "\(text)")
        }
    }

    @Test func `two sealers at once give every number once`() async throws {
        let test = try await TestDomain()
        let other = AuditTrail(
            store: SQLStorage(test.database),
            masterKey: try #require(MasterKey(TestDomain.masterKeyBytes)),
            clock: test.clock,
            logger: test.domain.logger
        )
        try await other.load()
        let storage = test.domain.storage
        let now = test.clock.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<300 {
                group.addTask {
                    try await storage.record(AuditEvent(.tokenRevoked, at: now, detail: "\(index)"))
                    await (index % 2 == 0 ? other : test.domain.audit).seal()
                }
            }
            try await group.waitForAll()
        }
        await other.seal()
        let result = try await test.domain.audit.verify()
        #expect(result.fault == nil)
        #expect(result.unsealed == 0)
        #expect(result.rows >= 300)
    }

    @Test func `the trail is read by user, event, time and page`() async throws {
        let scene = try await Scene()
        let administration = LocalAdministration(scene.test.domain)
        let all = try await administration.perform(ReadAudit(limit: 1000))
        #expect(all.last?.event == "audit_read")
        let alices = try await administration.perform(ReadAudit(username: "ALICE"))
        #expect(alices.map(\.event) == ["account_added", "session_begun"])
        #expect(alices.allSatisfy { $0.username == "alice" })
        let logins = try await administration.perform(ReadAudit(event: "session_begun"))
        #expect(logins.count == 2)
        scene.test.clock.advance(by: .seconds(600))
        let time = scene.test.clock.now()
        _ = try await scene.test.logIn()
        let late = try await administration.perform(ReadAudit(since: time))
        #expect(late.map(\.event) == ["session_begun", "audit_read"])
        let page = try await administration.perform(ReadAudit(after: 2, limit: 3, isContinued: true))
        #expect(page.map(\.number) == [3, 4, 5])
        let newest = try await administration.perform(ReadAudit(limit: 2, isContinued: true))
        #expect(newest.map(\.number).last == late.last?.number)
    }

    @Test func `an unknown event and an unknown user are errors, a removed user's id is not`() async throws {
        let scene = try await Scene()
        let administration = LocalAdministration(scene.test.domain)
        for (command, code) in [
            (ReadAudit(event: "session_began"), AdministrationError.Code.invalid),
            (ReadAudit(username: "nobody"), .notFound),
        ] {
            let error = await #expect(throws: AdministrationError.self) { try await administration.perform(command) }
            #expect(error?.code == code)
        }
        let id = try await administration.perform(ShowAccount(username: "alice")).id
        _ = try await administration.perform(RemoveAccount(username: "alice"))
        let rows = try await administration.perform(ReadAudit(username: id))
        #expect(rows.map(\.event) == ["account_added", "session_begun", "account_removed"])
    }

    @Test func `reading is audited once, not once a page, and again after an hour`() async throws {
        let scene = try await Scene()
        let administration = LocalAdministration(scene.test.domain, by: .administrator(accountID: "somebody"))
        func readings() async throws -> Int {
            try await scene.test.domain.storage.auditLinks(AuditQuery(event: "audit_read", after: 0, limit: 100)).count
        }
        _ = try await administration.perform(ReadAudit())
        for _ in 0..<5 {
            _ = try await administration.perform(ReadAudit(after: 0, isContinued: true))
        }
        #expect(try await readings() == 1)
        scene.test.clock.advance(by: .seconds(3601))
        _ = try await administration.perform(ReadAudit(after: 0, isContinued: true))
        #expect(try await readings() == 2)
        // Who claims to go on without having begun is told of too.
        _ = try await LocalAdministration(scene.test.domain).perform(ReadAudit(after: 0, isContinued: true))
        #expect(try await readings() == 3)
    }

    @Test func `a wrong password writes nothing, delayed guesses and a disabled account one row each`() async throws {
        let test = try await TestDomain { $0.loginAttemptsPerAccount = 2 }
        func count() async throws -> Int {
            try await test.database.read { connection throws(SQLFailure) in
                try connection.query("SELECT event FROM audit", []).count
            }
        }
        let before = try await count()
        for _ in 0..<2 { _ = try? await test.logIn(password: "wrong and long enough") }
        #expect(try await count() == before)
        let (told, source) = AsyncStream<Void>.makeStream()
        test.domain.storage.observeAudit { source.yield() }
        var tells = told.makeAsyncIterator()
        for _ in 0..<50 { _ = try? await test.logIn(password: "wrong and long enough") }
        await tells.next()
        #expect(try await count() == before + 1)
        test.clock.advance(by: .seconds(1000))
        _ = try await LocalAdministration(test.domain).perform(SetAccountDisabled(username: "alice", disabled: true))
        await tells.next()
        for _ in 0..<3 { _ = try? await test.logIn() }
        await tells.next()
        await test.domain.audit.seal()
        let events = try await test.domain.storage.auditLinks(AuditQuery(limit: 3)).map(\.row.event)
        #expect(events == ["login_throttled", "account_disabled", "login_refused"])
    }

    @Test func `a stranger who plays with many accounts gets no more than some rows a minute`() {
        var notices = AuditNotices()
        let admitted = (0..<1000).filter { _ in notices.spend(at: 60_000) }
        #expect(admitted.count == 12)
        let isNextMinuteFree = notices.spend(at: 120_000)
        #expect(isNextMinuteFree)
    }
}
