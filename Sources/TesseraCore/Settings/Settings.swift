public import JOSE
public import Passwords

/// What the domain needs to know of the configuration; every value has been checked.
public struct Settings: Sendable {
    /// The issuer's identifier: `iss` of every token and the base of every address that is published.
    public var issuer: String
    /// The algorithm that new signing keys are made for.
    public var signingAlgorithm: SignatureAlgorithm
    /// The shared secret of an HMAC algorithm, at least 32 bytes; nil for the others.
    public var signingSecret: Secret?
    /// How long a signing key signs before it is replaced.
    public var signingKeyLifetime: Duration
    /// How long an access token is valid, 1 s to 24 h.
    public var accessTokenLifetime: Duration
    /// How long a refresh token may lie unused.
    public var refreshTokenLifetime: Duration
    /// How long a session lives at most.
    public var sessionLifetime: Duration
    /// How long a refresh token that has been rotated still gives its successor, 0 s to 5 min.
    public var refreshGracePeriod: Duration
    /// The audience of a token for which no resource was asked.
    public var defaultAudience: String
    /// Whether user names and passwords may be sent to the token endpoint.
    public var passwordGrant: PasswordGrantPolicy
    /// Wrong guesses for one account before delays begin.
    public var loginAttemptsPerAccount: Int
    /// Wrong guesses from one address before delays begin.
    public var loginAttemptsPerAddress: Int
    /// Whether anyone may make an account.
    public var isRegistrationOpen: Bool
    /// The fewest code points a new password may have.
    public var passwordMinimumLength: Int
    /// What each role gives.
    public var roles: RoleTable
    /// How long a published key set may be kept by others: the JWKS `max-age`.
    public var keySetMaximumAge: Duration

    /// Makes the defaults of the manual for an issuer.
    public init(issuer: String = "http://127.0.0.1:8080") {
        self.issuer = issuer
        self.signingAlgorithm = .es256
        self.signingSecret = nil
        self.signingKeyLifetime = .seconds(90 * 86_400)
        self.accessTokenLifetime = .seconds(1800)
        self.refreshTokenLifetime = .seconds(14 * 86_400)
        self.sessionLifetime = .seconds(90 * 86_400)
        self.refreshGracePeriod = .seconds(30)
        self.defaultAudience = issuer
        self.passwordGrant = .firstParty
        self.loginAttemptsPerAccount = 10
        self.loginAttemptsPerAddress = 100
        self.isRegistrationOpen = false
        self.passwordMinimumLength = 12
        self.roles = RoleTable()
        self.keySetMaximumAge = .seconds(300)
    }
}

/// Who may use the password grant (RFC 6749 §4.3, which RFC 9700 §2.4 forbids to all but the operator's own apps).
public enum PasswordGrantPolicy: String, Sendable, Codable {
    /// Nobody.
    case off
    /// Clients marked as the operator's own.
    case firstParty = "first_party"
}
