internal import Synchronization
internal import TesseraCore

/// The browser origins of clients, from their registrations and the configuration.
///
/// A preflight names no client, so it is asked whether any client has the origin. The answer is kept for two seconds, for
/// anyone may ask.
final class ClientOrigins: OriginDirectory {
    private struct Known {
        let origins: Set<String>
        let until: ContinuousClock.Instant
    }

    private let storage: any Storage
    private let allowedOrigins: [String]
    private let known = Mutex<Known?>(nil)

    init(storage: any Storage, allowedOrigins: [String]) {
        self.storage = storage
        self.allowedOrigins = allowedOrigins
    }

    func isRegistered(_ origin: String) async throws -> Bool {
        if allowedOrigins.contains(where: { $0.utf8.elementsEqual(origin.utf8) }) { return true }
        let now = ContinuousClock.now
        if let known = known.withLock({ $0 }), now < known.until { return known.origins.contains(origin) }
        let origins = Set(try await storage.clients().flatMap(\.origins))
        known.withLock { $0 = Known(origins: origins, until: now + .seconds(2)) }
        return origins.contains(origin)
    }

    /// Lets only the pages of this client read the answer.
    func limit(_ grant: CrossOriginGrant?, to client: PresentedClient) async {
        guard let grant else { return }
        let id = client.id ?? Client.builtInID
        if id.utf8.elementsEqual(Client.builtInID.utf8) {
            grant.limit(to: allowedOrigins)
        } else {
            // Where the client cannot be read no page may read the answer either.
            grant.limit(to: (try? await storage.client(id: id))?.origins ?? [])
        }
    }
}
