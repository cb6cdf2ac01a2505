/// Checks DPoP proofs: that a request was made by whoever has the key that its token is bound to (RFC 9449).
///
/// ```swift
/// let dpop = DPoPVerifier(replays: InMemoryReplayStore())
/// // at a token endpoint: the key to bind the new token to
/// let proof = try await dpop.verify(header, method: "POST", url: "https://id.example/token")
/// // at a protected resource: the token, whose `cnf.jkt` is the key of the proof
/// let token = try await dpop.verify(text, by: verifier, proof: header, method: "GET", url: url)
/// ```
///
/// The proof is the value of the request's one `DPoP` header field: a request with two is for the caller to refuse
/// (RFC 9449 §4.3, 1). The URL is the one that the client used, scheme and host included: behind a proxy it is not the
/// one that the server sees. A fault of the proof is `proof_invalid`; where ``JWTError/claim`` is `nonce`, the answer
/// to the client is `use_dpop_nonce`.
public struct DPoPVerifier: Sendable {
    /// The algorithms that proofs may be signed with.
    public let algorithms: [SignatureAlgorithm]
    private let replays: any ReplayStore
    private let maximumAge: Int64
    private let leeway: Int64
    private let clock: EpochClock

    /// The longest `jti`, in bytes.
    static let maximumIDSize = 256

    /// Makes a verifier.
    ///
    /// - Parameters:
    ///   - algorithms: The algorithms to accept; symmetric ones never are.
    ///   - replays: Where used proofs are remembered.
    ///   - maximumAge: How old a proof may be by its `iat`, from 1 to 3,600 s.
    ///   - leeway: How far the clocks may differ in both directions, from 0 to 300 s.
    ///   - clock: What time it is.
    public init(
        algorithms: [SignatureAlgorithm] = SignatureAlgorithm.all,
        replays: any ReplayStore,
        maximumAge: Duration = .seconds(60),
        leeway: Duration = .seconds(5),
        clock: EpochClock = .system
    ) {
        self.algorithms = algorithms.filter { !$0.isSymmetric }
        self.replays = replays
        self.maximumAge = min(max(maximumAge.components.seconds, 1), 3600)
        self.leeway = min(max(leeway.components.seconds, 0), TokenProfile.maximumLeeway)
        self.clock = clock
    }

    /// Checks a proof that comes without an access token, as at a token endpoint, and remembers it.
    ///
    /// - Parameters:
    ///   - proof: The proof.
    ///   - method: The request's method.
    ///   - url: The request's URL; query and fragment do not matter.
    ///   - nonces: The nonces of which the proof must have one; empty where the server gave none.
    ///   - thumbprint: The key that must have signed, where a code or a refresh token is bound to one already.
    /// - Returns: What the proof says; its thumbprint is what to bind a new token to.
    /// - Throws: `JWTError` `proof_invalid`, `replayed` or `replay_check_unavailable`.
    public func verify(
        _ proof: String,
        method: String,
        url: String,
        nonces: [String] = [],
        thumbprint: String? = nil
    ) async throws(JWTError) -> DPoPProof {
        let proof = try check(proof, method: method, url: url, nonces: nonces, accessToken: nil)
        if let thumbprint, !thumbprint.hasSameBytes(as: proof.thumbprint) {
            throw JWTError(.proofInvalid, claim: "jwk", expected: thumbprint, received: proof.thumbprint)
        }
        try await remember(proof)
        return proof
    }

    /// Verifies an access token and the proof that came with it, and remembers the proof.
    ///
    /// The token must be bound to the proof's key and to nothing else: its `cnf` is exactly that `jkt`. A token that
    /// is bound to no key is refused, as it should have come as a plain bearer (RFC 9449 §7.1).
    ///
    /// - Parameters:
    ///   - accessToken: The compact access token.
    ///   - verifier: What verifies the access token.
    ///   - proof: The proof.
    ///   - method: The request's method.
    ///   - url: The request's URL; query and fragment do not matter.
    ///   - nonces: The nonces of which the proof must have one; empty where the server gave none.
    /// - Returns: What the access token says.
    /// - Throws: `JWTError` with the token's fault, or `proof_invalid`, `replayed` or `replay_check_unavailable`.
    public func verify(
        _ accessToken: String,
        by verifier: TokenVerifier,
        proof: String,
        method: String,
        url: String,
        nonces: [String] = []
    ) async throws(JWTError) -> VerifiedToken {
        let proof = try check(proof, method: method, url: url, nonces: nonces, accessToken: accessToken)
        let token = try verifier.leavingConfirmation().verify(accessToken)
        guard let confirmation = token["cnf"] else {
            throw JWTError(.proofInvalid, claim: "cnf", expected: "jkt \(proof.thumbprint)")
        }
        // Exactly this member: another would be a binding that nobody has proved.
        guard let members = confirmation.objectValue, members.count == 1, let key = members["jkt"]?.stringValue,
            key.hasSameBytes(as: proof.thumbprint)
        else {
            let received = confirmation["jkt"]?.stringValue ?? confirmation.kind
            throw JWTError(.proofInvalid, claim: "cnf", expected: "jkt \(proof.thumbprint)", received: received)
        }
        // Last, so that only who has a good token can fill the store.
        try await remember(proof)
        return token
    }

