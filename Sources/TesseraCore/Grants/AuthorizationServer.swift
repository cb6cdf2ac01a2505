internal import JOSE
internal import Logging
internal import Passwords

/// Issues tokens: the token endpoint without HTTP (RFC 6749 §4 to §6).
public struct AuthorizationServer: Sendable {
    let domain: Domain

    /// How many resources one token may be for; more would make it larger than a header.
    static let maximumResources = 8

    /// Makes the server's face over the domain.
    public init(_ domain: Domain) {
        self.domain = domain
    }

    /// Answers a token request.
    /// - Throws: `OAuthError`, the one refusal that the endpoint sends.
    public func issueTokens(
        for request: GrantRequest,
        client presented: PresentedClient,
        address: ClientAddress
    ) async throws(OAuthError) -> TokenResponse {
        // Read before the client is: one that is removed meanwhile leaves an entry that refuses this second's tokens.
        let now = domain.clock.now()
        switch request {
        case .password(let username, let password, let scope, let resources):
            let client = try await self.client(presented, for: request.type, address)
            return try await logIn(username, password, scope, resources, client, address)
        case .refreshToken(let token, let scope, let resources):
            return try await refresh(token, scope, resources, presented, address)
        case .clientCredentials(let scope, let resources):
            let client = try await self.client(presented, for: request.type, address)
            if await waitForNextSecond(subject: client.id, clientID: client.id, from: now) {
                return try await issueTokens(for: request, client: presented, address: address)
            }
            return try issueForClient(client, scope, resources, at: now)
        }
    }

    // MARK: The grants

    private func logIn(
        _ username: String,
        _ password: Password,
        _ requestedScope: Scope?,
        _ resources: [String],
        _ client: Client,
        _ address: ClientAddress
    ) async throws(OAuthError) -> TokenResponse {
        guard domain.settings.passwordGrant != .off else {
            throw OAuthError(.unsupportedGrantType, "The password grant is switched off (password_grant: off).")
        }
        guard client.isFirstParty else {
            throw OAuthError(.unauthorizedClient, "The password grant is for the operator's own applications only.")
        }
        let audiences = try self.audiences(resources, client)
        let account: Account
        do {
            account = try await Authenticator(domain: domain)
                .authenticate(username: username, password: password, address: address)
        } catch {
            domain.metrics.loggedIn(error.outcome)
            throw error.oauthError
        }
        let allowed = domain.settings.roles.scopes(of: account.roles)
        let scope = try self.scope(
            requestedScope,
            allowed: client.scopes.map(allowed.intersection) ?? allowed,
            default: domain.settings.roles.defaultScopes(of: account.roles)
        )
        _ = await waitForNextSecond(subject: account.id, clientID: client.id, from: domain.clock.now())
        let now = domain.clock.now()
        let token = RefreshToken(handle: domain.random.bytes(12), counter: 0, secret: domain.random.bytes(16))
        let session = Session(
            id: domain.random.identifier(),
            accountID: account.id,
            clientID: client.id,
            scope: scope,
            audiences: audiences,
            accountGeneration: account.generation,
            clientGeneration: client.generation,
            authenticatedAt: now,
            expiresAt: now.adding(domain.settings.sessionLifetime),
            idleExpiresAt: now.adding(min(domain.settings.refreshTokenLifetime, domain.settings.sessionLifetime)),
            endedAt: nil,
            refresh: RefreshState(
                handle: token.handle,
                counter: 0,
                currentDigest: token.digest,
                previousDigest: nil,
                rotatedAt: now,
                previousRotatedAt: nil,
                salt: domain.random.bytes(32)
            )
        )
        let event = AuditEvent(
            .sessionBegun,
            at: now,
            accountID: account.id,
            clientID: client.id,
            sessionID: session.id,
            detail: "address \(address)"
        )
        switch try await stored({ () async throws(StorageError) in
            try await domain.storage.begin(session, grant: .password, event: event)
        }) {
        case .refused(let refusal):
            domain.metrics.loggedIn("refused")
            throw OAuthError.invalidCredentials(reason: refusal.rawValue)
        case .begun:
            domain.metrics.loggedIn("succeeded")
        }
        let accessToken = try AccessTokenIssuer(domain: domain)
            .issue(session: session, account: account, scope: scope, audiences: audiences, at: now)
        let mayRefresh = client.grants.contains(.refreshToken)
        return response(accessToken, mayRefresh ? token.text : nil, scope, session: session, at: now)
    }

