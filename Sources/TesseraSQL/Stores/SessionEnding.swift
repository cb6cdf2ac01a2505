internal import TesseraCore

/// Whose sessions end.
enum SessionOwner {
    case account(String)
    case client(String)

    var column: String {
        switch self {
        case .account: "account_id"
        case .client: "client_id"
        }
    }

    var id: String {
        switch self {
        case .account(let id), .client(let id): id
        }
    }
}

/// Every end of a session is written here, with the revocation that its access tokens need.
extension SQLConnection {
    /// Ends one live session; nil where there is none.
    func endSession(
        id: String,
        at now: Timestamp,
        accessTokenLifetime: Duration
    ) throws(SQLFailure) -> Revocation? {
        let changed = try execute(
            "UPDATE sessions SET ended_at = $1 WHERE id = $2 AND ended_at IS NULL",
            [.integer(now.milliseconds), .text(id)]
        )
        guard changed == 1 else { return nil }
        FaultPoint.revokeEnded.reach()
        let revocation = Revocation(.session(id), at: now, accessTokenLifetime: accessTokenLifetime)
        try record(revocation)
        return revocation
    }

    /// Ends an owner's live sessions, all but one if it is named, each with its own revocation.
    func endSessions(
        of owner: SessionOwner,
        except keptID: String? = nil,
        at now: Timestamp,
        accessTokenLifetime: Duration
    ) throws(SQLFailure) -> [Revocation] {
        let rows = try query(
            """
            UPDATE sessions SET ended_at = $1
            WHERE \(owner.column) = $2 AND ended_at IS NULL AND expires_at > $1 AND id <> $3 RETURNING id
            """,
            [.integer(now.milliseconds), .text(owner.id), .text(keptID ?? "")]
        )
        FaultPoint.revokeEnded.reach()
        var revocations: [Revocation] = []
        for row in rows {
            let subject = Revocation.Subject.session(try row.text(0))
            let revocation = Revocation(subject, at: now, accessTokenLifetime: accessTokenLifetime)
            try record(revocation)
            revocations.append(revocation)
        }
        return revocations
    }

    /// Ends an owner's sessions and every token that was issued to it, those without a session too.
    func endAll(
        of owner: SessionOwner,
        at now: Timestamp,
        accessTokenLifetime: Duration
    ) throws(SQLFailure) -> [Revocation] {
        let subject: Revocation.Subject =
            switch owner {
            case .account(let id): .account(id, issuedUpTo: now.seconds)
            case .client(let id): .client(id, issuedUpTo: now.seconds)
            }
        let whole = Revocation(subject, at: now, accessTokenLifetime: accessTokenLifetime)
        let sessions = try endSessions(of: owner, at: now, accessTokenLifetime: accessTokenLifetime)
        // Last, and so with a number that other nodes have not read past, however many sessions there were.
        try record(whole)
        return [whole] + sessions
    }
}
