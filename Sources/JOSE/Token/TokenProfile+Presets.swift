extension TokenProfile {
    /// An access token of RFC 9068 (`typ` `at+jwt`), for one of the audiences, of which there must be one at least.
    public static func accessToken(issuer: String, audience: Audience, leeway: Duration = .zero) -> TokenProfile {
        accessToken(issuer: .exact(issuer), audience: audience, leeway: leeway)
    }

    /// An access token of RFC 9068 (`typ` `at+jwt`), for one of the audiences, of which there must be one at least.
    ///
    /// `client_id` is for the issuer to write (RFC 9068 §2.2) and not for the service to ask for (§4).
    public static func accessToken(issuer: IssuerRule, audience: Audience, leeway: Duration = .zero) -> TokenProfile {
        precondition(!audience.values.isEmpty, "an access token's profile needs an audience")
        return TokenProfile(
            type: "at+jwt",
            issuer: issuer,
            audiences: audience.values,
            requiredClaims: ["iss", "sub", "aud", "exp", "iat", "jti"],
            leeway: leeway
        )
    }

    /// An OpenID Connect ID token; its `typ` is `JWT` or absent, never an access token's.
    public static func idToken(issuer: String, clientID: String, leeway: Duration = .zero) -> TokenProfile {
        idToken(issuer: .exact(issuer), clientID: clientID, leeway: leeway)
    }

    /// An OpenID Connect ID token; its `typ` is `JWT` or absent, never an access token's.
    ///
    /// `azp`, where it is there, must name the client; it must be there where the token is for several audiences
    /// (OpenID Connect Core 1.0 §2). What one log-in alone knows, such as the `nonce`, is given to
    /// ``TokenVerifier/verify(_:expecting:)``.
    public static func idToken(issuer: IssuerRule, clientID: String, leeway: Duration = .zero) -> TokenProfile {
        var profile = TokenProfile(
            type: "JWT",
            allowsMissingType: true,
            issuer: issuer,
            audiences: [clientID],
            requiredClaims: ["iss", "sub", "aud", "exp", "iat"],
            leeway: leeway
        )
        profile.authorizedParty = clientID
        // A logout token without a `typ` of its own would pass for an ID token otherwise.
        profile.forbiddenClaims = ["events"]
        return profile
    }

    /// A logout token of OpenID Connect Back-Channel Logout 1.0 (`typ` `logout+jwt`).
    public static func logoutToken(issuer: String, clientID: String, leeway: Duration = .zero) -> TokenProfile {
        logoutToken(issuer: .exact(issuer), clientID: clientID, leeway: leeway)
    }

    /// A logout token of OpenID Connect Back-Channel Logout 1.0 (`typ` `logout+jwt`).
    ///
    /// It has the log-out among its `events`, a `sub` or a `sid`, and no `nonce`, which an ID token may have (§2.4,
    /// §2.6). The standard only recommends the `typ`: for a provider that writes none set ``allowsMissingType``, and
    /// for one that writes `JWT` set ``type``; the other rules still tell it from an ID token.
    /// That a token counts once (§2.6, 8) is for the caller: a ``ReplayStore`` remembers its `iss` and `jti`.
    public static func logoutToken(issuer: IssuerRule, clientID: String, leeway: Duration = .zero) -> TokenProfile {
        var profile = TokenProfile(
            type: "logout+jwt",
            issuer: issuer,
            audiences: [clientID],
            requiredClaims: ["iss", "aud", "exp", "iat", "jti"],
            leeway: leeway
        )
        profile.alternativeClaims = ["sub", "sid"]
        profile.forbiddenClaims = ["nonce"]
        profile.event = logoutEvent
        return profile
    }

    /// What a logout token's `events` names (OpenID Connect Back-Channel Logout 1.0 §2.4).
    static let logoutEvent = "http://schemas.openid.net/event/backchannel-logout"
}
