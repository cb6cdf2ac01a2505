/// How tokens are asked for (RFC 6749 §4).
public enum GrantType: String, Sendable, Hashable, Codable, CaseIterable {
    /// A user name and password (§4.3), for the operator's own applications.
    case password
    /// A refresh token (§6).
    case refreshToken = "refresh_token"
    /// A client for itself (§4.4).
    case clientCredentials = "client_credentials"
}
