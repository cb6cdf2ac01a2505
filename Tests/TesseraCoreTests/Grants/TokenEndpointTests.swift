import Dispatch
import JOSE
import Passwords
import TestSupport
import Testing

@testable import TesseraCore

struct TokenEndpointTests {
    private func refused(
        _ code: OAuthError.Code,
        _ comment: Comment? = nil,
        _ body: () async throws -> Void
    ) async -> OAuthError? {
        let error = await #expect(throws: OAuthError.self, comment) { try await body() }
        #expect(error?.code == code, comment)
        return error
    }

    @Test func `a log-in gives an access token of RFC 9068 and a refresh token`() async throws {
        let test = try await TestDomain()
        let response = try await test.logIn()
        let token = try test.verified(response.accessToken)
        for claim in [
            "iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "sid", "auth_time", "roles", "username",
        ] {
            #expect(token[claim] != nil, "\(claim)")
        }
        #expect(token.header.type == "at+jwt")
        #expect(token["username"]?.stringValue == "alice")
        #expect(token.subject != "alice")
        #expect(token.scopes == ["articles:read", "articles:write"])
        #expect(response.expiresIn == 1800)
        #expect(response.refreshToken?.revealed.hasPrefix("tsr_") == true)
    }

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
        _ = try await administration.perform(
            AddAccount(username: "gone", email: nil, roles: [], password: Secret(TestDomain.password))
        )
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
        let stored = try #require(try await test.domain.storage.account(canonicalUsername: "moved")).passwordHash
        #expect(stored != hash)
        #expect(stored.encoded.contains("m=64,"))
        _ = try await test.logIn("moved", password: "from another system")
    }

    @Test func `client_credentials gives a token for the client itself and no refresh token`() async throws {
        let test = try await TestDomain()
        let client = try await test.addClient("robot", scopes: ["jobs:run", "jobs:read"])
        let response = try await AuthorizationServer(test.domain).issueTokens(
            for: .clientCredentials(scope: ["jobs:read"], resources: []),
            client: client,
            address: .unix
        )
        let token = try test.verified(response.accessToken)
        #expect(token.subject == "robot")
        #expect(token.sessionID == nil)
        #expect(token.scopes == ["jobs:read"])
        #expect(response.refreshToken == nil)
    }

    @Test func `a wrong, a missing and an unasked-for client secret are refused`() async throws {
        let test = try await TestDomain()
        _ = try await test.addClient("robot")
        for client in [
            PresentedClient(id: "robot", secret: Secret("tcs_wrong")), PresentedClient(id: "robot"),
            PresentedClient(id: "tessera", secret: Secret("tcs_any")),
            PresentedClient(id: "nobody", secret: Secret("x")),
            PresentedClient(id: "no\u{0}body"),
        ] {
            _ = await refused(.invalidClient) {
                _ = try await AuthorizationServer(test.domain).issueTokens(
                    for: .clientCredentials(scope: nil, resources: []),
                    client: client,
                    address: .unix
                )
            }
        }
    }

    @Test func `a right client secret is never delayed, whatever others guess`() async throws {
        let test = try await TestDomain { $0.loginAttemptsPerAccount = 1 }
        let client = try await test.addClient("robot")
        func ask(_ client: PresentedClient) async throws {
            _ = try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: []),
                client: client,
                address: .unix
            )
        }
        let wrong = PresentedClient(id: "robot", secret: Secret("tcs_wrong"))
        _ = await refused(.invalidClient) { try await ask(wrong) }
        _ = await refused(.tooManyAttempts) { try await ask(wrong) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<500 { group.addTask { try await ask(client) } }
            try await group.waitForAll()
        }
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

    @Test func `resources are named once and are few`() async throws {
        let test = try await TestDomain()
        let audiences = (0..<9).map { "https://api\($0).example" }
        let client = try await test.addClient("robot", audiences: audiences)
        func ask(_ resources: [String]) async throws -> TokenResponse {
            try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: resources),
                client: client,
                address: .unix
            )
        }
        let token = try test.verified(
            try await ask([audiences[0], audiences[0]]).accessToken,
            audience: audiences[0]
        )
        #expect(token.audiences == [audiences[0]])
        _ = await refused(.invalidTarget) { _ = try await ask(audiences) }
    }

    @Test func `a client gets tokens for its registered audiences alone`() async throws {
        let test = try await TestDomain()
        let client = try await test.addClient("robot", audiences: ["https://api.example"])
        func ask(_ resources: [String]) async throws -> TokenResponse {
            try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: resources),
                client: client,
                address: .unix
            )
        }
        let token = try test.verified(
            try await ask(["https://api.example"]).accessToken,
            audience: "https://api.example"
        )
        #expect(token.audiences == ["https://api.example"])
        _ = await refused(.invalidTarget) { _ = try await ask(["https://other.example"]) }
    }

    @Test func `two secrets of a client overlap during a change`() async throws {
        let test = try await TestDomain()
        let old = try await test.addClient("robot")
        let reply = try await LocalAdministration(test.domain).perform(RotateClientSecret(id: "robot"))
        let new = PresentedClient(id: "robot", secret: reply.secret?.secret)
        for client in [old, new] {
            _ = try await AuthorizationServer(test.domain).issueTokens(
                for: .clientCredentials(scope: nil, resources: []),
                client: client,
                address: .unix
            )
        }
    }

    @Test func `a refresh gives a new pair and the old token the same successor again`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        let second = try await test.refresh(first.refreshToken)
        let repeated = try await test.refresh(first.refreshToken)
        #expect(second.refreshToken?.revealed == repeated.refreshToken?.revealed)
        #expect(second.refreshToken?.revealed != first.refreshToken?.revealed)
        #expect(try test.verified(second.accessToken).sessionID == test.verified(first.accessToken).sessionID)
    }

    @Test func `a reuse after the grace refuses the session's access tokens at once`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        let second = try await test.refresh(first.refreshToken)
        test.clock.advance(by: .seconds(31))
        _ = await refused(.invalidGrant) { _ = try await test.refresh(first.refreshToken) }
        #expect(test.domain.revocations.isRevoked(try test.verified(second.accessToken)))
        _ = await refused(.invalidGrant) { _ = try await test.refresh(second.refreshToken) }
    }

    @Test func `a thief who rotates every second is found out by the owner's next refresh`() async throws {
        let test = try await TestDomain()
        let owners = try await test.logIn().refreshToken
        var thiefs = owners
        for _ in 0..<5 {
            test.clock.advance(by: .seconds(1))
            thiefs = try await test.refresh(thiefs).refreshToken
        }
        _ = await refused(.invalidGrant) { _ = try await test.refresh(owners) }
        let error = await refused(.invalidGrant) { _ = try await test.refresh(thiefs) }
        #expect(error?.reason == "session_ended")
    }

    @Test func `a refresh token of another client, a forged one and rubbish are refused alike`() async throws {
        let test = try await TestDomain()
        let other = try await test.addClient("other", grants: ["refresh_token"])
        let mine = try await test.logIn().refreshToken
        var answers: Set<String> = []
        let forged = RefreshToken(
            handle: [UInt8](repeating: 1, count: 12),
            counter: 0,
            secret: [UInt8](repeating: 1, count: 16)
        )
        for (token, client) in [
            (mine, other), (forged.text, PresentedClient()), (Secret("rubbish"), PresentedClient()),
        ] {
            let error = await refused(.invalidGrant) { _ = try await test.refresh(token, client: client) }
            answers.insert(error?.description ?? "")
        }
        #expect(answers.count == 1)
        _ = try await test.refresh(mine)
    }

    @Test func `a role taken away in the configuration takes its scopes along at the next refresh`() async throws {
        let test = try await TestDomain()
        let first = try await test.logIn()
        var settings = test.domain.settings
        settings.roles = RoleTable(["editor": ["articles:read"]])
        let masterKey = try #require(MasterKey(TestDomain.masterKeyBytes))
        let restarted = Domain(
            settings: settings,
            storage: test.domain.storage,
            masterKey: masterKey,
            passwords: test.domain.passwords,
            clock: test.clock,
            logger: test.domain.logger
        )
        try await restarted.load()
        let second = try await AuthorizationServer(restarted).issueTokens(
            for: .refreshToken(try #require(first.refreshToken), scope: nil, resources: []),
            client: PresentedClient(),
            address: .unix
        )
        #expect(second.scope == ["articles:read"])
    }

    @Test func `an access token never outlives its session`() async throws {
        let test = try await TestDomain { $0.sessionLifetime = .seconds(60) }
        let response = try await test.logIn()
        #expect(response.expiresIn == 60)
        let token = try test.verified(response.accessToken)
        #expect(token.expiresAt == test.clock.now().seconds + 60)
    }
}
