internal import Crypto
public import JOSE
internal import Passwords
internal import Synchronization

/// The signing keys: one signs, the others are published while others may still need or already expect them.
///
/// With an HMAC algorithm the one key is the configured secret; nothing is stored and nothing is published.
public final class KeyRing: KeySource {
    /// What the hot paths read.
    struct State: Sendable {
        var stored: [StoredSigningKey] = []
        var signer: TokenSigner?
        var keys: KeySet = []
        var published = PublishedKeySet(json: #"{"keys":[]}"#)
    }

    /// The published key set as it is sent.
    public struct PublishedKeySet: Sendable {
        /// The JWK Set (RFC 7517 §5).
        public let json: String
        /// A strong validator for it, with its quotes.
        public let entityTag: String

        init(json: String) {
            self.json = json
            self.entityTag = "\"\(Base64URL.encode(Array(SHA256.hash(data: Array(json.utf8)).prefix(12))))\""
        }
    }

    private let store: any SigningKeyStore
    private let masterKey: MasterKey
    private let settings: Settings
    private let clock: any WallClock
    /// Guards the keys in memory.
    private let state = Mutex(State())
    private let refresh = KeyRefresh()

    /// Makes a ring; `load()` fills it.
    public init(store: any SigningKeyStore, masterKey: MasterKey, settings: Settings, clock: any WallClock) {
        self.store = store
        self.masterKey = masterKey
        self.settings = settings
        self.clock = clock
    }

    /// The keys that verify this server's tokens.
    public var current: KeySet? { state.withLock { $0.keys } }

    /// The same as `current` where this process alone makes keys; otherwise after a look at what other nodes have made.
    public func refreshed(for keyID: String?) async -> KeySet? {
        if store.isShared, settings.signingSecret == nil { await refresh.run { try? await self.reload() } }
        return current
    }

    /// The key set that others fetch.
    public var published: PublishedKeySet { state.withLock { $0.published } }

    /// The key that signs now; nil before `load()`.
    public var signer: SigningKey? { tokenSigner?.key }

    /// Signs access tokens with the key that signs now; nil before `load()`.
    var tokenSigner: TokenSigner? { state.withLock { $0.signer } }

    /// The algorithms of the key that signs now and of the one that waits, and when that takes over, where the two differ.
    public var changeOfAlgorithm: (now: String, next: String, from: Timestamp)? {
        let stored = state.withLock { $0.stored }
        guard let now = stored.first(where: { $0.state == .active }),
            let next = stored.first(where: { $0.state == .upcoming }), now.algorithm != next.algorithm
        else { return nil }
        return (now.algorithm, next.algorithm, next.activeFrom)
    }

    /// Checks that the database was made with this master key; a new one takes it.
    /// - Throws: `MasterKeyError` where the master key does not fit; `StorageError`.
    func checkMasterKey() async throws {
        let stored = try await store.masterKeyCheck(orStore: masterKey.checkValue)
        guard constantTimeEqual(stored, masterKey.checkValue) else { throw MasterKeyError.wrongKey }
    }

