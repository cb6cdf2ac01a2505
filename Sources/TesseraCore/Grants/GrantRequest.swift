public import JOSE
public import Passwords

/// What the token endpoint was asked for, decoded.
public enum GrantRequest: Sendable {
    /// A user name and password (RFC 6749 §4.3).
    case password(username: String, password: Password, scope: Scope?, resources: [String])
    /// A refresh token (RFC 6749 §6).
    case refreshToken(Secret, scope: Scope?, resources: [String])
    /// A client for itself (RFC 6749 §4.4).
    case clientCredentials(scope: Scope?, resources: [String])

    /// Which grant it is.
    public var type: GrantType {
        switch self {
        case .password: .password
        case .refreshToken: .refreshToken
        case .clientCredentials: .clientCredentials
        }
    }
}

/// What a request says about its client (RFC 6749 §2.3).
public struct PresentedClient: Sendable {
    /// `client_id`; nil means the built-in client.
    public let id: String?
    /// `client_secret`, if one was sent.
    public let secret: Secret?
    /// Whether the credentials came in an `Authorization: Basic` header.
    public let usedBasic: Bool

    /// Makes what a request said.
    public init(id: String? = nil, secret: Secret? = nil, usedBasic: Bool = false) {
        self.id = id
        self.secret = secret
        self.usedBasic = usedBasic
    }
}

/// The answer of the token endpoint (RFC 6749 §5.1).
public struct TokenResponse: Sendable {
    /// The access token.
    public let accessToken: Secret
    /// Seconds until it expires.
    public let expiresIn: Int64
    /// The refresh token, where the grant gives one.
    public let refreshToken: Secret?
    /// What was granted.
    public let scope: Scope
}
