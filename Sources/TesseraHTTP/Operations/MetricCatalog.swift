/// What Tessera's own metrics mean, for their `HELP` lines.
///
/// Every metric stands here: a test compares the list with the sources.
enum MetricCatalog {
    static let help = requests.merging(domain) { $1 }.merging(operations) { $1 }.merging(process) { $1 }

    private static let requests: [String: String] = [
        "tessera_http_requests_total": "Requests answered, by method, route and kind of status.",
        "tessera_http_request_duration_seconds": "Time from a request's head to the beginning of its answer.",
        "tessera_http_requests_in_flight": "Requests that are being answered now.",
        "tessera_connections_open": "Connections that are open now.",
        "tessera_connections_refused_total": "Connections closed at once because there were too many.",
        "tessera_tls_handshakes_failed_total":
            "Connections that never became secure: a handshake that failed, or plain HTTP.",
        "tessera_forwarded_addresses_ignored_total":
            "Requests whose X-Forwarded-For was ignored because their peer is not in trusted_proxies.",
        "bearer_auth_requests_total": "Requests with an access token, by outcome: accepted, or why refused.",
    ]

    private static let domain: [String: String] = [
        "tessera_logins_total": "Log-ins with a password, by outcome; each that succeeded began a session.",
        "tessera_refreshes_total": "Uses of a refresh token, by outcome; reused means that one was stolen or lost.",
        "tessera_password_hashes_waiting": "Password hashes that wait for a thread.",
        "tessera_password_hashes_running": "Password hashes that are being computed.",
        "tessera_password_hashes_refused_total": "Password hashes that found no place in the queue (503).",
        "tessera_password_hash_wait_seconds": "Time that a password hash waited for a thread.",
        "tessera_password_hash_duration_seconds": "Time that a password hash took.",
        "tessera_revocations_live": "Revocations whose tokens have not all expired.",
        "tessera_feed_followers": "Requests that wait at the revocation feed.",
    ]

    private static let operations: [String: String] = [
        "tessera_build_info": "The version that runs; always 1.",
        "tessera_clock_in_doubt": "1 while the machine's clock is not believed and the server not ready.",
        "tessera_signing_key_age_seconds": "How long the active key has been signing.",
        "tessera_tls_certificate_expiry_timestamp_seconds": "When the certificate that is shown expires.",
        "tessera_backup_latest_timestamp_seconds": "When the latest back-up was made; absent if there never was one.",
        "tessera_database_commit_duration_seconds": "Time that a commit took, the disk's part included.",
        "tessera_database_commit_writes": "Writes that shared one commit.",
        "tessera_database_commits_failed_total": "Commits that failed: a full disk, or a database that is gone.",
        "tessera_database_connections": "Connections to PostgreSQL for transactions.",
        "tessera_database_transactions_waiting": "Transactions that wait for a connection to PostgreSQL.",
        "tessera_database_transactions_refused_total": "Transactions that got no connection to PostgreSQL (503).",
        "tessera_spans_exported_total": "Spans that the trace collector has taken.",
        "tessera_spans_dropped_total":
            "Spans that the trace collector refused, or that found no room while it was away.",
    ]

    private static let process: [String: String] = [
        "process_resident_memory_bytes": "Resident memory.",
        "process_cpu_seconds_total": "Processor time used, user and system.",
        "process_open_fds": "Open files and connections.",
        "process_max_fds": "The most files and connections that may be open.",
        "process_start_time_seconds": "When the process started.",
    ]
}
