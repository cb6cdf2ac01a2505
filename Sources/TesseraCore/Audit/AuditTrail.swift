internal import Logging
internal import Synchronization

/// The audit trail of this process: seals its rows in the background and says where the chain stands.
public final class AuditTrail: Sendable {
    /// How many rows one transaction seals: some milliseconds of the one that writes.
    static let batch = 200
    /// How long a pass waits for more rows, so that a busy server seals many at once.
    private static let pause = Duration.milliseconds(250)
    /// How often the head is logged, so that it leaves the machine with the log.
    private static let logInterval: Int64 = 3_600_000

    private struct State {
        var chain: AuditChain?
        var head: AuditHead?
        var loggedHead: AuditHead?
        var loggedAt: Int64?
        var isFailing = false
        var notices = AuditNotices()
    }

    let store: any AuditStore
    let clock: any WallClock
    let logger: Logger
    private let masterKey: MasterKey
    /// Told the chain's end whenever it has moved.
    private let advanced: @Sendable (AuditHead) -> Void
    /// Guards the chain's keys, its end and what has been told already.
    private let state = Mutex(State())
    /// That there may be new rows; many at once are one.
    private let additions: AsyncStream<Void>

    /// Makes the trail over a store; `load()` readies it.
    init(
        store: any AuditStore,
        masterKey: MasterKey,
        clock: any WallClock,
        logger: Logger,
        advanced: @escaping @Sendable (AuditHead) -> Void = { _ in }
    ) {
        self.advanced = advanced
        self.store = store
        self.masterKey = masterKey
        self.clock = clock
        self.logger = logger
        let (additions, source) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.additions = additions
        store.observeAudit { source.yield() }
        source.yield()
    }

    /// The end of the chain as this process knows it.
    public var head: AuditHead? { state.withLock { $0.head } }

    /// Reads the chain's keys, making the first where there is none.
    /// - Throws: `StorageError`; `MasterKeyError` where the master key does not open them.
    func load() async throws {
        var keys: [Int64: [UInt8]] = [:]
        for stored in try await store.auditKeys(orStore: masterKey.auditKey(version: 1)) {
            guard let key = try? masterKey.open(stored) else { throw MasterKeyError.cannotOpenAuditKey }
            keys[stored.version] = key
        }
        guard let chain = AuditChain(keys) else { throw MasterKeyError.cannotOpenAuditKey }
        state.withLock { $0.chain = chain }
    }

    /// Seals rows as they come, until the task is cancelled.
    public func run() async {
        for await _ in additions {
            await seal()
            try? await Task.sleep(for: Self.pause)
        }
    }

    /// Seals all that waits; a failure is logged and tried again when more comes, or in a minute.
    public func seal() async {
        do throws(StorageError) {
            while try await sealBatch() == Self.batch {}
            state.withLock { $0.isFailing = false }
        } catch {
            let wasFailing = state.withLock { state in
                defer { state.isFailing = true }
                return state.isFailing
            }
            if !wasFailing { logger.error("audit rows could not be sealed yet", metadata: ["error": "\(error)"]) }
        }
    }

    /// Logs the head when it is due; also when the process ends.
    public func logHead(atOnce: Bool = false) {
        let now = clock.monotonicMilliseconds()
        let head: AuditHead? = state.withLock { state in
            guard let head = state.head, head != state.loggedHead else { return nil }
            if !atOnce, let loggedAt = state.loggedAt, now &- loggedAt < Self.logInterval { return nil }
            (state.loggedHead, state.loggedAt) = (head, now)
            return head
        }
        if let head { logger.notice("the audit trail's head", metadata: ["head": "\(head)"]) }
    }

    /// Checks the whole chain, and against a head that was noted earlier also its end.
    func verify(noted: AuditHead? = nil) async throws(StorageError) -> AuditVerification {
        guard let chain = state.withLock({ $0.chain }) else {
            throw StorageError(.unavailable, "the audit keys are not loaded")
        }
        var check = AuditCheck(chain: chain, noted: noted)
        while check.fault == nil {
            let links = try await store.auditLinks(AuditQuery(after: check.head?.number ?? 0, limit: 1000))
            if links.isEmpty { break }
            for link in links where check.fault == nil { check.take(link) }
        }
        return AuditVerification(check.finished(), unsealed: try await store.unsealedAuditCount())
    }

    /// Whether something that anyone can cause over and over is worth a row now.
    func admits(_ kind: AuditEvent.Kind, about subject: String) -> Bool {
        let now = clock.monotonicMilliseconds()
        return state.withLock { $0.notices.admits(kind, about: subject, at: now) }
    }

    /// Writes a row beside a request that does not wait for it, nor fails with it.
    func recordAside(_ event: AuditEvent) {
        guard state.withLock({ $0.notices.spend(at: clock.monotonicMilliseconds()) }) else { return }
        Task {
            do throws(StorageError) {
                try await store.record(event)
            } catch {
                logger.error(
                    "an audit row could not be written",
                    metadata: ["event": "\(event.kind.rawValue)", "error": "\(error)"]
                )
            }
        }
    }

    private func sealBatch() async throws(StorageError) -> Int {
        guard let chain = state.withLock({ $0.chain }) else { return 0 }
        let sealing: AuditSealing
        do throws(StorageError) {
            sealing = try await store.sealAudit(chain, limit: Self.batch)
        } catch  where error.code == .taken {
            // Another node was faster: the next pass begins behind its rows.
            return Self.batch
        }
        let lost: AuditHead? = state.withLock { state in
            let known = state.head
            state.head = sealing.head
            guard let known else { return nil }
            let isBehind = (sealing.previous?.number ?? 0) < known.number
            let isOther = sealing.previous?.number == known.number && sealing.previous != known
            return isBehind || isOther ? known : nil
        }
        if let lost {
            logger.critical(
                "the audit trail has lost rows or was changed: its end is not where this server left it",
                metadata: ["left": "\(lost)", "found": "\(sealing.previous.map(\.description) ?? "nothing")"]
            )
        }
        if let head = sealing.head, sealing.count > 0 { advanced(head) }
        return sealing.count
    }
}
