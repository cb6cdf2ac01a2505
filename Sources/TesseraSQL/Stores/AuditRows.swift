internal import TesseraCore

/// Audit rows and revocations are written by the transaction they belong to.
extension SQLConnection {
    func record(_ event: AuditEvent) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO audit (at, event, account_id, client_id, session_id, detail)
            VALUES ($1, $2, $3, $4, $5, $6)
            """,
            [
                .integer(event.at.milliseconds), .text(event.kind.rawValue), SQLValue(event.accountID),
                SQLValue(event.clientID), SQLValue(event.sessionID), SQLValue(event.detail),
            ]
        )
    }

    func record(_ revocation: Revocation) throws(SQLFailure) {
        let (kind, subject, issuedUpTo) = revocation.columns
        try execute(
            "INSERT INTO revocations (kind, subject, issued_up_to, keep_until) VALUES ($1, $2, $3, $4)",
            [
                .text(kind), .text(subject), SQLValue(issuedUpTo),
                .integer(revocation.keepUntil.milliseconds),
            ]
        )
        announce()
        FaultPoint.revokeWritten.reach()
    }
}

extension Revocation {
    /// How an entry stands in its table.
    var columns: (kind: String, subject: String, issuedUpTo: Int64?) {
        switch subject {
        case .session(let id): ("session", id, nil)
        case .token(let id): ("token", id, nil)
        case .account(let id, let issuedUpTo): ("account", id, issuedUpTo)
        case .client(let id, let issuedUpTo): ("client", id, issuedUpTo)
        }
    }

    /// Reads `kind, subject, issued_up_to, keep_until`.
    init(_ row: SQLRow) throws(SQLFailure) {
        let id = try row.text(1)
        let keepUntil = Timestamp(milliseconds: try row.integer(3))
        switch try row.text(0) {
        case "session": self.init(.session(id), keepUntil: keepUntil)
        case "token": self.init(.token(id), keepUntil: keepUntil)
        case "account": self.init(.account(id, issuedUpTo: try row.integer(2)), keepUntil: keepUntil)
        case "client": self.init(.client(id, issuedUpTo: try row.integer(2)), keepUntil: keepUntil)
        default: throw SQLFailure(.corrupt, "a revocation is of an unknown kind")
        }
    }
}
