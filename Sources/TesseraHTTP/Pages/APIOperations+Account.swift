extension APIOperation {
    /// What people do with their own account.
    static let account = [
        APIOperation(
            "POST",
            "/users",
            tag: "Account",
            id: "register",
            "Makes an account, where registration is open.",
            body: .json(
                Field("username", "1 to 64 characters.", required: true),
                Field("password", "Long, and not a common one.", kind: .secret, required: true),
                Field("email", "An e-mail address.")
            ),
            answers: [
                Answer(201, "The account.", "Account"), forbidden("Registration is closed."),
                problem(409, "The name is in use."), problem(422, "A value is refused; code says why."),
                problem(429, "Too many registrations from this address; see Retry-After."),
            ]
        ),
        APIOperation(
            "GET",
            "/users/me",
            tag: "Account",
            id: "showAccount",
            "Who the access token stands for, as the database knows them now.",
            security: .bearer,
            answers: [Answer(200, "The account.", "Account"), unauthorized]
        ),
        APIOperation(
            "PATCH",
            "/users/me",
            tag: "Account",
            id: "changeEmail",
            "Changes the e-mail address.",
            security: .bearer,
            body: .json(Field("email", "An e-mail address; null takes it away.", required: true)),
            answers: [
                Answer(200, "The account.", "Account"), unauthorized,
                problem(422, "The address is refused; code says why."),
            ]
        ),
        APIOperation(
            "DELETE",
            "/users/me",
            tag: "Account",
            id: "removeAccount",
            "Removes the account and ends all its sessions.",
            security: .bearer,
            answers: [Answer(204, "Removed."), unauthorized]
        ),
        APIOperation(
            "PUT",
            "/users/me/password",
            tag: "Account",
            id: "changePassword",
            "Changes the password and ends all other sessions.",
            security: .bearer,
            body: .json(
                Field("current_password", "The password so far.", kind: .secret, required: true),
                Field("new_password", "Long, and not a common one.", kind: .secret, required: true)
            ),
            answers: [
                Answer(204, "Changed."), unauthorized, forbidden("The current password is wrong."),
                problem(422, "The new password is refused; code says why."),
                problem(429, "Too many wrong passwords; see Retry-After."),
            ]
        ),
        APIOperation(
            "GET",
            "/users/me/sessions",
            tag: "Account",
            id: "listOwnSessions",
            "The live log-ins, the newest first.",
            security: .bearer,
            answers: [Answer(200, "The sessions.", "Sessions"), unauthorized]
        ),
        APIOperation(
            "DELETE",
            "/users/me/sessions",
            tag: "Account",
            id: "endOwnSessions",
            "Logs out everywhere.",
            security: .bearer,
            answers: [Answer(204, "Every session is over, this one too."), unauthorized]
        ),
        APIOperation(
            "DELETE",
            "/users/me/sessions/{id}",
            tag: "Account",
            id: "endOwnSession",
            "Ends one log-in.",
            security: .bearer,
            answers: [Answer(204, "Ended."), unauthorized, notFound]
        ),
    ]

    static let unauthorized = problem(401, "No access token, or one that does not hold; see WWW-Authenticate.")
    static let notFound = problem(404, "There is no such thing.")

    static func forbidden(_ summary: String) -> Answer { problem(403, summary) }

    static func problem(_ status: Int, _ summary: String) -> Answer {
        Answer(status, summary, "Problem", mediaType: "application/problem+json")
    }
}
