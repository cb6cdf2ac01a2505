internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// Gets a provider's documents: no redirects, status 200 only, a bound on size and an absolute one on time.
package struct Fetcher: Sendable {
    /// What a request may ask for.
    package struct Request: Sendable {
        var url: String
        var accept: String
        /// The tag of the answer that is known, so that it need not be sent again.
        var entityTag: String?
        var limit: Int
        var timeout: Duration

        /// Asks for a document.
        ///
        /// - Parameters:
        ///   - url: Where it is.
        ///   - accept: Its media types.
        ///   - entityTag: The tag of the answer that is known, so that it need not be sent again.
        ///   - limit: How many bytes it may have.
        ///   - timeout: How long the whole answer may take.
        package init(
            url: String,
            accept: String = "application/json",
            entityTag: String? = nil,
            limit: Int = 256 << 10,
            timeout: Duration
        ) {
            self.url = url
            self.accept = accept
            self.entityTag = entityTag
            self.limit = limit
            self.timeout = timeout
        }
    }

    package enum Answer: Sendable {
        case document(Document)
        /// What is known still holds, for so long.
        case notModified(lifetime: Duration?)
    }

    package struct Document: Sendable {
        package let body: [UInt8]
        /// The media type in lower case, without parameters.
        let type: String?
        let entityTag: String?
        /// How long it may be kept, where the answer says so.
        let lifetime: Duration?
    }

    /// One for the whole process, as it holds the connections; it is never shut down, like `HTTPClient.shared`, which
    /// follows redirects and does not serve.
    private static let client: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5))
        // Who asks decides when to ask again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // A request that waits for news keeps a connection.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// Makes one; the connections are the process's.
    package init() {}

    /// Asks, and waits for the last byte.
    package func get(_ request: Request) async throws(FetchFailure) -> Answer {
        // The client's own deadline ends with the answer's head; this one holds to the last byte of its body.
        let result = await withTaskGroup(of: Result<Answer, FetchFailure>?.self) { group in
            group.addTask { await Self.result(of: request) }
            group.addTask {
                try? await Task.sleep(for: request.timeout)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let result else { throw FetchFailure(.timedOut, "\(request.url) took over \(request.timeout)") }
        return try result.get()
    }

    private static func result(of request: Request) async -> Result<Answer, FetchFailure> {
        do {
            return .success(try await answer(to: request))
        } catch let failure as FetchFailure {
            return .failure(failure)
        } catch is NIOTooManyBytesError {
            return .failure(FetchFailure(.tooLarge, "\(request.url) answered over \(request.limit) bytes"))
        } catch {
            return .failure(FetchFailure(.unreachable, "\(request.url) did not answer: \(error)"))
        }
    }

    private static func answer(to request: Request) async throws -> Answer {
        var outgoing = HTTPClientRequest(url: request.url)
        outgoing.headers.add(name: "accept", value: request.accept)
        outgoing.headers.add(name: "user-agent", value: "BearerAuth")
        if let tag = request.entityTag { outgoing.headers.add(name: "if-none-match", value: tag) }
        let response = try await client.execute(outgoing, timeout: .seconds(request.timeout.components.seconds + 1))
        let lifetime = CacheLifetime.of(response.headers)
        switch response.status.code {
        case 200: break
        case 304 where request.entityTag != nil: return .notModified(lifetime: lifetime)
        case 300..<400:
            throw FetchFailure(.redirected, "\(request.url) answered \(response.status.code), which is not followed")
        default:
            let retryAfter = response.headers.first(name: "retry-after").flatMap { Int($0) }
            throw FetchFailure(
                .status,
                "\(request.url) answered \(response.status.code)",
                retryAfterSeconds: retryAfter
            )
        }
        let body = try await response.body.collect(upTo: request.limit)
        return .document(
            Document(
                body: Array(body.readableBytesView),
                type: response.headers.first(name: "content-type").map(mediaType),
                entityTag: response.headers.first(name: "etag").flatMap { $0.utf8.count <= 1024 ? $0 : nil },
                lifetime: lifetime
            )
        )
    }

    private static func mediaType(_ value: String) -> String {
        let type = value.prefix { $0 != ";" }
        return type.filter { $0 != " " && $0 != "\t" }.lowercased()
    }
}

extension Fetcher.Document {
    /// Refuses what says that it is something else than JSON; the types that say nothing pass.
    func requireJSON(_ url: String) throws(FetchFailure) {
        guard let type, !["application/octet-stream", "text/plain"].contains(type) else { return }
        guard type.hasSuffix("/json") || type.hasSuffix("+json") else {
            throw FetchFailure(.wrongType, "\(url) answered \(type), not JSON")
        }
    }
}
