import JOSE
import TesseraCore
import Testing

@testable import TesseraSQL

/// The one atomic step of a refresh, on a real file.
struct RotationTests {
    let fixture: TemporaryDatabase
    let storage: SQLStorage
    let account: Account
    let derivation: SuccessorDerivation
    var settings = Settings(issuer: "https://id.example")

    init() async throws {
        fixture = try await TemporaryDatabase()
        storage = fixture.storage
        account = try Sample.account("alice")
        derivation = try #require(Sample.masterKey).successorDerivation
        try await storage.add(account, canonicalUsername: "alice", event: Sample.event())
        _ = try await storage.begin(
            Sample.session("s1", account: account, token: Sample.token(1)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
    }

    private func rotate(
        _ token: RefreshToken,
        after seconds: Int64,
        client: String = Client.builtInID,
        scope: Scope? = nil,
        audiences: [String] = []
    ) async throws -> RotationOutcome {
        try await storage.rotate(
            Rotation(
                token: token,
                clientID: client,
                requestedScope: scope,
                requestedAudiences: audiences,
                now: Sample.now.adding(.seconds(seconds)),
                settings: settings,
                derivation: derivation
            )
        )
    }

    private func state() async throws -> Session? {
        try await storage.session(handle: Sample.token(1).handle)
    }

    @Test func `a rotation replaces the token in place`() async throws {
        let outcome = try await rotate(Sample.token(1), after: 10)
        guard case .rotated(let grant) = outcome else { return #expect(Bool(false), "\(outcome.name)") }
        let session = try #require(try await state())
        #expect(session.refresh.counter == 1)
        #expect(session.refresh.currentDigest == grant.refreshToken.digest)
        #expect(session.refresh.previousDigest == Sample.token(1).digest)
        #expect(session.idleExpiresAt == Sample.now.adding(.seconds(10 + 14 * 86_400)))
    }

    @Test func `a repeat within the grace gets the same successor, writes nothing and extends nothing`() async throws {
        guard case .rotated(let first) = try await rotate(Sample.token(1), after: 10) else {
            return #expect(Bool(false))
        }
        let before = try #require(try await state())
        guard case .repeated(let again) = try await rotate(Sample.token(1), after: 39) else {
            return #expect(Bool(false))
        }
        #expect(again.refreshToken.digest == first.refreshToken.digest)
        let after = try #require(try await state())
        #expect(after.refresh == before.refresh)
        #expect(after.idleExpiresAt == before.idleExpiresAt)
    }

    @Test func `parallel refreshes of one token all get one successor`() async throws {
        let digests = try await withThrowingTaskGroup(of: [UInt8]?.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    switch try await rotate(Sample.token(1), after: 10) {
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
        #expect(try await state()?.refresh.counter == 1)
    }

    @Test func `a refresh token reused after the grace ends its session and no other`() async throws {
        _ = try await storage.begin(
            Sample.session("s2", account: account, token: Sample.token(2)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
        _ = try await rotate(Sample.token(1), after: 10)
        guard case .reused(let id, _, let revocations) = try await rotate(Sample.token(1), after: 41) else {
            return #expect(Bool(false))
        }
        #expect(id == "s1")
        #expect(revocations.map(\.subject) == [.session("s1")])
        #expect(try await state()?.endedAt != nil)
        guard case .rotated = try await rotate(Sample.token(2), after: 42) else { return #expect(Bool(false)) }
        let stored = try await storage.revocations(at: Sample.now.adding(.seconds(41)))
        #expect(stored.map(\.subject) == [.session("s1")])
    }

    @Test func `after a reuse the newest token is dead too`() async throws {
        guard case .rotated(let grant) = try await rotate(Sample.token(1), after: 10) else {
            return #expect(Bool(false))
        }
        _ = try await rotate(Sample.token(1), after: 41)
        guard case .refused(.sessionEnded) = try await rotate(grant.refreshToken, after: 42) else {
            return #expect(Bool(false))
        }
    }

    @Test func `another client's token is refused and its owner is unharmed`() async throws {
        guard case .wrongClient = try await rotate(Sample.token(1), after: 10, client: "other") else {
            return #expect(Bool(false))
        }
        guard case .rotated = try await rotate(Sample.token(1), after: 11) else { return #expect(Bool(false)) }
    }

    @Test func `a refresh narrows and never widens`() async throws {
        guard case .invalidScope = try await rotate(Sample.token(1), after: 10, scope: ["articles:read", "admin"])
        else {
            return #expect(Bool(false))
        }
        guard case .invalidTarget = try await rotate(Sample.token(1), after: 10, audiences: ["https://other.example"])
        else { return #expect(Bool(false)) }
        #expect(try await state()?.refresh.counter == 0)
        guard case .rotated(let grant) = try await rotate(Sample.token(1), after: 10, scope: ["articles:read"]) else {
            return #expect(Bool(false))
        }
        #expect(grant.session.scope == ["articles:read", "articles:write"])
    }

    @Test func `a disabled account does not refresh`() async throws {
        let revocations = try await storage.setDisabled(
            true,
            accountID: account.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.accountDisabled)
        )
        #expect(
            Set(revocations.map(\.subject)) == [.session("s1"), .account(account.id, issuedUpTo: Sample.now.seconds)]
        )
        guard case .refused(.accountDisabled) = try await rotate(Sample.token(1), after: 1) else {
            return #expect(Bool(false))
        }
    }

    @Test func `enabling an account again revives nothing`() async throws {
        for disabled in [true, false] {
            _ = try await storage.setDisabled(
                disabled,
                accountID: account.id,
                accessTokenLifetime: Sample.lifetime,
                event: Sample.event(.accountDisabled)
            )
        }
        guard case .refused(.accountGenerationPassed) = try await rotate(Sample.token(1), after: 1) else {
            return #expect(Bool(false))
        }
    }

    @Test func `a removed account does not refresh`() async throws {
        _ = try await storage.remove(accountID: account.id, accessTokenLifetime: Sample.lifetime, event: Sample.event())
        guard case .refused(.accountRemoved) = try await rotate(Sample.token(1), after: 1) else {
            return #expect(Bool(false))
        }
    }

    @Test func `a changed password ends the other sessions and keeps the one that changed it`() async throws {
        _ = try await storage.begin(
            Sample.session("s2", account: account, token: Sample.token(2)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
        let revocations = try await storage.setPassword(
            accountID: account.id,
            to: try Sample.hash("b3RoZXJzYWx0b3RoZXJzYQ"),
            keepingSession: "s1",
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.passwordChanged)
        )
        #expect(revocations.map(\.subject) == [.session("s2")])
        guard case .rotated = try await rotate(Sample.token(1), after: 1) else { return #expect(Bool(false)) }
        guard case .refused = try await rotate(Sample.token(2), after: 1) else { return #expect(Bool(false)) }
    }

    @Test func `a log-in in flight does not outrun a revocation`() async throws {
        // The account was read, then everything was ended, then the session is begun with the generation that was read.
        _ = try await storage.endSessions(
            accountID: account.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.sessionEnded)
        )
        let late = Sample.session("late", account: account, token: Sample.token(9))
        guard
            case .refused(.accountGenerationPassed) = try await storage.begin(
                late,
                grant: .password,
                event: Sample.event()
            )
        else { return #expect(Bool(false)) }
        #expect(try await storage.session(handle: Sample.token(9).handle) == nil)
    }

    @Test func `an idle or an old session does not refresh`() async throws {
        guard case .refused(.sessionExpired) = try await rotate(Sample.token(1), after: 14 * 86_400) else {
            return #expect(Bool(false))
        }
    }

    @Test func `an unknown handle is unknown`() async throws {
        guard case .unknown = try await rotate(Sample.token(77), after: 1) else { return #expect(Bool(false)) }
    }
}
