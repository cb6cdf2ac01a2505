/// Finds out which client asks, and makes it prove it.
struct ClientAuthenticator: Sendable {
    let domain: Domain

    /// The client that a request comes from.
    /// - Throws: `OAuthError` with `invalidClient` where it is unknown or did not prove itself.
    func authenticate(_ presented: PresentedClient, address: ClientAddress) async throws(OAuthError) -> Client {
        let proof = ClientProof(presented)
        guard ClientRegistration.isID(proof.clientID) else { throw Self.refusal }
        let found = try await client(proof.clientID)
        if proof.proves(found), let found { return found }
        guard presented.secret != nil else { throw Self.refusal }
        // A secret has 256 random bits: a right one is never delayed, wrong ones are counted like any guess.
        switch await domain.throttle.begin(
            .client(proof.clientID),
            from: address,
            now: domain.clock.monotonicMilliseconds()
        ) {
        case .allowed(let ticket): domain.throttle.failed(ticket)
        case .delayed(let seconds): throw .throttled(retryAfterSeconds: seconds)
        }
        throw Self.refusal
    }

    private static var refusal: OAuthError {
        OAuthError(.invalidClient, "The client is unknown, or its secret is missing or wrong.")
    }

    private func client(_ id: String) async throws(OAuthError) -> Client? {
        do {
            return try await domain.storage.client(id: id)
        } catch {
            throw OAuthError(error)
        }
    }
}

extension OAuthError {
    /// The refusal while guesses are being delayed.
    static func throttled(retryAfterSeconds seconds: Int) -> OAuthError {
        OAuthError(
            .tooManyAttempts,
            "Too many wrong credentials; try again in \(seconds) s.",
            reason: "throttled",
            retryAfter: seconds
        )
    }
}
