internal import HTTPTypes
internal import TesseraCore

extension Problem {
    /// The one answer to a refusal about an account; what the log knows of a failing database stays there.
    init(_ refusal: AccountService.Refusal) {
        switch refusal {
        case .signedOut:
            self = .invalidToken("The session is over; log in again.", reason: "signed_out")
        case .noSession:
            let detail = "This token is a client's own; here a person's is needed, from a log-in."
            self = .invalidToken(detail, reason: "no_session")
        case .registrationClosed:
            self.init(.forbidden, code: "registration_closed", "Registration is closed on this server.")
        case .taken:
            self.init(.conflict, code: "taken", "The user name is in use.")
        case .invalid(let code, let reason):
            self.init(.unprocessableContent, code: code, reason)
        case .wrongPassword:
            self.init(.forbidden, code: "wrong_password", "The current password is wrong.")
        case .throttled(let seconds):
            self = .tooMany("wrong passwords", retryAfter: seconds)
        case .registeringTooFast(let seconds):
            self = .tooMany("registrations from this address or of this name", retryAfter: seconds)
        case .unavailable(let reason, let seconds):
            self = .unavailable(retryAfter: seconds, reason: reason)
        }
    }

    private static func invalidToken(_ detail: String, reason: String) -> Problem {
        Problem(
            .unauthorized,
            code: "invalid_token",
            detail,
            headers: [.wwwAuthenticate: "Bearer realm=\"tessera\", error=\"invalid_token\""],
            reason: reason
        )
    }

    private static func tooMany(_ what: String, retryAfter seconds: Int) -> Problem {
        Problem(
            .tooManyRequests,
            code: "too_many_attempts",
            "Too many \(what); try again in \(seconds) s.",
            headers: [.retryAfter: "\(seconds)"]
        )
    }

    static func unavailable(retryAfter seconds: Int, reason: String) -> Problem {
        Problem(
            .serviceUnavailable,
            code: "temporarily_unavailable",
            "The server is too busy or cannot reach its database; try again.",
            headers: [.retryAfter: "\(seconds)"],
            reason: reason
        )
    }
}
