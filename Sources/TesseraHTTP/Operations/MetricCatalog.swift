/// What Tessera's own metrics mean, for their `HELP` lines.
enum MetricCatalog {
    static let help: [String: String] = [
        "http_requests_total": "Requests answered, by method, route and kind of status.",
        "http_request_duration_seconds": "Time from a request's head to the beginning of its answer.",
        "http_requests_in_flight": "Requests that are being answered now.",
        "tessera_build_info": "The version that runs; always 1.",
    ]
}
