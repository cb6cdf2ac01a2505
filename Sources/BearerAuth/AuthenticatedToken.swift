public import JOSE

/// A verified, unrevoked access token and whom it speaks for.
public struct AuthenticatedToken: Sendable {
    /// `sub`: the user, or the client itself where there is no user.
    public let subject: String
    /// The token, with all its claims.
    public let token: VerifiedToken

    init(subject: String, token: VerifiedToken) {
        self.subject = subject
        self.token = token
    }

    /// What the token permits.
    ///
    /// Parsed at each call: keep it where it is asked for often.
    public var scope: Scope { token.scope }

    /// `client_id`: the client that the token was issued to.
    ///
    /// RFC 9068 requires it; other profiles may not.
    public var clientID: String? { token.clientID }

    /// `sid`: the session it belongs to, if it belongs to one.
    public var sessionID: String? { token.sessionID }

    /// One claim's value.
    public subscript(_ claim: String) -> JSONValue? { token[claim] }
}
