extension APIOperation {
    /// All operations of a server; with health and metrics where those are beside everything else.
    static func all(issuer: Issuer, listsOperations: Bool) -> [APIOperation] {
        oauth(issuer: issuer) + services + account + admin + (listsOperations ? operations : []) + pages
    }

    private static let operations = [
        APIOperation(
            "GET",
            "/health/live",
            tag: "Operations",
            id: "isLive",
            "Whether the process lives; never asks the database.",
            answers: [Answer(200, "It lives.", "Status")]
        ),
        APIOperation(
            "GET",
            "/health/ready",
            tag: "Operations",
            id: "isReady",
            "Whether requests should be sent here.",
            answers: [Answer(200, "Ready.", "Status"), Answer(503, "Draining, or without its database.", "Status")]
        ),
        APIOperation(
            "GET",
            "/metrics",
            tag: "Operations",
            id: "metrics",
            "What is counted, as Prometheus reads it.",
            answers: [Answer(200, "The metrics.", "Text", mediaType: "text/plain")]
        ),
    ]

    private static let pages = [
        APIOperation(
            "GET",
            "/openapi.json",
            tag: "Documents",
            id: "openAPI",
            "This description (OpenAPI 3.1).",
            answers: [Answer(200, "The description.", "Document")]
        ),
        APIOperation(
            "GET",
            "/docs",
            tag: "Documents",
            id: "docs",
            "A page to log in and to try each call.",
            answers: [Answer(200, "The page.", "Text", mediaType: "text/html")]
        ),
    ]
}
