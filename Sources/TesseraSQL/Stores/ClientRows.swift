internal import JOSE
internal import TesseraCore

extension Client {
    /// The columns that `init(_:from:)` reads, in its order.
    static let columns = """
        id, name, secret_digest, previous_secret_digest, grants, scopes, audiences, origins, redirect_uris, \
        is_first_party, generation, created_at
        """
    /// The same, of a table named `c` in a join.
    static let joinedColumns = """
        c.id, c.name, c.secret_digest, c.previous_secret_digest, c.grants, c.scopes, c.audiences, c.origins, \
        c.redirect_uris, c.is_first_party, c.generation, c.created_at
        """

    /// Reads a client from the columns that begin at a position.
    init(_ row: SQLRow, from start: Int = 0) throws(SQLFailure) {
        var digests: [[UInt8]] = []
        for index in [start + 2, start + 3] {
            if let digest = try row.optionalBytes(index) { digests.append(digest) }
        }
        self.init(
            id: try row.text(start),
            name: try row.optionalText(start + 1),
            secretDigests: digests,
            grants: Set(try ListColumn.list(try row.text(start + 4)).compactMap(GrantType.init(rawValue:))),
            scopes: try row.optionalText(start + 5).map { text in Scope(text.split(separator: " ").map(String.init))
            },
            audiences: try ListColumn.list(try row.text(start + 6)),
            origins: try ListColumn.list(try row.text(start + 7)),
            redirectURIs: try ListColumn.list(try row.text(start + 8)),
            isFirstParty: try row.flag(start + 9),
            generation: try row.integer(start + 10),
            createdAt: Timestamp(milliseconds: try row.integer(start + 11))
        )
    }
}

extension SQLConnection {
    /// The client, locked as the dialect spells it if a lock is named.
    func client(id: String, lock: String = "") throws(SQLFailure) -> Client? {
        let rows = try query("SELECT \(Client.columns) FROM clients WHERE id = $1 \(lock)", [.text(id)])
        guard let row = rows.first else { return nil }
        return try Client(row)
    }

    func insert(_ client: Client) throws(SQLFailure) {
        try execute(
            """
            INSERT INTO clients (\(Client.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING
            """,
            [
                .text(client.id), SQLValue(client.name), SQLValue(client.secretDigests.first),
                SQLValue(client.secretDigests.dropFirst().first),
                ListColumn.value(client.grants.map(\.rawValue).sorted()), SQLValue(client.scopes?.text),
                ListColumn.value(client.audiences), ListColumn.value(client.origins),
                ListColumn.value(client.redirectURIs), SQLValue(client.isFirstParty), .integer(client.generation),
                .integer(client.createdAt.milliseconds),
            ]
        )
    }
}
