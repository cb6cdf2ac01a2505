internal import JOSE
internal import Passwords

/// Writes the claims of an access token (RFC 9068 §2.2) and signs them with the active key.
struct AccessTokenIssuer: Sendable {
    let domain: Domain

    /// An access token of a session.
    func issue(
        session: Session,
        account: Account,
        scope: Scope,
        audiences: [String],
        at now: Timestamp
    ) throws(OAuthError) -> Secret {
        var claims = base(
            subject: account.id,
            clientID: session.clientID,
            scope: scope,
            audiences: audiences,
            expiresAt: min(now.adding(domain.settings.accessTokenLifetime), session.expiresAt),
            now: now
        )
        claims["sid"] = .string(session.id)
        claims["auth_time"] = .number(JSONNumber(session.authenticatedAt.seconds))
        claims["roles"] = .array(account.roles.map { .string($0) })
        claims["username"] = .string(account.username)
        return try sign(claims)
    }

    /// An access token of a client for itself.
    func issue(client: Client, scope: Scope, audiences: [String], at now: Timestamp) throws(OAuthError) -> Secret {
        let claims = base(
            subject: client.id,
            clientID: client.id,
            scope: scope,
            audiences: audiences,
            expiresAt: now.adding(domain.settings.accessTokenLifetime),
            now: now
        )
        return try sign(claims)
    }

    private func base(
        subject: String,
        clientID: String,
        scope: Scope,
        audiences: [String],
        expiresAt: Timestamp,
        now: Timestamp
    ) -> JSONObject {
        [
            "iss": .string(domain.settings.issuer),
            "sub": .string(subject),
            "aud": audiences.count == 1 ? .string(audiences[0]) : .array(audiences.map { .string($0) }),
            "exp": .number(JSONNumber(expiresAt.seconds)),
            "iat": .number(JSONNumber(now.seconds)),
            "jti": .string(domain.random.identifier()),
            "client_id": .string(clientID),
            "scope": .string(scope.text),
        ]
    }

    private func sign(_ claims: JSONObject) throws(OAuthError) -> Secret {
        guard let signer = domain.keyRing.tokenSigner else {
            throw OAuthError(.temporarilyUnavailable, "The server has no signing key yet.", retryAfter: 1)
        }
        do {
            return Secret(try signer.sign(claims))
        } catch {
            throw OAuthError(
                .temporarilyUnavailable,
                "The token could not be signed.",
                reason: "\(error.code)",
                retryAfter: 1
            )
        }
    }
}
