import JOSE
import TesseraCore
import Testing

@testable import TesseraSQL

/// A session whose refresh token is about to be presented.
private struct RotationFixture {
    let store: StoreFixture
    let storage: SQLStorage
    let account: Account
    let derivation: SuccessorDerivation
    var settings = Settings(issuer: "https://id.example")

    init(_ engine: Engine) async throws {
        store = try await StoreFixture(engine)
        storage = store.storage
        account = Sample.account("alice")
        derivation = try #require(Sample.masterKey).successorDerivation
        try await storage.add(account, canonicalUsername: "alice", event: Sample.event())
        _ = try await storage.begin(
            Sample.session("s1", account: account, token: Sample.token(1)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
    }

    func rotate(
        _ token: RefreshToken,
        after seconds: Int64,
        client: String = Client.builtInID,
        scope: Scope? = nil,
        audiences: [String] = []
    ) async throws -> RotationOutcome {
        try await storage.rotate(
            Rotation(
                token: token,
                proof: ClientProof(PresentedClient(id: client)),
                requestedScope: scope,
                requestedAudiences: audiences,
                now: Sample.now.adding(.seconds(seconds)),
                settings: settings,
                derivation: derivation
            )
        )
    }

    func state() async throws -> Session? {
        try await storage.session(handle: Sample.token(1).handle)
    }
}

/// The one atomic step of a refresh, on real databases.
struct RotationTests {
    @Test(arguments: Engine.present)
    func `a rotation replaces the token in place`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        let outcome = try await on.rotate(Sample.token(1), after: 10)
        guard case .rotated(let grant) = outcome else { return #expect(Bool(false), "\(outcome.name)") }
        let session = try #require(try await on.state())
        #expect(session.refresh.counter == 1)
        #expect(session.refresh.currentDigest == grant.refreshToken.digest)
        #expect(session.refresh.previousDigest == Sample.token(1).digest)
        #expect(session.idleExpiresAt == Sample.now.adding(.seconds(10 + 14 * 86_400)))
    }

    @Test(arguments: Engine.present)
    func `a repeat within the grace gets the same successor, writes nothing and extends nothing`(on engine: Engine)
        async throws
    {
        let on = try await RotationFixture(engine)
        guard case .rotated(let first) = try await on.rotate(Sample.token(1), after: 10) else {
            return #expect(Bool(false))
        }
        let before = try #require(try await on.state())
        guard case .repeated(let again) = try await on.rotate(Sample.token(1), after: 39) else {
            return #expect(Bool(false))
        }
        #expect(again.refreshToken.digest == first.refreshToken.digest)
        let after = try #require(try await on.state())
        #expect(after.refresh == before.refresh)
        #expect(after.idleExpiresAt == before.idleExpiresAt)
    }

    @Test(arguments: Engine.present)
    func `parallel refreshes of one token all get one successor`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        let digests = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    switch try await on.rotate(Sample.token(1), after: 10) {
                    case .rotated(let grant), .repeated(let grant): grant.refreshToken.digest
                    default: nil
                    }
                }
            }
            return try await group.reduce(into: [[UInt8]?]()) { $0.append($1) }
        }
        #expect(digests.count == 16)
        #expect(Set(digests).count == 1)
        #expect(digests.first != .some(nil))
        #expect(try await on.state()?.refresh.counter == 1)
    }

    @Test(arguments: Engine.present)
    func `a refresh token reused after the grace ends its session and no other`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        _ = try await on.storage.begin(
            Sample.session("s2", account: on.account, token: Sample.token(2)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
        _ = try await on.rotate(Sample.token(1), after: 10)
        guard case .reused(let id, _, let revocations) = try await on.rotate(Sample.token(1), after: 41) else {
            return #expect(Bool(false))
        }
        #expect(id == "s1")
        #expect(revocations.map(\.subject) == [.session("s1")])
        #expect(try await on.state()?.endedAt != nil)
        guard case .rotated = try await on.rotate(Sample.token(2), after: 42) else { return #expect(Bool(false)) }
        let stored = try await on.storage.revocations(at: Sample.now.adding(.seconds(41)))
        #expect(stored.map(\.subject) == [.session("s1")])
    }

    @Test(arguments: Engine.present)
    func `after a reuse the newest token is dead too`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        guard case .rotated(let grant) = try await on.rotate(Sample.token(1), after: 10) else {
            return #expect(Bool(false))
        }
        _ = try await on.rotate(Sample.token(1), after: 41)
        guard case .refused(.sessionEnded) = try await on.rotate(grant.refreshToken, after: 42) else {
            return #expect(Bool(false))
        }
    }

    @Test(arguments: Engine.present)
    func `another client's token is refused and its owner is unharmed`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        guard case .wrongClient = try await on.rotate(Sample.token(1), after: 10, client: "other") else {
            return #expect(Bool(false))
        }
        guard case .rotated = try await on.rotate(Sample.token(1), after: 11) else { return #expect(Bool(false)) }
    }

    @Test(arguments: Engine.present)
    func `a refresh narrows and never widens`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        guard case .invalidScope = try await on.rotate(Sample.token(1), after: 10, scope: ["articles:read", "admin"])
        else {
            return #expect(Bool(false))
        }
        guard
            case .invalidTarget = try await on.rotate(Sample.token(1), after: 10, audiences: ["https://other.example"])
        else { return #expect(Bool(false)) }
        #expect(try await on.state()?.refresh.counter == 0)
        guard case .rotated(let grant) = try await on.rotate(Sample.token(1), after: 10, scope: ["articles:read"])
        else {
            return #expect(Bool(false))
        }
        #expect(grant.session.scope == ["articles:read", "articles:write"])
    }

    @Test(arguments: Engine.present)
    func `a disabled account does not refresh`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        let revocations = try await on.storage.setDisabled(
            true,
            accountID: on.account.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.accountDisabled)
        )
        #expect(
            Set(revocations.map(\.subject)) == [
                .session("s1"), .account(on.account.id, issuedUpTo: Sample.now.seconds),
            ]
        )
        guard case .refused(.accountDisabled) = try await on.rotate(Sample.token(1), after: 1) else {
            return #expect(Bool(false))
        }
    }

    @Test(arguments: Engine.present)
    func `enabling an account again revives nothing`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        for disabled in [true, false] {
            _ = try await on.storage.setDisabled(
                disabled,
                accountID: on.account.id,
                accessTokenLifetime: Sample.lifetime,
                event: Sample.event(.accountDisabled)
            )
        }
        guard case .refused(.accountGenerationPassed) = try await on.rotate(Sample.token(1), after: 1) else {
            return #expect(Bool(false))
        }
    }

    @Test(arguments: Engine.present)
    func `a removed account does not refresh`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        _ = try await on.storage.remove(
            accountID: on.account.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event()
        )
        guard case .refused(.accountRemoved) = try await on.rotate(Sample.token(1), after: 1) else {
            return #expect(Bool(false))
        }
    }

    @Test(arguments: Engine.present)
    func `a changed password ends the other sessions and keeps the one that changed it`(on engine: Engine) async throws
    {
        let on = try await RotationFixture(engine)
        _ = try await on.storage.begin(
            Sample.session("s2", account: on.account, token: Sample.token(2)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
        let revocations = try await on.storage.setPassword(
            accountID: on.account.id,
            to: try Sample.hash("b3RoZXJzYWx0b3RoZXJzYQ"),
            keepingSession: "s1",
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.passwordChanged)
        )
        #expect(revocations.map(\.subject) == [.session("s2")])
        guard case .rotated = try await on.rotate(Sample.token(1), after: 1) else { return #expect(Bool(false)) }
        guard case .refused = try await on.rotate(Sample.token(2), after: 1) else { return #expect(Bool(false)) }
    }

    @Test(arguments: Engine.present)
    func `a log-in in flight does not outrun a revocation`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        // The account was read, then everything was ended, then the session is begun with the generation that was read.
        _ = try await on.storage.endSessions(
            accountID: on.account.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.sessionEnded)
        )
        let late = Sample.session("late", account: on.account, token: Sample.token(9))
        guard
            case .refused(.accountGenerationPassed) = try await on.storage.begin(
                late,
                grant: .password,
                event: Sample.event()
            )
        else { return #expect(Bool(false)) }
        #expect(try await on.storage.session(handle: Sample.token(9).handle) == nil)
    }

    @Test(arguments: Engine.present)
    func `a refresh in flight does not outrun a revocation`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        // A session of before, whose own row the sweep has not reached: the account's number alone refuses it.
        try await on.store.database.write { connection throws(SQLFailure) in
            try connection.execute(
                "UPDATE accounts SET generation = generation + 1 WHERE id = $1",
                [.text(on.account.id)]
            )
        }
        guard case .refused(.accountGenerationPassed) = try await on.rotate(Sample.token(1), after: 1) else {
            return #expect(Bool(false))
        }
        #expect(try await on.state()?.refresh.counter == 0)
    }

    @Test(arguments: Engine.present)
    func `an idle or an old session does not refresh`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        guard case .refused(.sessionExpired) = try await on.rotate(Sample.token(1), after: 14 * 86_400) else {
            return #expect(Bool(false))
        }
    }

    @Test(arguments: Engine.present)
    func `an unknown handle is unknown`(on engine: Engine) async throws {
        let on = try await RotationFixture(engine)
        guard case .unknown = try await on.rotate(Sample.token(77), after: 1) else { return #expect(Bool(false)) }
    }
}
