internal import JOSE
internal import Passwords

/// Reads this server's own access tokens.
struct TokenInspection: Sendable {
    let domain: Domain

    /// A token that this server signed and that has not expired; revocation is not looked at.
    func verified(_ text: Secret) async -> VerifiedToken? {
        guard let keys = domain.keyRing.current else { return nil }
        do throws(JWTError) {
            return try verified(text, keys)
        } catch {
            // Another node may have begun to sign with it just now.
            guard error.code == .keyNotFound, let keys = await domain.keyRing.refreshed(for: error.received) else {
                return nil
            }
            return try? verified(text, keys)
        }
    }

    private func verified(_ text: Secret, _ keys: KeySet) throws(JWTError) -> VerifiedToken {
        var profile = TokenProfile.accessToken(
            issuer: domain.settings.issuer,
            audience: Audience(domain.settings.issuer)
        )
        // Introspection and revocation are about tokens for any audience.
        profile.audiences = []
        let clock = domain.clock
        return try TokenVerifier(profile, keys: keys, clock: EpochClock { clock.now().seconds }).verify(text.utf8)
    }
}