    /// Checks the master key, reads the stored keys and makes the first one where there is none.
    /// - Throws: `MasterKeyError` where the master key does not fit; `StorageError`; `KeyError`.
    public func load() async throws {
        try await checkMasterKey()
        if let secret = settings.signingSecret {
            let key = try SigningKey(secret: secret.utf8, algorithm: settings.signingAlgorithm)
            state.withLock {
                $0 = State(
                    signer: tokenSigner(key),
                    keys: KeySet([key.verifyingKey]),
                    published: PublishedKeySet(json: #"{"keys":[]}"#)
                )
            }
            return
        }
        try await advance()
    }

    /// Reads the stored keys anew; does nothing more where they are those in memory.
    public func reload() async throws {
        guard settings.signingSecret == nil else { return }
        let stored = try await store.signingKeys()
        guard stored != state.withLock({ $0.stored }) else { return }
        var keys: [VerifyingKey] = []
        var signer: TokenSigner?
        for stored in stored {
            let key = try open(stored)
            keys.append(key.verifyingKey)
            if stored.state == .active { signer = tokenSigner(key) }
        }
        let set = KeySet(keys)
        let published = PublishedKeySet(json: set.serialized())
        state.withLock { $0 = State(stored: stored, signer: signer, keys: set, published: published) }
    }

    /// Does what is due: publishes a successor before the active key is too old, lets it take over in time, and
    /// drops what is published no more.
    ///
    /// Called every minute, by every node; of several the first does it.
    public func advance() async throws {
        guard settings.signingSecret == nil else { return }
        let now = try await now()
        var keys = try await store.signingKeys()
        if !keys.contains(where: { $0.state == .active }) {
            try await unlessAnotherNodeWasFirst {
                try await add(state: .active, algorithm: settings.signingAlgorithm)
            }
            keys = try await store.signingKeys()
        }
        let upcoming = keys.first { $0.state == .upcoming }
        if let active = keys.first(where: { $0.state == .active }), upcoming == nil {
            let isOld = now >= active.activeFrom.adding(settings.signingKeyLifetime)
            if isOld || active.algorithm != settings.signingAlgorithm.name {
                try await unlessAnotherNodeWasFirst {
                    try await add(state: .upcoming, algorithm: settings.signingAlgorithm)
                }
            }
        }
        if let upcoming, now >= upcoming.activeFrom {
            try await unlessAnotherNodeWasFirst { try await activate(upcoming.id) }
        }
        try await store.sweepSigningKeys(at: now)
        try await reload()
    }

    /// Starts a rotation: publishes a new key, which signs once others have had time to see it, or at once.
    ///
    /// A key that is waiting already is kept unless it is of another algorithm.
    /// - Returns: The `kid` of the key that takes over.
    public func rotate(
        algorithm: SignatureAlgorithm? = nil,
        immediately: Bool,
        by author: Author? = nil
    ) async throws -> String {
        let algorithm = algorithm ?? settings.signingAlgorithm
        let id = try await waitingKey(algorithm, by: author)
        if immediately {
            try await unlessAnotherNodeWasFirst { try await activate(id, by: author) }
        }
        try await reload()
        return id
    }

    /// The key that waits, made where there is none of this algorithm.
    private func waitingKey(_ algorithm: SignatureAlgorithm, by author: Author?) async throws -> String {
        var attempts = 0
        while true {
            attempts += 1
            do {
                let upcoming = try await store.signingKeys().first { $0.state == .upcoming }
                guard let upcoming else { return try await add(state: .upcoming, algorithm: algorithm, by: author) }
                if upcoming.algorithm == algorithm.name { return upcoming.id }
                let event = AuditEvent(
                    .signingKeyRevoked,
                    at: clock.now(),
                    detail: Self.detail("\(upcoming.id) replaced before use", author)
                )
                try await store.removeSigningKey(id: upcoming.id, event: event)
            } catch let error as StorageError where error.code == .taken || error.code == .notFound {
                // Another node does the same; what it made is as good.
                guard attempts < 5 else { throw error }
            }
        }
    }

    /// Takes a key out at once: tokens it signed are refused from now on.
    ///
    /// Another key signs where it was the active one.
    public func revoke(keyID: String, by author: Author? = nil) async throws {
        // Another node may make the key the active one between the look and the removal.
        for attempt in 1...3 {
            let keys = try await store.signingKeys()
            guard let key = keys.first(where: { $0.id.utf8.elementsEqual(keyID.utf8) }) else {
                throw StorageError(.notFound, "no signing key has this kid")
            }
            if key.state == .active { _ = try await rotate(immediately: true, by: author) }
            let event = AuditEvent(.signingKeyRevoked, at: clock.now(), detail: Self.detail(key.id, author))
            do {
                try await store.removeSigningKey(id: key.id, event: event)
                break
            } catch {
                guard error.code == .notFound, attempt < 3 else { throw error }
            }
        }
        try await reload()
    }

    /// The stored keys, for a list; no private part leaves the ring.
    public func list() async throws(StorageError) -> [StoredSigningKey] {
        try await store.signingKeys()
    }

    /// The time by which keys live: the database's where several nodes share one.
    private func now() async throws -> Timestamp { try await store.time() ?? clock.now() }

    /// Does what only one node can do; where another one did it meanwhile, its work is read afterwards.
    private func unlessAnotherNodeWasFirst(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let error as StorageError where error.code == .taken || error.code == .notFound {}
    }

    @discardableResult
    private func add(
        state: StoredSigningKey.State,
        algorithm: SignatureAlgorithm,
        by author: Author? = nil
    ) async throws -> String {
        var key = try SigningKey.generate(algorithm)
        // As in other identifiers: with a hyphen in front it would be read as a flag on the command line.
        while key.keyID?.utf8.first == UInt8(ascii: "-") { key = try SigningKey.generate(algorithm) }
        let now = try await now()
        let id = key.keyID ?? ""
        let lead = Duration.milliseconds(2 * settings.keySetMaximumAge.milliseconds) + Revocation.largestLeeway
        let stored = StoredSigningKey(
            id: id,
            algorithm: algorithm.name,
            state: state,
            sealedPrivateKey: try masterKey.seal(Array(key.jwk.serialized().utf8), boundTo: id),
            createdAt: now,
            activeFrom: state == .active ? now : now.adding(lead),
            publishedUntil: nil
        )
        let detail = Self.detail("\(id) \(algorithm.name)", author)
        try await store.add(stored, event: AuditEvent(.signingKeyAdded, at: now, detail: detail))
        return id
    }

    private func activate(_ id: String, by author: Author? = nil) async throws {
        let now = try await now()
        try await store.activate(
            signingKeyID: id,
            predecessorPublishedUntil: now.adding(settings.accessTokenLifetime).adding(Revocation.largestLeeway),
            event: AuditEvent(.signingKeyActivated, at: now, detail: Self.detail(id, author))
        )
    }

    /// What a row says of a key: nobody is named where the ring did by itself what was due.
    private static func detail(_ text: String, _ author: Author?) -> String {
        author?.signing(text) ?? text
    }

    private func tokenSigner(_ key: SigningKey) -> TokenSigner {
        TokenSigner(
            key,
            issuer: settings.issuer,
            audience: Audience(settings.defaultAudience),
            lifetime: settings.accessTokenLifetime
        )
    }

    private func open(_ stored: StoredSigningKey) throws -> SigningKey {
        guard let text = try? masterKey.open(stored.sealedPrivateKey, boundTo: stored.id),
            let jwk = try? JWK(parsing: text), let key = try? SigningKey(jwk: jwk)
        else { throw MasterKeyError.cannotOpen(keyID: stored.id) }
        return key
    }
}
