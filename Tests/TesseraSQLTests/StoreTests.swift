import JOSE
import TesseraCore
import Testing

@testable import TesseraSQL

struct StoreTests {
    private func taken(_ body: () async throws -> Void) async {
        let error = await #expect(throws: StorageError.self) { try await body() }
        #expect(error?.code == .taken)
    }

    @Test(arguments: Engine.present)
    func `an account comes back as it was stored`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let account = try await store.add("Álice", email: "a@example.org")
        let name = Username.canonical("ÁLICE")
        let (found, hash) = try #require(try await storage.credentials(canonicalUsername: name))
        #expect(try await storage.account(canonicalUsername: name)?.id == account.id)
        #expect(found.id == account.id)
        #expect(found.email == "a@example.org")
        #expect(found.roles == ["editor", "a \"strange\" role"])
        #expect(try hash == Sample.hash())
        #expect(found.createdAt == Sample.now)
    }

    @Test(arguments: Engine.present)
    func `look-alike or case-twin user names are one name`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        _ = try await store.add("alice")
        await taken { _ = try await store.add("ALICE") }
        await taken { _ = try await store.add("ａｌｉｃｅ") }
    }

    @Test(arguments: Engine.present)
    func `a name that is somebody's e-mail address is taken, and the other way round`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        _ = try await store.add("bob", email: "bob@example.org")
        await taken { _ = try await store.add("Bob@Example.org") }
        _ = try await store.add("eve@example.org")
        await taken { _ = try await store.add("mallory", email: "eve@example.org") }
        await taken { _ = try await store.add("carol", email: "BOB@example.org") }
    }

    @Test(arguments: Engine.present)
    func `an address that is claimed clashes with nothing, and one that is assigned stays so`(
        on engine: Engine
    ) async throws {
        let store = try await StoreFixture(engine)
        let owner = try await store.add("bob", email: "bob@example.org")
        try await store.storage.add(
            Sample.account("eve", email: "BOB@example.org"),
            canonicalUsername: "eve",
            passwordHash: try Sample.hash(),
            emailOrigin: .claimed,
            event: Sample.event()
        )
        func claim(_ email: String?, _ id: String) async throws -> String? {
            try await store.storage.claimEmail(email, accountID: id, event: Sample.event(.emailChanged)).email
        }
        #expect(try await claim("Bob@Example.org", owner.id) == "Bob@Example.org")
        await taken { _ = try await store.add("mallory", email: "bob@example.org") }
        #expect(try await claim(nil, owner.id) == nil)
        _ = try await store.add("mallory", email: "bob@example.org")
        #expect(try await claim("bob@example.org", owner.id) == "bob@example.org")
        let error = await #expect(throws: StorageError.self) { try await claim("x@example.org", "nobody") }
        #expect(error?.code == .notFound)
    }

    @Test(arguments: Engine.present)
    func `parallel registrations of one name make one account`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let successes = await withTaskGroup(of: Bool.self) { group in
            for index in 0..<8 {
                group.addTask {
                    do {
                        let account = Account(
                            id: "id-\(index)",
                            username: "twin",
                            email: nil,
                            roles: [],
                            isDisabled: false,
                            generation: 0,
                            createdAt: Sample.now
                        )
                        try await storage.add(account, canonicalUsername: "twin", event: Sample.event())
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
    }

    @Test(arguments: Engine.present)
    func `a hash is replaced only while it is the one that was verified`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let account = try await store.add("alice")
        let (hash, other) = (try Sample.hash(), try Sample.hash("b3RoZXJzYWx0b3RoZXJzYQ"))
        try await storage.rehash(accountID: account.id, from: other, to: other)
        #expect(try await storage.credentials(canonicalUsername: "alice")?.passwordHash == hash)
        try await storage.rehash(accountID: account.id, from: hash, to: other)
        #expect(try await storage.credentials(canonicalUsername: "alice")?.passwordHash == other)
    }

    @Test(arguments: Engine.present)
    func `a stored hash that cannot be read stops a log-in and nothing else`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let account = try await store.add("alice")
        try await store.database.write { connection throws(SQLFailure) in
            try connection.execute("UPDATE accounts SET password_hash = 'canary' WHERE id = $1", [.text(account.id)])
        }
        let error = await #expect(throws: StorageError.self) {
            try await store.storage.credentials(canonicalUsername: "alice")
        }
        #expect(error?.code == .corrupt && error?.reason.contains("canary") == false)
        #expect(try await store.storage.account(id: account.id)?.username == "alice")
        #expect(try await store.storage.accounts(after: nil, limit: 10).count == 1)
    }

    @Test(arguments: Engine.present)
    func `whether an administrator is left is known`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        _ = try await store.add("editor")
        #expect(try await store.storage.hasAdministrator() == false)
        let account = Account(
            id: "id-of-root",
            username: "root",
            email: nil,
            roles: ["editor", "admin"],
            isDisabled: false,
            generation: 0,
            createdAt: Sample.now
        )
        try await store.storage.add(account, canonicalUsername: "root", event: Sample.event())
        #expect(try await store.storage.hasAdministrator())
        _ = try await store.storage.setDisabled(
            true,
            accountID: account.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.accountDisabled)
        )
        #expect(try await store.storage.hasAdministrator() == false)
    }

    @Test(arguments: Engine.present)
    func `accounts are listed a page at a time`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        for name in ["carol", "alice", "bob"] { _ = try await store.add(name) }
        let first = try await storage.accounts(after: nil, limit: 2)
        #expect(first.map(\.username) == ["alice", "bob"])
        let rest = try await storage.accounts(after: "bob", limit: 2)
        #expect(rest.map(\.username) == ["carol"])
        #expect(try await storage.accounts(after: nil, limit: 10).count == 3)
    }

    @Test(arguments: Engine.present)
    func `a client can never be an account`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let account = try await store.add("alice")
        let client = Client(
            id: account.id,
            name: nil,
            secretDigests: [[UInt8](repeating: 1, count: 32)],
            grants: [.clientCredentials],
            scopes: [],
            audiences: [],
            origins: [],
            redirectURIs: [],
            isFirstParty: false,
            generation: 0,
            createdAt: Sample.now
        )
        await taken { try await storage.add(client, event: Sample.event(.clientAdded)) }
    }

    @Test(arguments: Engine.present)
    func `two secrets overlap during a change, and the third ends the first`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let digests = (UInt8(1)...3).map { [UInt8](repeating: $0, count: 32) }
        let client = Client(
            id: "app",
            name: "App",
            secretDigests: [digests[0]],
            grants: [.clientCredentials],
            scopes: ["a", "b"],
            audiences: ["https://x.example"],
            origins: ["https://app.example"],
            redirectURIs: [],
            isFirstParty: false,
            generation: 0,
            createdAt: Sample.now
        )
        try await storage.add(client, event: Sample.event(.clientAdded))
        try await storage.addSecret(digest: digests[1], clientID: "app", event: Sample.event(.clientSecretRotated))
        #expect(try await storage.client(id: "app")?.secretDigests == [digests[1], digests[0]])
        try await storage.addSecret(digest: digests[2], clientID: "app", event: Sample.event(.clientSecretRotated))
        #expect(try await storage.client(id: "app")?.secretDigests == [digests[2], digests[1]])
        #expect(try await storage.client(id: "app")?.scopes == ["a", "b"])
        #expect(try await storage.clients().map(\.id) == ["app", "tessera"])
    }

    @Test(arguments: Engine.present)
    func `a removed client leaves a revocation for all it was issued`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let account = try await store.add("alice")
        _ = try await storage.begin(
            Sample.session("s1", account: account, token: Sample.token(1)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
        let revocations = try await storage.removeClient(
            id: Client.builtInID,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.clientRemoved)
        )
        #expect(
            Set(revocations.map(\.subject)) == [.session("s1"), .client("tessera", issuedUpTo: Sample.now.seconds)]
        )
        #expect(try await storage.revocations(at: Sample.now).count == 2)
    }

    @Test(arguments: Engine.present)
    func `one active and one upcoming key at most`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        func key(_ id: String, _ state: StoredSigningKey.State) -> StoredSigningKey {
            StoredSigningKey(
                id: id,
                algorithm: "ES256",
                state: state,
                sealedPrivateKey: [1],
                createdAt: Sample.now,
                activeFrom: Sample.now,
                publishedUntil: nil
            )
        }
        try await storage.add(key("k1", .active), event: Sample.event(.signingKeyAdded))
        await taken { try await storage.add(key("k2", .active), event: Sample.event(.signingKeyAdded)) }
        try await storage.add(key("k3", .upcoming), event: Sample.event(.signingKeyAdded))
        await taken { try await storage.add(key("k4", .upcoming), event: Sample.event(.signingKeyAdded)) }
        try await storage.activate(
            signingKeyID: "k3",
            predecessorPublishedUntil: Sample.now.adding(.seconds(60)),
            event: Sample.event(.signingKeyActivated)
        )
        #expect(try await storage.signingKeys().map(\.state) == [.retired, .active])
        await #expect(throws: StorageError.self) {
            try await storage.activate(
                signingKeyID: "k1",
                predecessorPublishedUntil: Sample.now,
                event: Sample.event(.signingKeyActivated)
            )
        }
        // The failed activation took its first statement back.
        #expect(try await storage.signingKeys().map(\.state) == [.retired, .active])
        try await storage.sweepSigningKeys(at: Sample.now.adding(.seconds(60)))
        #expect(try await storage.signingKeys().map(\.id) == ["k3"])
    }

    @Test(arguments: Engine.present)
    func `the first master key's check value is kept`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        #expect(try await storage.masterKeyCheck(orStore: [1, 2]) == [1, 2])
        #expect(try await storage.masterKeyCheck(orStore: [3]) == [1, 2])
    }

    @Test(arguments: Engine.present)
    func `somebody else's session is not ended`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let alice = try await store.add("alice")
        let bob = try await store.add("bob")
        _ = try await storage.begin(
            Sample.session("s1", account: alice, token: Sample.token(1)),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
        let none = try await storage.end(
            sessionID: "s1",
            accountID: bob.id,
            accessTokenLifetime: Sample.lifetime,
            event: Sample.event(.sessionEnded)
        )
        #expect(none.isEmpty)
        #expect(try await storage.sessions(accountID: alice.id, at: Sample.now, limit: 10).map(\.id) == ["s1"])
    }

    @Test(arguments: Engine.present)
    func `revocations that are needed no more are swept`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        let kept = Revocation(.token("a"), keepUntil: Sample.now.adding(.seconds(10)))
        let gone = Revocation(.client("c", issuedUpTo: 5), keepUntil: Sample.now.adding(.seconds(5)))
        try await storage.revoke([kept, gone], event: Sample.event(.tokenRevoked))
        #expect(try await storage.revocations(at: Sample.now) == [kept, gone])
        try await storage.sweepRevocations(at: Sample.now.adding(.seconds(5)))
        #expect(try await storage.revocations(at: Sample.now) == [kept])
    }

    @Test(arguments: Engine.present)
    func `the database says that it is ready`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let storage = store.storage
        #expect(await storage.isReady())
    }
}
