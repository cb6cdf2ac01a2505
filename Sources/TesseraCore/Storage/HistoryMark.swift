internal import JOSE

/// How far a database has come: kept beside it too, it shows when an older one was put in its place.
public struct HistoryMark: Sendable, Hashable {
    /// Which database it is; a back-up of it has the same.
    public let databaseID: String
    /// Counts how often all that was issued before was ended at once.
    public var generation: Int64
    /// The end of its audit trail.
    public var audit: AuditHead?
    /// The latest time that it has seen.
    public var latestTime: Timestamp?

    /// Makes a mark.
    public init(databaseID: String, generation: Int64, audit: AuditHead?, latestTime: Timestamp?) {
        self.databaseID = databaseID
        self.generation = generation
        self.audit = audit
        self.latestTime = latestTime
    }

    /// Reads what ``text`` writes; nil for anything else.
    public init?(text: String) {
        let parts = text.split(whereSeparator: \.isWhitespace)
        // One more must be possible.
        guard parts.count == 4, let generation = Int64(parts[1]), generation < .max else { return nil }
        self.init(
            databaseID: String(parts[0]),
            generation: generation,
            audit: AuditHead(text: String(parts[2])),
            latestTime: Int64(parts[3]).map(Timestamp.init(milliseconds:))
        )
    }

    /// One line: identity, generation, head, time.
    public var text: String {
        let time = latestTime.map { String($0.milliseconds) }
        return "\(databaseID) \(generation) \(audit?.description ?? "-") \(time ?? "-")"
    }

    /// Whether the database lags behind a mark of it, as far as this alone can tell.
    func isBehind(_ mark: HistoryMark) -> Bool {
        guard databaseID == mark.databaseID, generation <= mark.generation else { return false }
        return generation < mark.generation || (audit?.number ?? 0) < (mark.audit?.number ?? 0)
            || (latestTime ?? Timestamp(milliseconds: .min)) < (mark.latestTime ?? Timestamp(milliseconds: .min))
    }
}

/// Keeps a mark outside the database.
public protocol HistoryMarkStore: Sendable {
    /// The mark, if there is one that can be read.
    func load() -> HistoryMark?
    /// Replaces the mark; false where that failed.
    func store(_ mark: HistoryMark) -> Bool
}

/// Keeps what tells an older database from the one that was there, and ends all where one was restored.
public protocol HistoryStore: Sendable {
    /// How far the database has come; a new one takes the given identity.
    func history(orStore databaseID: String) async throws(StorageError) -> HistoryMark

    /// Ends every session and every token that was ever issued, in one transaction.
    ///
    /// Sessions are ended, every account's and client's generation is counted up, all signing keys are removed, and a
    /// revocation for each client refuses what was signed with a shared secret or is verified elsewhere.
    /// - Returns: The revocations, for the node's memory.
    func raiseGeneration(_ raise: GenerationRaise) async throws(StorageError) -> [Revocation]

    /// Copies the whole database into a file while it is in use, and notes that.
    /// - Parameters:
    ///   - path: The new file; it appears when it is whole, checked and on the disk.
    ///   - replacing: Whether an earlier back-up of that name may be replaced.
    ///   - event: The audit row for it.
    /// - Returns: How many bytes it has.
    /// - Throws: `StorageError` with `taken` where something of that name may not be replaced.
    func backUp(to path: String, replacing: Bool, event: AuditEvent) async throws(StorageError) -> Int64

    /// Where the last back-up was written; nil if there never was one.
    func latestBackupPath() async throws(StorageError) -> String?
}

/// What it takes to end all that was issued before.
public struct GenerationRaise: Sendable {
    /// The generation is at least this afterwards, and in any case higher than before.
    public let atLeast: Int64
    /// Clients that the database does not know, and that may have been issued tokens all the same.
    public let otherClients: [String]
    /// Why, for the audit trail.
    public let event: AuditEvent

    /// No access token lives longer, whatever was configured when it was issued.
    public static let longestAccessToken = Duration.seconds(86_400)

    /// Makes a request.
    public init(atLeast: Int64 = 0, otherClients: [String] = [], event: AuditEvent) {
        self.atLeast = atLeast
        self.otherClients = otherClients
        self.event = event
    }
}
