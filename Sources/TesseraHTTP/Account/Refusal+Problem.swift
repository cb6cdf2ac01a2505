internal import HTTPTypes
internal import TesseraCore

extension Problem {
    /// The one answer to a refusal about an account; what the log knows of a failing database stays there.
    init(_ refusal: AccountService.Refusal) {
        switch refusal {
        case .signedOut:
            self.init(
                .unauthorized,
                code: "invalid_token",
                "The session is over; log in again.",
                headers: [.wwwAuthenticate: "Bearer realm=\"tessera\", error=\"invalid_token\""],
                reason: "signed_out"
            )
        case .noSession:
            self.init(
                .unauthorized,
                code: "invalid_token",
                "This token is a client's own; here a person's is needed, from a log-in.",
                headers: [.wwwAuthenticate: "Bearer realm=\"tessera\", error=\"invalid_token\""],
                reason: "no_session"
            )
        case .registrationClosed:
            self.init(.forbidden, code: "registration_closed", "Registration is closed on this server.")
        case .taken:
            self.init(.conflict, code: "taken", "The user name is in use.")
        case .invalid(let code, let reason):
            self.init(.unprocessableContent, code: code, reason)
        case .wrongPassword:
            self.init(.forbidden, code: "wrong_password", "The current password is wrong.")
        case .throttled(let seconds):
            self.init(
                .tooManyRequests,
                code: "too_many_attempts",
                "Too many wrong passwords; try again in \(seconds) s.",
                headers: [.retryAfter: "\(seconds)"]
            )
        case .registeringTooFast(let seconds):
            self.init(
                .tooManyRequests,
                code: "too_many_attempts",
                "Too many registrations from this address or of this name; try again in \(seconds) s.",
                headers: [.retryAfter: "\(seconds)"]
            )
        case .unavailable(let reason, let seconds):
            self = .unavailable(retryAfter: seconds, reason: reason)
        }
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
