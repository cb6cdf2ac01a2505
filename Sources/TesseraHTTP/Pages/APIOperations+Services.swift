extension APIOperation {
    /// What services, and the proxies before them, ask to protect themselves.
    static let services = [
        APIOperation(
            "GET",
            "/revocations",
            tag: "Services",
            id: "revocations",
            "What is refused before its time: a signed JWT, a snapshot or what has come since a cursor.",
            query: [
                ("after", "The cursor of an earlier answer; a snapshot without it."),
                ("wait", "For how many seconds an empty answer is held back, 25 at most."),
            ],
            answers: [
                Answer(200, "The feed.", "Text", mediaType: "application/revocations+jwt"),
                Answer(304, "Unchanged since the ETag that was sent."),
                problem(400, "A parameter cannot be read."),
                problem(429, "Too many wait from this address; see Retry-After."),
                problem(503, "Too many wait, or there is no key yet; see Retry-After."),
            ]
        ),
        APIOperation(
            "GET",
            "/verify",
            tag: "Services",
            id: "verify",
            "Whether a proxy may let a request through: for nginx auth_request, Caddy forward_auth and Traefik.",
            security: .bearer,
            query: [("scope", "Scopes that the token must have, separated by spaces.")],
            answers: [
                Answer(200, "The token is good: X-Auth-Subject, X-Auth-Username and X-Auth-Scope say whose it is."),
                unauthorized,
                forbidden("The token lacks a scope; see WWW-Authenticate."),
            ]
        ),
    ]
}
