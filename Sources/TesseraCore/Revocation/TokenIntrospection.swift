public import JOSE
public import Passwords

extension AuthorizationServer {
    /// Tells a client about a token (RFC 7662 §2.2): its claims, or nil for "not active", which is also the answer to
    /// a client that has no right to know.
    ///
    /// - Throws: `OAuthError`: `invalidClient` unless a client with a secret asks; `temporarilyUnavailable`.
    public func introspect(
        _ token: Secret,
        client presented: PresentedClient,
        address: ClientAddress
    ) async throws(OAuthError) -> JSONObject? {
        let client = try await ClientAuthenticator(domain: domain).authenticate(presented, address: address)
        guard client.isConfidential else {
            throw OAuthError(.invalidClient, "Introspection is for clients with a secret.")
        }
        do {
            if let refreshToken = RefreshToken(token) {
                return try await introspect(refreshToken, for: client)
            }
            guard let accessToken = await TokenInspection(domain: domain).verified(token) else { return nil }
            return try await introspect(accessToken, for: client)
        } catch {
            throw OAuthError(error)
        }
    }

    private func introspect(
        _ token: VerifiedToken,
        for client: Client
    ) async throws(StorageError) -> JSONObject? {
        let isTheirs =
            token.audiences.containsBytes(client.id)
            || token.audiences.contains { client.audiences.containsBytes($0) }
            || token.clientID?.utf8.elementsEqual(client.id.utf8) == true
        guard isTheirs || client.mayIntrospectAll, !domain.revocations.isRevoked(token) else { return nil }
        var answer: JSONObject = ["active": true, "token_type": "Bearer"]
        for name in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "sid", "auth_time", "username"] {
            if let value = token[name] { answer[name] = value }
        }
        guard let sessionID = token.sessionID else {
            // A client's own token lives as long as the client it was issued to.
            guard let id = token.clientID, try await domain.storage.client(id: id) != nil else { return nil }
            return answer
        }
        guard let state = try await domain.storage.sessionWithAccount(id: sessionID),
            isLive(state.session, state.account)
        else { return nil }
        answer["username"] = .string(state.account.username)
        return answer
    }

    private func introspect(_ token: RefreshToken, for client: Client) async throws(StorageError) -> JSONObject? {
        guard let session = try await domain.storage.session(handle: token.handle),
            token.matches(session.refresh.currentDigest),
            session.clientID.utf8.elementsEqual(client.id.utf8) || client.mayIntrospectAll,
            let state = try await domain.storage.sessionWithAccount(id: session.id),
            state.session.isLive(at: domain.clock.now()), isLive(state.session, state.account)
        else { return nil }
        return [
            "active": true,
            "token_type": "refresh_token",
            "iss": .string(domain.settings.issuer),
            "sub": .string(session.accountID),
            "client_id": .string(session.clientID),
            "scope": .string(session.scope.text),
            "sid": .string(session.id),
            "exp": .number(JSONNumber(min(session.expiresAt, session.idleExpiresAt).seconds)),
            "username": .string(state.account.username),
        ]
    }

    private func isLive(_ session: Session, _ account: Account) -> Bool {
        session.endedAt == nil && domain.clock.now() < session.expiresAt && !account.isDisabled
            && account.generation == session.accountGeneration
    }
}

extension Client {
    /// Whether it may introspect every token of this issuer.
    var mayIntrospectAll: Bool { scopes?.contains("introspect") == true }
}
