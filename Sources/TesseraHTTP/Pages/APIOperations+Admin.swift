extension APIOperation {
    /// The operator's commands.
    static let admin = adminAccounts + adminClients + adminSessions + adminSigningKeys + adminAudit

    private static let adminAccounts = [
        administrator(
            "GET",
            "/admin/users",
            "listAccounts",
            "Accounts by name, a page at a time.",
            query: [("after", "The `next` of the page before."), ("limit", "1 to 1000.")],
            Answer(200, "The accounts.", "Accounts")
        ),
        administrator(
            "POST",
            "/admin/users",
            "addAccount",
            "Adds an account.",
            body: .json(
                Field("username", "1 to 64 characters.", required: true),
                Field("password", "Long, and not a common one.", kind: .secret, required: true),
                Field("email", "An e-mail address."),
                Field("roles", "Configured roles.", kind: .strings)
            ),
            Answer(201, "The account.", "AccountRecord"),
            taken,
            invalid
        ),
        administrator(
            "POST",
            "/admin/user-imports",
            "importAccounts",
            "Adds accounts with password hashes of another system, each for itself.",
            body: .json(
                Field("users", "Objects of username, password_hash, email and roles.", kind: .rows, required: true)
            ),
            Answer(200, "For each row null, or why it was rejected.", "ImportErrors"),
            invalid
        ),
        administrator(
            "GET",
            "/admin/users/{username}",
            "showAccountByName",
            "Shows an account.",
            Answer(200, "The account.", "AccountRecord"),
            notFound
        ),
        administrator(
            "DELETE",
            "/admin/users/{username}",
            "removeAccountByName",
            "Removes an account and ends its sessions.",
            Answer(204, "Removed."),
            notFound
        ),
        administrator(
            "POST",
            "/admin/users/{username}/disable",
            "disableAccount",
            "Disables an account and ends its sessions.",
            Answer(204, "Disabled."),
            notFound
        ),
        administrator(
            "POST",
            "/admin/users/{username}/enable",
            "enableAccount",
            "Enables an account again.",
            Answer(204, "Enabled."),
            notFound
        ),
        administrator(
            "PUT",
            "/admin/users/{username}/password",
            "setPassword",
            "Sets a password and ends the account's sessions.",
            body: .json(Field("password", "Long, and not a common one.", kind: .secret, required: true)),
            Answer(204, "Set."),
            notFound,
            invalid
        ),
        administrator(
            "DELETE",
            "/admin/users/{username}/sessions",
            "endSessionsOfAccount",
            "Logs a person out everywhere.",
            Answer(204, "Ended."),
            notFound
        ),
    ]

    private static let adminClients = [
        administrator(
            "GET",
            "/admin/clients",
            "listClients",
            "All clients.",
            Answer(200, "The clients.", "Clients")
        ),
        administrator(
            "POST",
            "/admin/clients",
            "addClient",
            "Registers a client; its secret is shown this once.",
            body: .json(
                Field("id", "The client's id.", required: true),
                Field("name", "A name for people."),
                Field("confidential", "Whether it has a secret.", kind: .flag),
                Field("grants", "password, refresh_token, client_credentials.", kind: .strings),
                Field("scopes", "What it may ask for.", kind: .strings),
                Field("audiences", "The resources it may ask tokens for.", kind: .strings),
                Field("origins", "The browser origins that it calls from.", kind: .strings),
                Field("redirect_uris", "Its redirect URIs.", kind: .strings)
            ),
            Answer(201, "The client, with its secret if it has one.", "ClientWithSecret"),
            taken,
            invalid
        ),
        administrator(
            "GET",
            "/admin/clients/{id}",
            "showClient",
            "Shows a client.",
            Answer(200, "The client.", "Client"),
            notFound
        ),
        administrator(
            "DELETE",
            "/admin/clients/{id}",
            "removeClient",
            "Removes a client, its sessions and its tokens.",
            Answer(204, "Removed."),
            notFound
        ),
        administrator(
            "POST",
            "/admin/clients/{id}/secret",
            "rotateClientSecret",
            "Makes a new secret; the one before stays valid until the next.",
            Answer(200, "The client with its new secret.", "ClientWithSecret"),
            notFound,
            invalid
        ),
    ]

    private static let adminSessions = [
        administrator(
            "GET",
            "/admin/sessions",
            "listSessions",
            "Live log-ins.",
            query: [("user", "Only this user's.")],
            Answer(200, "The sessions.", "SessionRecords"),
            notFound
        ),
        administrator(
            "DELETE",
            "/admin/sessions/{id}",
            "endSession",
            "Ends a log-in.",
            Answer(204, "Ended."),
            notFound
        ),
    ]

    private static let adminSigningKeys = [
        administrator(
            "GET",
            "/admin/signing-keys",
            "listSigningKeys",
            "The key ring.",
            Answer(200, "The keys, without their private parts.", "SigningKeys")
        ),
        administrator(
            "POST",
            "/admin/signing-keys",
            "rotateSigningKey",
            "Publishes a new key, which signs once others had time to see it.",
            body: .json(
                Field("algorithm", "Another algorithm than the configured one."),
                Field("now", "Whether it signs at once.", kind: .flag)
            ),
            Answer(201, "The key.", "SigningKey"),
            invalid
        ),
        administrator(
            "DELETE",
            "/admin/signing-keys/{kid}",
            "revokeSigningKey",
            "Takes a key out at once: every token it signed is refused.",
            Answer(204, "Taken out."),
            notFound
        ),
    ]

    private static let adminAudit = [
        administrator(
            "GET",
            "/admin/audit",
            "readAudit",
            "The audit trail, the oldest row first; reading it is itself audited.",
            query: [
                ("user", "Only this user's; of a removed account the id."), ("event", "Only this event."),
                ("since", "From this time on, in RFC 3339."),
                ("after", "The next rows after this number; without it the newest."), ("limit", "1 to 1000."),
            ],
            Answer(200, "The rows.", "AuditRows"),
            notFound,
            invalid
        )
    ]

    private static let taken = problem(409, "The name is in use.")
    private static let invalid = problem(422, "A value is refused; detail says why.")

    private static func administrator(
        _ method: String,
        _ path: String,
        _ id: String,
        _ summary: String,
        query: [(String, String)] = [],
        body: Body? = nil,
        _ answers: Answer...
    ) -> APIOperation {
        APIOperation(
            method,
            path,
            tag: "Administration",
            id: id,
            summary,
            security: .administrator,
            query: query,
            body: body,
            answers: answers + [unauthorized, forbidden("The scope or the role admin is missing.")]
        )
    }
}
