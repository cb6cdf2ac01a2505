internal import Logging
internal import Synchronization

/// Keeps the mark beside the database up to date, and finds an older database in its place.
final class History: Sendable {
    private struct State {
        var mark: HistoryMark?
        var hasFailed = false
    }

    private let storage: any Storage
    private let marks: (any HistoryMarkStore)?
    private let random: any RandomSource
    private let logger: Logger
    /// Guards the mark as it was stored last.
    private let state = Mutex(State())

    init(storage: any Storage, marks: (any HistoryMarkStore)?, random: any RandomSource, logger: Logger) {
        self.storage = storage
        self.marks = marks
        self.random = random
        self.logger = logger
    }

    /// The mark that an earlier run has left.
    var stored: HistoryMark? { marks?.load() }

    /// Reads how far the database has come, and answers the mark of an earlier run that it lags behind.
    func lag(ignoringTime: Bool) async throws(StorageError) -> HistoryMark? {
        let current = try await storage.history(orStore: random.identifier())
        guard var mark = stored else { return nil }
        if ignoringTime { mark.latestTime = nil }
        if current.isBehind(mark) { return mark }
        guard let noted = mark.audit, current.databaseID == mark.databaseID, current.generation == mark.generation
        else {
            return nil
        }
        let there = try await storage.auditLinks(AuditQuery(after: noted.number - 1, limit: 1)).first
        return there?.head == noted ? nil : mark
    }

    /// Takes the database as it is now.
    func settle() async throws(StorageError) {
        let current = try await storage.history(orStore: random.identifier())
        store { $0 = current }
    }

    /// The audit trail has come this far.
    func advance(to head: AuditHead) {
        store { $0?.audit = head }
    }

    /// The database has stored this time.
    func advance(to time: Timestamp) {
        store { $0?.latestTime = time }
    }

    /// Writes the mark where it has changed.
    private func store(_ change: (inout HistoryMark?) -> Void) {
        let hasFailedFirst = state.withLock { state in
            let old = state.mark
            change(&state.mark)
            guard let marks, let mark = state.mark, mark != old else { return false }
            let isStored = marks.store(mark)
            defer { state.hasFailed = !isStored }
            return !isStored && !state.hasFailed
        }
        if hasFailedFirst {
            logger.warning("the mark beside the database cannot be written: an older database would not be noticed")
        }
    }
}

extension Domain {
    /// Ends every session and token of the database as it is: after it was restored by other means than ours.
    /// - Parameter detail: Why, for the audit trail.
    /// - Throws: `StorageError` or `KeyError`.
    public func adopt(detail: String) async throws {
        try await raiseGeneration(atLeast: 0, detail: detail)
        try await keyRing.load()
        try await history.settle()
    }

    /// Finds out whether an older database stands where a newer one was, and if so ends all that it would revive.
    func noticeOlderDatabase(acceptsClock: Bool) async throws {
        if let mark = try await history.lag(ignoringTime: acceptsClock) {
            logger.critical(
                """
                an older database was put in place of the one that was here: all sessions and tokens were ended, so that \
                nothing that had been revoked lives again; changes of accounts and clients since then are lost
                """,
                metadata: ["expected": "\(mark.audit?.description ?? "-")"]
            )
            try await raiseGeneration(atLeast: mark.generation + 1, detail: "an older database was found at start")
        }
        if acceptsClock { try await storage.storeLatestTime(clock.now(), mayStepBack: true) }
        try await history.settle()
    }

    private func raiseGeneration(atLeast generation: Int64, detail: String) async throws(StorageError) {
        let event = AuditEvent(.restored, at: clock.now(), detail: detail)
        revocations.add(try await storage.raiseGeneration(GenerationRaise(atLeast: generation, event: event)))
    }
}
