/// Goes along the chain and remembers the first thing that is wrong.
struct AuditCheck {
    private let chain: AuditChain
    private let noted: AuditHead?
    private(set) var head: AuditHead?
    private(set) var fault: AuditFault?

    init(chain: AuditChain, noted: AuditHead?) {
        self.chain = chain
        self.noted = noted
    }

    /// Checks the next link.
    mutating func take(_ link: AuditLink) {
        let expected = (head?.number ?? 0) + 1
        guard link.row.number == expected else {
            fault = AuditFault(number: expected, kind: .missing)
            return
        }
        switch chain.holds(link, after: head) {
        case .some(true): break
        case .some(false):
            fault = AuditFault(number: expected, kind: .altered)
            return
        case .none:
            fault = AuditFault(number: expected, kind: .unknownKey)
            return
        }
        if let noted, noted.number == link.row.number, noted.hash != link.hash {
            fault = AuditFault(number: expected, kind: .otherHistory)
            return
        }
        head = link.head
    }

    /// The check once all links have been taken.
    func finished() -> AuditCheck {
        var check = self
        let last = head?.number ?? 0
        if fault == nil, let noted, noted.number > last { check.fault = AuditFault(number: last + 1, kind: .cut) }
        return check
    }
}

/// The first row of the audit trail that is wrong.
public struct AuditFault: Codable, Sendable, Hashable {
    /// What is wrong with it.
    public enum Kind: String, Codable, Sendable {
        /// It is not there, though rows behind it are.
        case missing
        /// It was altered, or another was put in its place.
        case altered
        /// Its key is not among the stored ones.
        case unknownKey = "unknown_key"
        /// It is genuine, but not the one that was there when the head was noted.
        case otherHistory = "other_history"
        /// It and all behind it are not there, though the noted head says that they were.
        case cut
    }

    /// Its number.
    public let number: Int64
    /// What is wrong.
    public let kind: Kind
}

/// What came of checking the audit trail.
public struct AuditVerification: Codable, Sendable, Hashable {
    /// How many rows are in order, from the first.
    public let rows: Int64
    /// The last of them, as `NUMBER:HASH`; nil without any.
    public let head: String?
    /// How many rows wait to be sealed.
    public let unsealed: Int
    /// The first row that is wrong; nil where there is none.
    public let fault: AuditFault?

    init(_ check: AuditCheck, unsealed: Int) {
        self.rows = check.head?.number ?? 0
        self.head = check.head?.description
        self.unsealed = unsealed
        self.fault = check.fault
    }
}
