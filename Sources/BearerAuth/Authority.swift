internal import JOSE
internal import Synchronization

/// One issuer whose tokens are taken: its rules, its keys, and what it has revoked.
final class Authority: Sendable {
    /// What the token's `iss` must be; nil for the one authority that asks for none.
    let issuer: IssuerRule?
    let keys: (any KeySource)?
    let provider: RemoteProvider?
    let follower: RevocationFollower?
    private let verifier: TokenVerifier
    /// Guards the verifier for the keys that were used last.
    private let latest: Mutex<TokenVerifier>
    private let revocation: (any RevocationCheck)?
    private let cache: VerifiedTokenCache?

    init(
        verifier: TokenVerifier,
        keys: (any KeySource)?,
        revocation: (any RevocationCheck)? = nil,
        provider: RemoteProvider? = nil,
        follower: RevocationFollower? = nil,
        options: BearerAuth.Options
    ) {
        self.verifier = verifier
        self.keys = keys
        self.revocation = revocation
        self.provider = provider
        self.follower = follower
        issuer = verifier.profile.issuer
        latest = Mutex(verifier)
        cache = options.remembersSignatures ? VerifiedTokenCache() : nil
    }

    /// Why a token is not taken.
    enum Refusal: Error {
        case token(JWTError)
        case revocationsUnknown(String)
    }

    /// Checks a token with the keys that are known.
    func check(_ text: Substring, with known: KeySet?) throws(Refusal) -> AuthenticatedToken {
        let token: VerifiedToken
        do throws(JWTError) {
            token = try verify(text, with: try verifier(for: known))
        } catch {
            throw .token(error)
        }
        return try standing(of: token)
    }

    /// Checks a token that is bound to a key, and the proof of possession that came with it.
    func check(_ text: Substring, with known: KeySet?, proof: Proof) async throws(Refusal) -> AuthenticatedToken {
        let token: VerifiedToken
        do throws(JWTError) {
            token = try await proof.verifier.verify(
                String(text),
                by: try verifier(for: known),
                proof: proof.text,
                method: proof.method,
                url: proof.url
            )
        } catch {
            throw .token(error)
        }
        return try standing(of: token)
    }

    /// A proof of possession, and what it must be for.
    struct Proof: Sendable {
        let verifier: DPoPVerifier
        let text: String
        let method: String
        let url: String
    }

    /// Hands a token on whose signature and claims hold, unless it has been revoked.
    private func standing(of token: VerifiedToken) throws(Refusal) -> AuthenticatedToken {
        if let revocation, revocation.isRevoked(token) { throw .token(JWTError(.revoked)) }
        guard let subject = token.subject, !subject.isEmpty else {
            throw .token(JWTError(.claimMissing, claim: "sub"))
        }
        switch follower?.standing(of: token) {
        case .good, nil: break
        case .revoked: throw .token(JWTError(.revoked))
        case .unknown(let detail): throw .revocationsUnknown(detail)
        }
        return AuthenticatedToken(subject: subject, token: token)
    }

    private func verifier(for known: KeySet?) throws(JWTError) -> TokenVerifier {
        guard keys != nil else { return verifier }
        guard let known else { throw JWTError(.keysUnavailable) }
        // A verifier prepares itself for its keys: it is made anew only when they change.
        return latest.withLock { latest in
            if !latest.keys.isSame(as: known) { latest = latest.with(keys: known) }
            return latest
        }
    }

    private func verify(_ text: Substring, with verifier: TokenVerifier) throws(JWTError) -> VerifiedToken {
        guard let cache else { return try verifier.verify(text) }
        if let known = cache.token(text, verifiedWith: verifier.keys) {
            try verifier.recheck(known)
            return known
        }
        let token = try verifier.verify(text)
        cache.remember(token, text, verifiedWith: verifier.keys)
        return token
    }

    /// Whether a token that names this issuer is for this authority to check.
    func answers(for name: String) -> Bool { issuer?.mayBeMet(by: name) ?? false }
}