    private func refresh(
        _ text: Secret,
        _ requestedScope: Scope?,
        _ resources: [String],
        _ presented: PresentedClient,
        _ address: ClientAddress
    ) async throws(OAuthError) -> TokenResponse {
        guard let token = RefreshToken(text) else {
            _ = try await self.client(presented, for: .refreshToken, address)
            throw OAuthError.invalidRefreshToken(reason: "malformed")
        }
        // The client is proved within the transaction, which reads it anyway.
        let rotation = Rotation(
            token: token,
            proof: ClientProof(presented),
            requestedScope: requestedScope,
            requestedAudiences: resources.uniqued(),
            now: domain.clock.now(),
            settings: domain.settings,
            derivation: domain.derivation
        )
        let outcome = try await stored { () async throws(StorageError) in try await domain.storage.rotate(rotation) }
        domain.metrics.refreshed(outcome)
        switch outcome {
        case .rotated(let grant), .repeated(let grant):
            // A role that was taken away in the configuration takes its scopes along.
            let allowed = domain.settings.roles.scopes(of: grant.account.roles)
            let scope = (requestedScope ?? grant.session.scope).intersection(allowed)
            let accessToken = try AccessTokenIssuer(domain: domain).issue(
                session: grant.session,
                account: grant.account,
                scope: scope,
                audiences: rotation.requestedAudiences.isEmpty ? grant.session.audiences : rotation.requestedAudiences,
                at: rotation.now
            )
            return response(accessToken, grant.refreshToken.text, scope, session: grant.session, at: rotation.now)
        case .reused(let sessionID, let accountID, let revocations):
            domain.revocations.add(revocations)
            domain.logger.warning(
                "a refresh token was used again after its grace period; its session was ended",
                metadata: ["sid": "\(sessionID)", "sub": "\(accountID)", "client_id": "\(rotation.proof.clientID)"]
            )
            throw OAuthError.invalidRefreshToken(reason: outcome.name)
        case .invalidScope:
            throw OAuthError(.invalidScope, "A refresh may ask only for scopes that the log-in was granted.")
        case .invalidTarget:
            throw OAuthError(.invalidTarget, "A refresh may ask only for resources that the log-in was granted.")
        case .unknown, .wrongClient, .unproved:
            // Who is no client hears that first, and nothing of the token.
            _ = try await self.client(presented, for: .refreshToken, address)
            throw OAuthError.invalidRefreshToken(reason: outcome.name)
        case .refused(.grantNotAllowed):
            throw Self.notAllowed(.refreshToken)
        case .superseded, .refused:
            throw OAuthError.invalidRefreshToken(reason: outcome.name)
        }
    }

    private func issueForClient(
        _ client: Client,
        _ requestedScope: Scope?,
        _ resources: [String],
        at now: Timestamp
    ) throws(OAuthError) -> TokenResponse {
        guard client.isConfidential else {
            throw OAuthError(.unauthorizedClient, "Only a client with a secret may ask for a token of its own.")
        }
        let allowed = client.scopes ?? []
        let scope = try self.scope(requestedScope, allowed: allowed, default: allowed)
        let audiences = try self.audiences(resources, client)
        let accessToken = try AccessTokenIssuer(domain: domain)
            .issue(client: client, scope: scope, audiences: audiences, at: now)
        return response(accessToken, nil, scope, session: nil, at: now)
    }

    // MARK: What they share

    /// The client that asks, proved and allowed to use a grant.
    private func client(
        _ presented: PresentedClient,
        for grant: GrantType,
        _ address: ClientAddress
    ) async throws(OAuthError) -> Client {
        let client = try await ClientAuthenticator(domain: domain).authenticate(presented, address: address)
        guard client.grants.contains(grant) else { throw Self.notAllowed(grant) }
        return client
    }

    private static func notAllowed(_ grant: GrantType) -> OAuthError {
        OAuthError(.unauthorizedClient, "This client may not use the grant type \(grant.rawValue).")
    }

    /// Waits where all tokens of this second are refused, because the account or the client was ended within it and is
    /// back already; a token that is dead when it is issued would help nobody.
    private func waitForNextSecond(subject: String, clientID: String, from now: Timestamp) async -> Bool {
        let isRefused = domain.revocations.isRevoked(
            tokenID: nil,
            sessionID: nil,
            subject: subject,
            clientID: clientID,
            issuedAt: now.seconds
        )
        guard isRefused else { return false }
        try? await Task.sleep(for: .milliseconds(1000 - now.milliseconds % 1000))
        return !Task.isCancelled && domain.clock.now().seconds > now.seconds
    }

    private func scope(
        _ requested: Scope?,
        allowed: Scope,
        default standard: Scope
    ) throws(OAuthError) -> Scope {
        guard let requested, !requested.isEmpty else { return standard.intersection(allowed) }
        let refused = requested.subtracting(allowed)
        guard refused.isEmpty else {
            throw OAuthError(.invalidScope, "Not granted here: \(refused.text).")
        }
        return requested
    }

    private func audiences(_ resources: [String], _ client: Client) throws(OAuthError) -> [String] {
        if resources.isEmpty { return [domain.settings.defaultAudience] }
        let allowed = client.audiences + [domain.settings.defaultAudience]
        let asked = resources.uniqued()
        guard asked.allSatisfy(allowed.containsBytes) else {
            throw OAuthError(.invalidTarget, "This client may not ask for a token for that resource.")
        }
        guard asked.count <= Self.maximumResources else {
            throw OAuthError(.invalidTarget, "A token is for \(Self.maximumResources) resources at most.")
        }
        return asked
    }

    private func response(
        _ accessToken: Secret,
        _ refreshToken: Secret?,
        _ scope: Scope,
        session: Session?,
        at now: Timestamp
    ) -> TokenResponse {
        var lifetime = domain.settings.accessTokenLifetime.wholeSeconds
        if let session { lifetime = min(lifetime, session.expiresAt.seconds - now.seconds) }
        return TokenResponse(accessToken: accessToken, expiresIn: lifetime, refreshToken: refreshToken, scope: scope)
    }

    private func stored<T: Sendable>(
        _ operation: () async throws(StorageError) -> T
    ) async throws(OAuthError) -> T {
        do {
            return try await operation()
        } catch {
            domain.logger.error("the database failed", metadata: ["error": "\(error)"])
            throw OAuthError(error)
        }
    }
}
