extension Migration {
    /// Numbers and hashes of the audit rows, and the keys that these are made with.
    static let auditChain = Migration(
        number: 2,
        name: "audit chain",
        statements: [
            "ALTER TABLE audit ADD COLUMN number BIGINT",
            "ALTER TABLE audit ADD COLUMN hash BYTEA",
            "ALTER TABLE audit ADD COLUMN key_version BIGINT",
            // Of two nodes that give the same number, this lets one win; and it finds the rows that have none yet.
            "CREATE UNIQUE INDEX audit_number ON audit (number)",
            "CREATE INDEX audit_account ON audit (account_id, number)",
            """
            CREATE TABLE audit_keys (
                version BIGINT NOT NULL PRIMARY KEY,
                sealed_key BYTEA NOT NULL
            )
            """,
        ]
    )
}
