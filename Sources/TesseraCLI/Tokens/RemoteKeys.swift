import BearerAuth

/// Fetches a key set that `--keys` names by its URL.
enum RemoteKeys {
    private static let deadline = Duration.seconds(5)

    /// Whether the argument is a URL and not a file.
    static func isURL(_ text: String) -> Bool { text.hasPrefix("https://") || text.hasPrefix("http://") }

    /// The document at this URL: https, or http on loopback; no redirects, 256 KiB, five seconds.
    static func fetch(_ url: String) async throws(CommandFailure) -> [UInt8] {
        guard let address = ProviderURL(url), address.isSecure || address.isLoopback else {
            throw .usage("--keys takes an https URL (http only on loopback), without credentials.")
        }
        let accept = "application/jwk-set+json, application/json"
        do throws(FetchFailure) {
            let answer = try await Fetcher().get(.init(url: address.text, accept: accept, timeout: deadline))
            guard case .document(let document) = answer else { return [] }
            return document.body
        } catch {
            throw .failed("keys_unavailable: \(error.detail).")
        }
    }
}
