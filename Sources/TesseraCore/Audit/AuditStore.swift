/// Keeps the audit trail.
///
/// Rows are written unnumbered, in the transactions they tell of, so that writers do not queue for a number; `sealAudit`
/// numbers and chains them afterwards. Several nodes may seal at once: a unique index on the number decides.
public protocol AuditStore: Sendable {
    /// Writes a row that belongs to no other operation.
    func record(_ event: AuditEvent) async throws(StorageError)

    /// Calls a closure after each operation of this node that may have written a row, from whatever thread it ran on.
    func observeAudit(_ observer: @escaping @Sendable () -> Void)

    /// The chain's keys, storing the given one where there is none yet.
    func auditKeys(orStore first: StoredAuditKey) async throws(StorageError) -> [StoredAuditKey]

    /// Numbers and chains up to `limit` of the rows that wait for it.
    /// - Throws: `StorageError` with `taken` where another node was faster: nothing was written, and it may be repeated.
    func sealAudit(_ chain: AuditChain, limit: Int) async throws(StorageError) -> AuditSealing

    /// Rows of the chain, the oldest first.
    func auditLinks(_ query: AuditQuery) async throws(StorageError) -> [AuditLink]

    /// How many rows wait to be sealed.
    func unsealedAuditCount() async throws(StorageError) -> Int
}

/// What a pass of sealing has done.
public struct AuditSealing: Sendable, Hashable {
    /// The chain's end before.
    public let previous: AuditHead?
    /// The chain's end now; nil while there is no row.
    public let head: AuditHead?
    /// How many rows were sealed.
    public let count: Int

    /// Makes a result.
    public init(previous: AuditHead?, head: AuditHead?, count: Int) {
        self.previous = previous
        self.head = head
        self.count = count
    }
}

/// Which rows of the chain are asked for.
public struct AuditQuery: Sendable, Hashable {
    /// Only rows of this account.
    public var accountID: String?
    /// Only this event.
    public var event: String?
    /// Only what happened then or later.
    public var since: Timestamp?
    /// The next rows after this number; nil asks for the newest.
    public var after: Int64?
    /// How many at most.
    public var limit: Int

    /// Asks for rows.
    public init(
        accountID: String? = nil,
        event: String? = nil,
        since: Timestamp? = nil,
        after: Int64? = nil,
        limit: Int
    ) {
        self.accountID = accountID
        self.event = event
        self.since = since
        self.after = after
        self.limit = limit
    }
}
