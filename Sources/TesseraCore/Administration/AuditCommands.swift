/// A row of the audit trail as an operator sees it.
public struct AuditRecord: Codable, Sendable, Hashable {
    /// Its place in the chain, from 1 and without gaps.
    public let number: Int64
    /// When it happened.
    public let at: Timestamp
    /// What happened.
    public let event: String
    /// `sub` of the account it concerns.
    public let accountID: String?
    /// Its user name, where there is such an account today.
    public let username: String?
    /// The client it concerns.
    public let clientID: String?
    /// The session it concerns.
    public let sessionID: String?
    /// What else there is to know.
    public let detail: String?
    /// The chain's hash up to it: with the number, a head.
    public let head: String

    init(_ link: AuditLink) {
        self.number = link.row.number
        self.at = link.row.at
        self.event = link.row.event
        self.accountID = link.row.accountID
        self.username = link.username
        self.clientID = link.row.clientID
        self.sessionID = link.row.sessionID
        self.detail = link.row.detail
        self.head = link.head.description
    }
}

/// Reads the audit trail, which is itself audited (`audit`).
public struct ReadAudit: AdministrationCommand {
    /// What is answered: rows, the oldest first.
    public typealias Reply = [AuditRecord]
    /// The name that the command travels under.
    public static let name = "audit.read"
    /// The most rows of one answer.
    public static let largestPage = 1000

    let username: String?
    let event: String?
    let since: Timestamp?
    let after: Int64?
    let limit: Int
    let isContinued: Bool

    /// Asks for rows.
    ///
    /// - Parameters:
    ///   - username: Only this user's; of a removed account the `sub`.
    ///   - event: Only this event.
    ///   - since: Only what happened then or later.
    ///   - after: The next rows after this number; nil asks for the newest.
    ///   - limit: How many, 1,000 at most.
    ///   - isContinued: Whether it goes on with a reading that has been told of; it is told of again after an hour.
    public init(
        username: String? = nil,
        event: String? = nil,
        since: Timestamp? = nil,
        after: Int64? = nil,
        limit: Int = 100,
        isContinued: Bool = false
    ) {
        self.username = username
        self.event = event
        self.since = since
        self.after = after
        self.limit = limit
        self.isContinued = isContinued
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> [AuditRecord] {
        if let event, AuditEvent.Kind(rawValue: event) == nil {
            let known = AuditEvent.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw AdministrationError(.invalid, "There is no event “\(event)”; there are: \(known).")
        }
        var query = AuditQuery(event: event, since: since, after: after, limit: min(max(limit, 1), Self.largestPage))
        if let username { query.accountID = try await accountID(username, domain) }
        let isToldOf = !domain.audit.admits(.auditRead, about: "\(domain.author)")
        if !isContinued || !isToldOf { try await tell(domain, query.accountID) }
        await domain.audit.seal()
        let asked = query
        return try await administering { () async throws(StorageError) in
            try await domain.storage.auditLinks(asked).map(AuditRecord.init)
        }
    }

    /// Who removed an account has taken its name along; its rows are found by its `sub`.
    private func accountID(_ name: String, _ domain: Domain) async throws(AdministrationError) -> String {
        do throws(AdministrationError) {
            return try await domain.account(named: name).id
        } catch  where error.code == .notFound {
            let rows = try await administering { () async throws(StorageError) in
                try await domain.storage.auditLinks(AuditQuery(accountID: name, limit: 1))
            }
            if !rows.isEmpty { return name }
            throw AdministrationError(.notFound, "\(error.message) Of a removed account give the id instead.")
        }
    }

    private func tell(_ domain: Domain, _ accountID: String?) async throws(AdministrationError) {
        let parts = [accountID.map { "user \($0)" }, event.map { "event \($0)" }].compactMap(\.self)
        let row = domain.event(
            .auditRead,
            accountID: domain.author.accountID,
            detail: parts.isEmpty ? nil : parts.joined(separator: ", ")
        )
        try await administering { () async throws(StorageError) in try await domain.storage.record(row) }
    }
}

/// Checks the audit trail's chain (`audit verify`).
public struct VerifyAudit: AdministrationCommand {
    /// What is answered.
    public typealias Reply = AuditVerification
    /// The name that the command travels under.
    public static let name = "audit.verify"
    /// It reads every row.
    public static let patience = Duration.seconds(3600)
    let noted: String?

    /// Asks for a check.
    /// - Parameter noted: A head that was noted earlier, as `NUMBER:HASH`.
    public init(noted: String? = nil) {
        self.noted = noted
    }

    /// Carries the command out.
    public func run(in domain: Domain) async throws(AdministrationError) -> AuditVerification {
        let head = noted.flatMap(AuditHead.init(text:))
        guard (noted == nil) == (head == nil) else {
            throw AdministrationError(.invalid, "A head is NUMBER:HASH, as the log and `tessera audit` give it.")
        }
        await domain.audit.seal()
        return try await administering { () async throws(StorageError) in
            try await domain.audit.verify(noted: head)
        }
    }
}
