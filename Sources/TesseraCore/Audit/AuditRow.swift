/// What a numbered row of the audit trail says.
///
/// The event is a text, so that a row written by a later version can still be read and verified.
public struct AuditRow: Sendable, Hashable {
    /// Its place in the chain, from 1 and without gaps.
    public let number: Int64
    /// When it happened.
    public let at: Timestamp
    /// What happened: a raw value of `AuditEvent.Kind`.
    public let event: String
    /// The account it concerns.
    public let accountID: String?
    /// The client it concerns.
    public let clientID: String?
    /// The session it concerns.
    public let sessionID: String?
    /// What else an operator should know.
    public let detail: String?

    /// Makes a row.
    public init(
        number: Int64,
        at: Timestamp,
        event: String,
        accountID: String?,
        clientID: String?,
        sessionID: String?,
        detail: String?
    ) {
        self.number = number
        self.at = at
        self.event = event
        self.accountID = accountID
        self.clientID = clientID
        self.sessionID = sessionID
        self.detail = detail
    }
}

/// A row with its link of the chain.
public struct AuditLink: Sendable, Hashable {
    /// What it says.
    public let row: AuditRow
    /// Which key its hash was made with.
    public let keyVersion: Int64
    /// The keyed hash over the hash before and the row.
    public let hash: [UInt8]
    /// The user name of the account it concerns, where there is such an account today; no part of the chain.
    public let username: String?

    /// Makes a link.
    public init(row: AuditRow, keyVersion: Int64, hash: [UInt8], username: String? = nil) {
        self.row = row
        self.keyVersion = keyVersion
        self.hash = hash
        self.username = username
    }

    /// The head of a chain that ends here.
    public var head: AuditHead { AuditHead(number: row.number, hash: hash) }
}