    private func remember(_ proof: DPoPProof) async throws(JWTError) {
        // With the key, so that nobody can use up another client's name.
        let id = ReplayIdentifier("dpop", proof.thumbprint, proof.id)
        let isNew = try await replays.record(id, until: proof.issuedAt + maximumAge + leeway)
        guard isNew else { throw JWTError(.replayed, claim: "jti") }
    }

    /// Checks all about a proof but whether it was used before (RFC 9449 §4.3).
    private func check(
        _ text: String,
        method: String,
        url: String,
        nonces: [String],
        accessToken: String?
    ) throws(JWTError) -> DPoPProof {
        let presented = try PresentedProof(text, algorithms: algorithms)
        let claims = presented.claims
        let id = try claims.text("jti")
        guard !id.isEmpty, id.utf8.count <= Self.maximumIDSize else {
            throw JWTError(.proofInvalid, claim: "jti", expected: "1 to \(Self.maximumIDSize) bytes")
        }
        let usedMethod = try claims.text("htm")
        guard usedMethod.hasSameBytes(as: method) else {
            throw JWTError(.proofInvalid, claim: "htm", expected: method, received: usedMethod)
        }
        let target = TargetURI(url)?.text
        let usedTarget = TargetURI(try claims.text("htu"))?.text
        guard let target, let usedTarget, usedTarget.hasSameBytes(as: target) else {
            throw JWTError(.proofInvalid, claim: "htu", expected: target ?? "an http URL", received: usedTarget)
        }
        let issuedAt = try requireTimes(claims)
        if !nonces.isEmpty {
            let nonce = try claims.text("nonce")
            guard nonces.contains(where: { nonce.hasSameBytesInConstantTime(as: $0) }) else {
                throw JWTError(.proofInvalid, claim: "nonce", expected: "a nonce of this server", received: "another")
            }
        }
        if let accessToken {
            guard try claims.text("ath").hasSameBytesInConstantTime(as: TokenHash.sha256(accessToken)) else {
                throw JWTError(.proofInvalid, claim: "ath", expected: "the hash of the token", received: "another")
            }
        }
        let thumbprint: String
        do throws(KeyError) {
            thumbprint = try presented.key.jwk.thumbprint()
        } catch {
            throw JWTError(.proofInvalid, claim: "jwk", received: error.reason)
        }
        return DPoPProof(
            thumbprint: thumbprint,
            algorithm: presented.key.algorithm,
            id: id,
            issuedAt: issuedAt,
            claims: claims
        )
    }

    /// Checks `iat`, and `exp` and `nbf` where they are; times are bounded, so that no sum here overflows.
    private func requireTimes(_ claims: JSONObject) throws(JWTError) -> Int64 {
        let now = clock.now
        guard let issuedAt = try claims.time("iat") else { throw JWTError(.proofInvalid, claim: "iat") }
        guard now >= issuedAt - leeway, now <= issuedAt + maximumAge + leeway else {
            let expected = "within \(maximumAge) s of \(now)"
            throw JWTError(.proofInvalid, claim: "iat", expected: expected, received: "\(issuedAt)")
        }
        if let expiresAt = try claims.time("exp"), now >= expiresAt + leeway {
            throw JWTError(.proofInvalid, claim: "exp", expected: "after \(now)", received: "\(expiresAt)")
        }
        if let notBefore = try claims.time("nbf"), now < notBefore - leeway {
            throw JWTError(.proofInvalid, claim: "nbf", expected: "\(now) or before", received: "\(notBefore)")
        }
        return issuedAt
    }
}

extension JSONObject {
    /// A claim of a proof that must be there, and a string.
    fileprivate func text(_ name: String) throws(JWTError) -> String {
        if let text = self[name]?.stringValue { return text }
        throw JWTError(.proofInvalid, claim: name, expected: "a string", received: self[name]?.kind)
    }

    /// A time of a proof; nil where it is not there.
    fileprivate func time(_ name: String) throws(JWTError) -> Int64? {
        guard let value = self[name] else { return nil }
        if let seconds = value.seconds { return seconds }
        throw JWTError(.proofInvalid, claim: name, expected: "seconds since 1970", received: value.kind)
    }
}
