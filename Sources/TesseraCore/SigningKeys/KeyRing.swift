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
        var signer: SigningKey?
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

    /// Makes a ring; `load()` fills it.
    public init(store: any SigningKeyStore, masterKey: MasterKey, settings: Settings, clock: any WallClock) {
        self.store = store
        self.masterKey = masterKey
        self.settings = settings
        self.clock = clock
    }

    /// The keys that verify this server's tokens.
    public var current: KeySet? { state.withLock { $0.keys } }

    /// The same as `current`: the ring is always up to date.
    public func refreshed(for keyID: String?) async -> KeySet? { current }

    /// The key set that others fetch.
    public var published: PublishedKeySet { state.withLock { $0.published } }

    /// The key that signs now; nil before `load()`.
    public var signer: SigningKey? { state.withLock { $0.signer } }

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
                    signer: key,
                    keys: KeySet([key.verifyingKey]),
                    published: PublishedKeySet(json: #"{"keys":[]}"#)
                )
            }
            return
        }
        try await advance()
    }

    /// Makes a key that signs at once where there is none.
    private func addActiveKey() async throws {
        do {
            try await add(state: .active, algorithm: settings.signingAlgorithm)
        } catch let error as StorageError where error.code == .taken {
            // Another node was first: its key is read afterwards.
        }
    }

    /// Reads the stored keys anew.
    public func reload() async throws {
        var keys: [VerifyingKey] = []
        var signer: SigningKey?
        for stored in try await store.signingKeys() {
            let key = try open(stored)
            keys.append(key.verifyingKey)
            if stored.state == .active { signer = key }
        }
        let set = KeySet(keys)
        let published = PublishedKeySet(json: set.serialized())
        state.withLock { $0 = State(signer: signer, keys: set, published: published) }
    }

    /// Does what is due: publishes a successor before the active key is too old, lets it take over in time, and
    /// drops what is published no more.
    ///
    /// Called every minute.
    public func advance() async throws {
        guard settings.signingSecret == nil else { return }
        let now = clock.now()
        var keys = try await store.signingKeys()
        if !keys.contains(where: { $0.state == .active }) {
            try await addActiveKey()
            keys = try await store.signingKeys()
        }
        let upcoming = keys.first { $0.state == .upcoming }
        if let active = keys.first(where: { $0.state == .active }), upcoming == nil {
            let isOld = now >= active.activeFrom.adding(settings.signingKeyLifetime)
            if isOld || active.algorithm != settings.signingAlgorithm.name {
                try await add(state: .upcoming, algorithm: settings.signingAlgorithm)
            }
        }
        if let upcoming, now >= upcoming.activeFrom {
            try await activate(upcoming.id)
        }
        try await store.sweepSigningKeys(at: now)
        try await reload()
    }

    /// Starts a rotation: publishes a new key, which signs once others have had time to see it, or at once.
    ///
    /// A key that is waiting already is kept unless it is of another algorithm.
    /// - Returns: The `kid` of the key that takes over.
    public func rotate(algorithm: SignatureAlgorithm? = nil, immediately: Bool) async throws -> String {
        let algorithm = algorithm ?? settings.signingAlgorithm
        let upcoming = try await store.signingKeys().first { $0.state == .upcoming }
        let id: String
        if let upcoming, upcoming.algorithm == algorithm.name {
            id = upcoming.id
        } else {
            if let upcoming {
                let event = AuditEvent(
                    .signingKeyRevoked,
                    at: clock.now(),
                    detail: "\(upcoming.id) replaced before use"
                )
                try await store.removeSigningKey(id: upcoming.id, event: event)
            }
            id = try await add(state: .upcoming, algorithm: algorithm)
        }
        if immediately { try await activate(id) }
        try await reload()
        return id
    }

    /// Takes a key out at once: tokens it signed are refused from now on.
    ///
    /// Another key signs where it was the active one.
    public func revoke(keyID: String) async throws {
        let keys = try await store.signingKeys()
        guard let key = keys.first(where: { $0.id.utf8.elementsEqual(keyID.utf8) }) else {
            throw StorageError(.notFound, "no signing key has this kid")
        }
        if key.state == .active { _ = try await rotate(immediately: true) }
        try await store.removeSigningKey(
            id: key.id,
            event: AuditEvent(.signingKeyRevoked, at: clock.now(), detail: key.id)
        )
        try await reload()
    }

    /// The stored keys, for a list; no private part leaves the ring.
    public func list() async throws(StorageError) -> [StoredSigningKey] {
        try await store.signingKeys()
    }

    @discardableResult
    private func add(state: StoredSigningKey.State, algorithm: SignatureAlgorithm) async throws -> String {
        let key = try SigningKey.generate(algorithm)
        let now = clock.now()
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
        try await store.add(stored, event: AuditEvent(.signingKeyAdded, at: now, detail: "\(id) \(algorithm.name)"))
        return id
    }

    private func activate(_ id: String) async throws {
        let now = clock.now()
        try await store.activate(
            signingKeyID: id,
            predecessorPublishedUntil: now.adding(settings.accessTokenLifetime).adding(Revocation.largestLeeway),
            event: AuditEvent(.signingKeyActivated, at: now, detail: id)
        )
    }

    private func open(_ stored: StoredSigningKey) throws -> SigningKey {
        guard let text = try? masterKey.open(stored.sealedPrivateKey, boundTo: stored.id),
            let jwk = try? JWK(parsing: text), let key = try? SigningKey(jwk: jwk)
        else { throw MasterKeyError.cannotOpen(keyID: stored.id) }
        return key
    }
}
