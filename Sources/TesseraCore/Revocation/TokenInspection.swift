internal import JOSE
internal import Passwords

/// Reads this server's own access tokens.
struct TokenInspection: Sendable {
    let domain: Domain

    /// A token that this server signed and that has not expired; revocation is not looked at.
    func verified(_ text: Secret) -> VerifiedToken? {
        guard let keys = domain.keyRing.current else { return nil }
        var profile = TokenProfile.accessToken(
            issuer: domain.settings.issuer,
            audience: Audience(domain.settings.issuer)
        )
        // Introspection and revocation are about tokens for any audience.
        profile.audiences = []
        let clock = domain.clock
        let verifier = TokenVerifier(profile, keys: keys, clock: EpochClock { clock.now().seconds })
        return try? verifier.verify(text.utf8)
    }
}
