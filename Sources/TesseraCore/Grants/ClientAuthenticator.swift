internal import Passwords

/// Finds out which client asks, and makes it prove it.
struct ClientAuthenticator: Sendable {
    let domain: Domain

    /// The client that a request comes from.
    /// - Throws: `OAuthError` with `invalidClient` where it is unknown or did not prove itself.
    func authenticate(_ presented: PresentedClient, address: ClientAddress) async throws(OAuthError) -> Client {
        let id = presented.id ?? Client.builtInID
        guard ClientRegistration.isID(id) else { throw Self.refusal }
        guard let secret = presented.secret else {
            guard let client = try await client(id), !client.isConfidential else { throw Self.refusal }
            return client
        }
        let now = domain.clock.monotonicMilliseconds()
        let ticket: GuessTicket
        switch await domain.throttle.begin(.client(id), from: address, now: now) {
        case .allowed(let allowed): ticket = allowed
        case .delayed(let seconds): throw .throttled(retryAfterSeconds: seconds)
        }
        let found: Client?
        do throws(OAuthError) {
            found = try await client(id)
        } catch {
            domain.throttle.withdrawn(ticket)
            throw error
        }
        let digest = ClientSecret.digest(of: secret)
        // An unknown or public client costs the same comparison.
        let valid = (found?.secretDigests ?? []) + [[UInt8]](repeating: Self.noDigest, count: 1)
        let matches = valid.reduce(false) { $0 || constantTimeEqual($1, digest) }
        guard matches, let found, found.isConfidential else {
            domain.throttle.failed(ticket)
            throw Self.refusal
        }
        domain.throttle.succeeded(ticket)
        return found
    }

    private static let noDigest = [UInt8](repeating: 0, count: 32)

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
