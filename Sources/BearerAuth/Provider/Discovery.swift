internal import JOSE

/// Finds out where an issuer's keys and revocations are.
struct Discovery: Sendable {
    let issuer: IssuerIdentity
    let fetcher: Fetcher
    let timeout: Duration

    struct Found: Sendable {
        let metadata: ProviderMetadata
        let lifetime: Duration?
    }

    /// Asks both well-known addresses: the second one only where the first has no such document.
    func find() async throws(FetchFailure) -> Found {
        var first: FetchFailure?
        for url in issuer.metadataURLs {
            do throws(FetchFailure) {
                return try await metadata(at: url)
            } catch {
                guard error.code == .status else { throw error }
                first = first ?? error
            }
        }
        throw first ?? FetchFailure(.malformed, "no address to ask")
    }

    private func metadata(at url: String) async throws(FetchFailure) -> Found {
        guard case .document(let document) = try await fetcher.get(Fetcher.Request(url: url, timeout: timeout)) else {
            throw FetchFailure(.malformed, "\(url) answered that nothing has changed, but nothing was known")
        }
        try document.requireJSON(url)
        return Found(metadata: try ProviderMetadata(document.body, of: issuer), lifetime: document.lifetime)
    }
}
