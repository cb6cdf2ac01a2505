import JOSE
import TesseraCore
import Testing

@testable import TesseraSQL

/// Two nodes on one database, at the same moment; on the embedded engine, two tasks.
struct NodesTests {
    private func key(_ id: String, _ state: StoredSigningKey.State) -> StoredSigningKey {
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

    /// Runs a closure on two nodes, `count` times in all and at once; answers what each came to.
    private func atOnce<T: Sendable>(
        _ count: Int,
        on store: StoreFixture,
        _ body: @escaping @Sendable (Int, SQLStorage) async throws(StorageError) -> T
    ) async throws -> [Result<T, StorageError>] {
        let nodes = [store.storage, try await store.anotherNode()]
        return await withTaskGroup(of: Result<T, StorageError>.self) { group in
            for index in 0..<count {
                group.addTask {
                    do throws(StorageError) {
                        return .success(try await body(index, nodes[index % 2]))
                    } catch {
                        return .failure(error)
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test(arguments: Engine.present)
    func `two nodes make one active key, and the loser is told`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let results = try await atOnce(8, on: store) { index, node throws(StorageError) in
            try await node.add(key("k\(index)", .active), event: Sample.event(.signingKeyAdded))
        }
        #expect(results.count { (try? $0.get()) != nil } == 1)
        for case .failure(let error) in results { #expect(error.code == .taken) }
        #expect(try await store.storage.signingKeys().map(\.state) == [.active])
    }

    @Test(arguments: Engine.present)
    func `a key is activated once, whoever tries, and one is active all the time`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        try await store.storage.add(key("k0", .active), event: Sample.event(.signingKeyAdded))
        for round in 1...5 {
            try await store.storage.add(key("k\(round)", .upcoming), event: Sample.event(.signingKeyAdded))
            let results = try await atOnce(6, on: store) { _, node throws(StorageError) in
                try await node.activate(
                    signingKeyID: "k\(round)",
                    predecessorPublishedUntil: Sample.now,
                    event: Sample.event(.signingKeyActivated)
                )
            }
            #expect(results.count { (try? $0.get()) != nil } == 1)
            for case .failure(let error) in results { #expect(error.code == .notFound) }
            #expect(try await store.storage.signingKeys().filter { $0.state == .active }.map(\.id) == ["k\(round)"])
        }
    }

    @Test(arguments: Engine.present)
    func `the active key cannot be removed, whatever its state was a moment ago`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        try await store.storage.add(key("k0", .active), event: Sample.event(.signingKeyAdded))
        let error = await #expect(throws: StorageError.self) {
            try await store.storage.removeSigningKey(id: "k0", event: Sample.event(.signingKeyRevoked))
        }
        #expect(error?.code == .notFound)
        #expect(try await store.storage.signingKeys().map(\.state) == [.active])
    }

    @Test(arguments: Engine.present)
    func `a name and an equal address are not given away at the same moment`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        for round in 0..<10 {
            let address = "mallory\(round)@example.org"
            let results = try await atOnce(4, on: store) { index, node throws(StorageError) in
                let isName = index % 2 == 0
                let account = Sample.stored(id: "id-\(round)-\(index)", isName ? address : "u\(round)-\(index)")
                try await node.add(
                    isName ? account : account.with(email: address),
                    canonicalUsername: account.username,
                    event: Sample.event()
                )
            }
            let added = results.enumerated().filter { (try? $0.element.get()) != nil }.map(\.offset)
            #expect(added.count == 1, "\(results)")
        }
    }

    @Test(arguments: Engine.present)
    func `a log-in that races with the end of all sessions is ended or refused`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let account = try await store.add("alice")
        var generation: Int64 = 0
        for round in 0..<20 {
            let current = try #require(try await store.storage.account(id: account.id))
            #expect(current.generation == generation)
            let revocations = try await atOnce(4, on: store) { index, node throws(StorageError) -> [Revocation] in
                if index == 3 {
                    return try await node.endSessions(
                        accountID: account.id,
                        accessTokenLifetime: Sample.lifetime,
                        event: Sample.event(.sessionEnded)
                    )
                }
                _ = try await node.begin(
                    Sample.session(
                        "s\(round)-\(index)",
                        account: current,
                        token: Sample.token(UInt8(round * 4 + index))
                    ),
                    grant: .password,
                    event: Sample.event(.sessionBegun)
                )
                return []
            }
            generation += 1
            // None has begun and outlived it: an access token of it would be good for half an hour.
            #expect(try await store.storage.sessions(accountID: account.id, at: Sample.now, limit: 10).isEmpty)
            for result in revocations { _ = try result.get() }
        }
    }

    @Test(arguments: Engine.present)
    func `a kept session refreshes while its password changes`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let account = try await store.add("alice")
        let hash = try Sample.hash()
        let derivation = try #require(Sample.masterKey).successorDerivation
        var token = Sample.token(1)
        _ = try await store.storage.begin(
            Sample.session("kept", account: account, token: token),
            grant: .password,
            event: Sample.event(.sessionBegun)
        )
        for round in 0..<20 {
            let presented = token
            let results = try await atOnce(2, on: store) { index, node throws(StorageError) -> RotationOutcome? in
                guard index == 0 else {
                    _ = try await node.setPassword(
                        accountID: account.id,
                        to: hash,
                        keepingSession: "kept",
                        accessTokenLifetime: Sample.lifetime,
                        event: Sample.event(.passwordChanged)
                    )
                    return nil
                }
                return try await node.rotate(
                    Rotation(
                        token: presented,
                        proof: ClientProof(PresentedClient(id: Client.builtInID)),
                        requestedScope: nil,
                        requestedAudiences: [],
                        now: Sample.now.adding(.seconds(Int64(round))),
                        settings: Settings(issuer: "https://id.example"),
                        derivation: derivation
                    )
                )
            }
            let outcome = try results.compactMap { try $0.get() }.first
            guard case .rotated(let grant)? = outcome else { return #expect(Bool(false), "\(outcome?.name ?? "none")") }
            token = grant.refreshToken
        }
    }

    @Test(arguments: Engine.present)
    func `the first master key's check value is kept, whoever is first`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        #expect(try await store.storage.storedMasterKeyCheck() == nil)
        let results = try await atOnce(6, on: store) { index, node throws(StorageError) in
            try await node.masterKeyCheck(orStore: [UInt8(index)])
        }
        #expect(Set(try results.map { try $0.get() }).count == 1)
        #expect(try await store.storage.storedMasterKeyCheck() == results.first?.get())
    }

    @Test(arguments: Engine.present)
    func `revocations are read from a number on`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let all = (0..<5).map { Revocation(.token("t\($0)"), keepUntil: Sample.now.adding(.seconds(10))) }
        for revocation in all { try await store.storage.revoke([revocation], event: Sample.event(.tokenRevoked)) }
        let whole = try await store.storage.revocations(after: -1, at: Sample.now)
        #expect(whole.revocations == all)
        let rest = try await store.storage.revocations(after: whole.last - 2, at: Sample.now)
        #expect(rest.revocations == Array(all.suffix(2)))
        #expect(rest.last == whole.last)
        let none = try await store.storage.revocations(after: whole.last, at: Sample.now)
        #expect(none.revocations.isEmpty)
        #expect(none.last == whole.last)
    }
}

extension Sample {
    fileprivate static func stored(id: String, _ name: String) -> Account {
        return Account(
            id: id,
            username: name,
            email: nil,
            roles: [],
            isDisabled: false,
            generation: 0,
            createdAt: now
        )
    }
}

extension Account {
    fileprivate func with(email: String) -> Account {
        Account(
            id: id,
            username: username,
            email: email,
            roles: roles,
            isDisabled: isDisabled,
            generation: generation,
            createdAt: createdAt
        )
    }
}
