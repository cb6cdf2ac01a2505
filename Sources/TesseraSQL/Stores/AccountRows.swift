internal import TesseraCore

extension Account {
    /// The columns that `init(_:from:)` reads, in its order.
    static let columns = "id, username, email, roles, is_disabled, generation, created_at"
    /// The same, of a table named `a` in a join.
    static let joinedColumns = "a.id, a.username, a.email, a.roles, a.is_disabled, a.generation, a.created_at"
    /// How many they are.
    static let columnCount = 7

    /// Reads an account from the columns that begin at a position.
    init(_ row: SQLRow, from start: Int = 0) throws(SQLFailure) {
        self.init(
            id: try row.text(start),
            username: try row.text(start + 1),
            email: try row.optionalText(start + 2),
            roles: try ListColumn.list(try row.text(start + 3)),
            isDisabled: try row.flag(start + 4),
            generation: try row.integer(start + 5),
            createdAt: Timestamp(milliseconds: try row.integer(start + 6))
        )
    }
}

extension SQLConnection {
    /// The account, locked as the dialect spells it if a lock is named.
    func account(id: String, lock: String = "") throws(SQLFailure) -> Account? {
        let rows = try query("SELECT \(Account.columns) FROM accounts WHERE id = $1 \(lock)", [.text(id)])
        guard let row = rows.first else { return nil }
        return try Account(row)
    }
}
