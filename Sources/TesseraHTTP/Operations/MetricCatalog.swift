/// What Tessera's own metrics mean, for their `HELP` lines.
enum MetricCatalog {
    static let help: [String: String] = [
        "bearer_auth_requests_total": "Requests with an access token, by outcome: accepted, or why refused.",
        "http_requests_total": "Requests answered, by method, route and kind of status.",
        "http_request_duration_seconds": "Time from a request's head to the beginning of its answer.",
        "http_requests_in_flight": "Requests that are being answered now.",
        "tessera_build_info": "The version that runs; always 1.",
        "tessera_logins_total": "Log-ins with a password, by outcome; each that succeeded began a session.",
        "tessera_refreshes_total": "Uses of a refresh token, by outcome; reused means that one was stolen or lost.",
        "tessera_password_hashes_waiting": "Password hashes that wait for a thread.",
        "tessera_password_hashes_running": "Password hashes that are being computed.",
        "tessera_revocations_live": "Revocations whose tokens have not all expired.",
        "tessera_forwarded_addresses_ignored_total":
            "Requests whose X-Forwarded-For was ignored because their peer is not in trusted_proxies.",
        "tessera_feed_followers": "Requests that wait at the revocation feed.",
    ]
}
