extension Migration {
    /// Accounts, clients, sessions, revocations, signing keys and the audit trail.
    static let initial = Migration(
        number: 1,
        name: "initial",
        statements: [
            """
            CREATE TABLE metadata (
                name TEXT NOT NULL PRIMARY KEY,
                value BYTEA NOT NULL
            )
            """,
            """
            CREATE TABLE accounts (
                id TEXT NOT NULL PRIMARY KEY,
                username TEXT NOT NULL,
                canonical_username TEXT NOT NULL UNIQUE,
                email TEXT,
                canonical_email TEXT UNIQUE,
                password_hash TEXT NOT NULL,
                roles TEXT NOT NULL,
                is_disabled BIGINT NOT NULL,
                generation BIGINT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE clients (
                id TEXT NOT NULL PRIMARY KEY,
                name TEXT,
                secret_digest BYTEA,
                previous_secret_digest BYTEA,
                grants TEXT NOT NULL,
                scopes TEXT,
                audiences TEXT NOT NULL,
                origins TEXT NOT NULL,
                redirect_uris TEXT NOT NULL,
                is_first_party BIGINT NOT NULL,
                generation BIGINT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """,
            // The columns that a rotation changes stand in no index, so that it rewrites one page.
            """
            CREATE TABLE sessions (
                id TEXT NOT NULL PRIMARY KEY,
                account_id TEXT NOT NULL,
                client_id TEXT NOT NULL,
                scope TEXT NOT NULL,
                audiences TEXT NOT NULL,
                account_generation BIGINT NOT NULL,
                client_generation BIGINT NOT NULL,
                authenticated_at BIGINT NOT NULL,
                expires_at BIGINT NOT NULL,
                idle_expires_at BIGINT NOT NULL,
                ended_at BIGINT,
                handle BYTEA NOT NULL UNIQUE,
                counter BIGINT NOT NULL,
                current_digest BYTEA NOT NULL,
                previous_digest BYTEA,
                rotated_at BIGINT NOT NULL,
                previous_rotated_at BIGINT,
                salt BYTEA NOT NULL
            )
            """,
            "CREATE INDEX sessions_account ON sessions (account_id)",
            "CREATE INDEX sessions_client ON sessions (client_id)",
            "CREATE INDEX sessions_expiry ON sessions (expires_at)",
            "CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL",
            """
            CREATE TABLE revocations (
                sequence {identity},
                kind TEXT NOT NULL,
                subject TEXT NOT NULL,
                issued_up_to BIGINT,
                keep_until BIGINT NOT NULL
            )
            """,
            "CREATE INDEX revocations_expiry ON revocations (keep_until)",
            """
            CREATE TABLE signing_keys (
                id TEXT NOT NULL PRIMARY KEY,
                algorithm TEXT NOT NULL,
                state TEXT NOT NULL,
                sealed_private_key BYTEA NOT NULL,
                created_at BIGINT NOT NULL,
                active_from BIGINT NOT NULL,
                published_until BIGINT
            )
            """,
            "CREATE UNIQUE INDEX signing_keys_one_active ON signing_keys (state) WHERE state = 'active'",
            "CREATE UNIQUE INDEX signing_keys_one_upcoming ON signing_keys (state) WHERE state = 'upcoming'",
            """
            CREATE TABLE audit (
                sequence {identity},
                at BIGINT NOT NULL,
                event TEXT NOT NULL,
                account_id TEXT,
                client_id TEXT,
                session_id TEXT,
                detail TEXT
            )
            """,
        ]
    )
}
