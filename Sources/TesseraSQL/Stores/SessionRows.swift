internal import JOSE
internal import TesseraCore

extension Session {
    /// The columns that `init(_:from:)` reads, in its order, of a table named `s`.
    static let columns = """
        s.id, s.account_id, s.client_id, s.scope, s.audiences, s.account_generation, s.client_generation, \
        s.authenticated_at, s.expires_at, s.idle_expires_at, s.ended_at, s.handle, s.counter, s.current_digest, \
        s.previous_digest, s.rotated_at, s.previous_rotated_at, s.salt
        """
    /// How many they are.
    static let columnCount = 18

    /// Reads a session from the columns that begin at a position.
    init(_ row: SQLRow, from start: Int = 0) throws(SQLFailure) {
        guard let counter = UInt32(exactly: try row.integer(start + 12)) else { throw .unexpectedValue(start + 12) }
        self.init(
            id: try row.text(start),
            accountID: try row.text(start + 1),
            clientID: try row.text(start + 2),
            scope: Scope(try row.text(start + 3).split(separator: " ").map(String.init)),
            audiences: try ListColumn.list(try row.text(start + 4)),
            accountGeneration: try row.integer(start + 5),
            clientGeneration: try row.integer(start + 6),
            authenticatedAt: Timestamp(milliseconds: try row.integer(start + 7)),
            expiresAt: Timestamp(milliseconds: try row.integer(start + 8)),
            idleExpiresAt: Timestamp(milliseconds: try row.integer(start + 9)),
            endedAt: try row.optionalInteger(start + 10).map(Timestamp.init(milliseconds:)),
            refresh: RefreshState(
                handle: try row.bytes(start + 11),
                counter: counter,
                currentDigest: try row.bytes(start + 13),
                previousDigest: try row.optionalBytes(start + 14),
                rotatedAt: Timestamp(milliseconds: try row.integer(start + 15)),
                previousRotatedAt: try row.optionalInteger(start + 16).map(Timestamp.init(milliseconds:)),
                salt: try row.bytes(start + 17)
            )
        )
    }
}

extension SQLConnection {
    func insert(_ session: Session) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO sessions (id, account_id, client_id, scope, audiences, account_generation, client_generation,
                authenticated_at, expires_at, idle_expires_at, ended_at, handle, counter, current_digest,
                previous_digest, rotated_at, previous_rotated_at, salt)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $12, $13, $14, $15, $16, $17)
            """,
            [
                .text(session.id), .text(session.accountID), .text(session.clientID), .text(session.scope.text),
                ListColumn.value(session.audiences), .integer(session.accountGeneration),
                .integer(session.clientGeneration), .integer(session.authenticatedAt.milliseconds),
                .integer(session.expiresAt.milliseconds), .integer(session.idleExpiresAt.milliseconds),
                .bytes(session.refresh.handle), .integer(Int64(session.refresh.counter)),
                .bytes(session.refresh.currentDigest), SQLValue(session.refresh.previousDigest),
                .integer(session.refresh.rotatedAt.milliseconds),
                SQLValue(session.refresh.previousRotatedAt?.milliseconds), .bytes(session.refresh.salt),
            ]
        )
    }

    /// Replaces the refresh state of the row, in place.
    func update(
        _ state: RefreshState,
        idleExpiresAt: Timestamp,
        sessionID: String
    ) throws(SQLFailure) {
        try execute(
            """
            UPDATE sessions SET counter = $1, current_digest = $2, previous_digest = $3, rotated_at = $4,
                previous_rotated_at = $5, idle_expires_at = $6
            WHERE id = $7
            """,
            [
                .integer(Int64(state.counter)), .bytes(state.currentDigest), SQLValue(state.previousDigest),
                .integer(state.rotatedAt.milliseconds), SQLValue(state.previousRotatedAt?.milliseconds),
                .integer(idleExpiresAt.milliseconds), .text(sessionID),
            ]
        )
    }
}
