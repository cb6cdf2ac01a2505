import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Fetches a key set that `--keys` names by its URL.
enum RemoteKeys {
    private static let limit = 256 * 1024
    private static let deadline = TimeAmount.seconds(5)

    /// Whether the argument is a URL and not a file.
    static func isURL(_ text: String) -> Bool { text.hasPrefix("https://") || text.hasPrefix("http://") }

    /// The document at this URL: https, or http on loopback; no redirects, 256 KiB, five seconds.
    static func fetch(_ url: String) async throws(CommandFailure) -> [UInt8] {
        let address = WebAddress(String(url.prefix { $0 != "?" }))
        guard let address, address.isSecure || address.isLoopback else {
            throw .usage("--keys takes an https URL (http only on loopback), without credentials.")
        }
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: deadline, read: deadline)
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result = await result(of: client, url)
        try? await client.shutdown()
        return try result.get()
    }

    private static func result(of client: HTTPClient, _ url: String) async -> Result<[UInt8], CommandFailure> {
        do {
            var request = HTTPClientRequest(url: url)
            request.headers.add(name: "accept", value: "application/jwk-set+json, application/json")
            let response = try await client.execute(request, timeout: deadline)
            guard response.status == .ok else {
                return .failure(.failed("keys_unavailable: \(url) answered \(response.status.code)."))
            }
            let body = try await response.body.collect(upTo: limit)
            return .success(Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            return .failure(.failed("keys_unavailable: the answer of \(url) is larger than \(limit) bytes."))
        } catch {
            return .failure(.failed("keys_unavailable: \(url) did not answer: \(error)."))
        }
    }
}
