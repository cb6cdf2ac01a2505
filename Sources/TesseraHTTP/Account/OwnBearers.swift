internal import BearerAuth
internal import BearerAuthHummingbird
internal import JOSE
internal import TesseraCore

/// The context of a route that knows who asks.
typealias SignedInContext = Authenticated<ServerContext>

/// The revocations in memory, as the check of bearers asks for them.
struct LiveRevocations: RevocationCheck {
    let list: RevocationList

    func isRevoked(_ token: VerifiedToken) -> Bool { list.isRevoked(token) }
}

extension BearerAuth {
    /// Checks the access tokens that are sent to this server's own endpoints: no leeway, for there is one clock.
    static func own(_ domain: Domain) -> BearerAuth {
        let issuer = domain.settings.issuer
        var profile = TokenProfile.accessToken(issuer: issuer, audience: .init([issuer]))
        // A log-in that asks for no resource must reach its own account, whatever its token is for.
        if domain.settings.defaultAudience != issuer { profile.audiences.append(domain.settings.defaultAudience) }
        let clock = domain.clock
        return BearerAuth(
            profile: profile,
            keys: domain.keyRing,
            revocation: LiveRevocations(list: domain.revocations),
            options: .init(realm: "tessera"),
            clock: EpochClock { clock.now().seconds }
        )
    }
}

extension AccountService {
    /// Who asks, as the database knows them now.
    func current(_ context: SignedInContext) async throws(Problem) -> Current {
        do {
            return try await current(context.token.token)
        } catch {
            throw Problem(error)
        }
    }
}
