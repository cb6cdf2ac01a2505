// Well-known claims; those that every token has are properties of ``VerifiedToken``.

extension ClaimName<String> {
    /// `nonce`: what the client sent with its request (OpenID Connect Core 1.0 §2).
    public static var nonce: ClaimName { ClaimName("nonce") }
    /// `azp`: the client that the token was issued to (OpenID Connect Core 1.0 §2).
    public static var authorizedParty: ClaimName { ClaimName("azp") }
    /// `acr`: how well the user was authenticated (OpenID Connect Core 1.0 §2).
    public static var authenticationContextClass: ClaimName { ClaimName("acr") }
    /// `at_hash`: half a hash of the access token (OpenID Connect Core 1.0 §3.1.3.6).
    public static var accessTokenHash: ClaimName { ClaimName("at_hash") }
    /// `c_hash`: half a hash of the code (OpenID Connect Core 1.0 §3.3.2.11).
    public static var codeHash: ClaimName { ClaimName("c_hash") }
    /// `tid`: the tenant of a Microsoft Entra user.
    public static var tenantID: ClaimName { ClaimName("tid") }
    /// `name`: the user's full name (OpenID Connect Core 1.0 §5.1).
    public static var name: ClaimName { ClaimName("name") }
    /// `preferred_username`: what the user likes to be called, unique nowhere (OpenID Connect Core 1.0 §5.1).
    public static var preferredUsername: ClaimName { ClaimName("preferred_username") }
    /// `email`: the user's address; see ``ClaimName/emailVerified`` (OpenID Connect Core 1.0 §5.1).
    public static var email: ClaimName { ClaimName("email") }
}

extension ClaimName<Int64> {
    /// `auth_time`: when the user was authenticated, in seconds since 1970 (OpenID Connect Core 1.0 §2).
    public static var authenticationTime: ClaimName { ClaimName("auth_time") }
}

extension ClaimName<Bool> {
    /// `email_verified`: whether the issuer knows that the address is the user's (OpenID Connect Core 1.0 §5.1).
    public static var emailVerified: ClaimName { ClaimName("email_verified") }
}

extension ClaimName<[String]> {
    /// `amr`: the ways in which the user was authenticated (OpenID Connect Core 1.0 §2, RFC 8176).
    public static var authenticationMethods: ClaimName { ClaimName("amr") }
    /// `roles`: the user's roles (RFC 9068 §2.2.3.1).
    public static var roles: ClaimName { ClaimName("roles") }
    /// `groups`: the user's groups (RFC 9068 §2.2.3.1).
    public static var groups: ClaimName { ClaimName("groups") }
    /// `entitlements`: what the user may do (RFC 9068 §2.2.3.1).
    public static var entitlements: ClaimName { ClaimName("entitlements") }
}

extension ClaimName<JSONObject> {
    /// `cnf`: the key that whoever presents the token must prove to have (RFC 7800 §3.1).
    public static var confirmation: ClaimName { ClaimName("cnf") }
    /// `act`: who acts for the subject (RFC 8693 §4.1).
    public static var actor: ClaimName { ClaimName("act") }
    /// `events`: what the token tells of, by URI (RFC 8417 §2.2).
    public static var events: ClaimName { ClaimName("events") }
}
