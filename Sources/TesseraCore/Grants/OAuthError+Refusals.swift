extension OAuthError {
    /// The one answer to a wrong name, a wrong password and a disabled account.
    static func invalidCredentials(reason: String) -> OAuthError {
        OAuthError(.invalidGrant, "The user name or the password is wrong.", reason: reason)
    }

    /// The one answer to a refresh token that gives nothing.
    static func invalidRefreshToken(reason: String) -> OAuthError {
        OAuthError(.invalidGrant, "The refresh token is not valid any more; log in again.", reason: reason)
    }
}

extension Authenticator.Failure {
    /// A stable word for the metric of log-ins.
    var outcome: String {
        switch self {
        case .rejected: "rejected"
        case .throttled: "throttled"
        case .busy: "busy"
        case .storage: "unavailable"
        }
    }

    /// What the token endpoint answers.
    var oauthError: OAuthError {
        switch self {
        case .rejected(let reason): .invalidCredentials(reason: reason)
        case .throttled(let seconds): .throttled(retryAfterSeconds: seconds)
        case .busy(let seconds):
            OAuthError(
                .temporarilyUnavailable,
                "Too many log-ins at once; try again in \(seconds) s.",
                reason: "hashing_queue_full",
                retryAfter: seconds
            )
        case .storage(let error): OAuthError(error)
        }
    }
}
