internal import JOSE
public import Passwords

extension AuthorizationServer {
    /// Revokes a token (RFC 7009): a refresh token ends its session, an access token is refused by itself.
    ///
    /// A token that is unknown or dead already is no error (§2.2).
    /// - Throws: `OAuthError`: `unauthorizedClient` for another client's token, which lives on;
    ///   `temporarilyUnavailable` where the revocation could not be made durable.
    public func revoke(
        _ token: Secret,
        client presented: PresentedClient,
        address: ClientAddress
    ) async throws(OAuthError) {
        let client = try await ClientAuthenticator(domain: domain).authenticate(presented, address: address)
        do {
            if let refreshToken = RefreshToken(token) {
                try await revoke(refreshToken, of: client)
            } else if let accessToken = await TokenInspection(domain: domain).verified(token) {
                try await revoke(accessToken, of: client)
            }
        } catch let error as StorageError {
            throw OAuthError(error)
        } catch let error as OAuthError {
            throw error
        } catch {
            throw OAuthError(
                .temporarilyUnavailable,
                "The token could not be revoked.",
                reason: "\(error)",
                retryAfter: 1
            )
        }
    }

    private func revoke(_ token: RefreshToken, of client: Client) async throws {
        guard let session = try await domain.storage.session(handle: token.handle),
            token.matches(session.refresh.currentDigest) || session.refresh.previousDigest.map(token.matches) == true
        else { return }
        guard session.clientID.utf8.elementsEqual(client.id.utf8) else { throw Self.foreignToken }
        let event = AuditEvent(
            .sessionEnded,
            at: domain.clock.now(),
            accountID: session.accountID,
            clientID: client.id,
            sessionID: session.id,
            detail: "refresh token revoked by its client"
        )
        domain.revocations.add(
            try await domain.storage.end(
                sessionID: session.id,
                accountID: nil,
                accessTokenLifetime: domain.settings.accessTokenLifetime,
                event: event
            )
        )
    }

    private func revoke(_ token: VerifiedToken, of client: Client) async throws {
        guard let id = token.id, let clientID = token.clientID else { return }
        guard clientID.utf8.elementsEqual(client.id.utf8) else { throw Self.foreignToken }
        // Sent again, it would be one more row and nothing more refused.
        guard !domain.revocations.isRevoked(token) else { return }
        let now = domain.clock.now()
        let expiry = token.expiresAt.map { Timestamp(seconds: $0) } ?? now
        let revocation = Revocation(
            .token(id),
            keepUntil: expiry.adding(Revocation.largestLeeway).adding(.seconds(1))
        )
        let event = AuditEvent(
            .tokenRevoked,
            at: now,
            accountID: token.sessionID == nil ? nil : token.subject,
            clientID: client.id,
            sessionID: token.sessionID,
            detail: "jti \(id)"
        )
        try await domain.storage.revoke([revocation], event: event)
        domain.revocations.add([revocation])
    }

    private static var foreignToken: OAuthError {
        OAuthError(.unauthorizedClient, "The token was issued to another client.")
    }
}
