public import JOSE
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization

/// An issuer on a real socket, for integration tests: discovery, keys, a revocation feed, and faults on demand.
///
/// ```swift
/// let issuer = try await HTTPTestIssuer()
/// let auth = try BearerAuth(issuer: issuer.url, audience: "api")
/// issuer.misbehave(.status(500), at: .keys)
/// await issuer.stop()
/// ```
///
/// It listens on a free port of 127.0.0.1, and signs tokens by the system's clock.
public final class HTTPTestIssuer: Sendable {
    /// What it serves.
    public enum Endpoint: Sendable, Hashable, CaseIterable {
        /// `/.well-known/openid-configuration`
        case openIDConfiguration
        /// `/.well-known/oauth-authorization-server`
        case authorizationServer
        /// `/jwks`
        case keys
        /// `/revocations`
        case revocations
    }

    private struct State {
        var faults: [Endpoint: Fault] = [:]
        var counts: [Endpoint: Int] = [:]
        var lastFields: [Endpoint: [String: String]] = [:]
        var watchers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextWatcher = 0
        var server: Task<Void, Never>?
        var channel: (any Channel)?
    }

    /// The issuer: its name, its keys and its tokens.
    public let tokens: TestIssuer
    /// Its address, which is its name.
    public var url: String { tokens.issuer }
    let port: Int
    let feed: TestFeed?
    /// How long keys and metadata may be kept, in seconds.
    let maximumAge: Int
    /// Guards what it has been asked and told.
    private let state = Mutex(State())

    /// Starts an issuer.
    ///
    /// - Parameters:
    ///   - algorithm: The algorithm of its keys.
    ///   - audience: Whom its tokens are for.
    ///   - hasFeed: Whether it publishes what it has revoked.
    ///   - maximumAge: How long it lets its keys be kept, in seconds.
    /// - Throws: Where there is no port to listen on, or no key can be made.
    public init(
        _ algorithm: SignatureAlgorithm = .es256,
        audience: Audience = "api",
        hasFeed: Bool = true,
        maximumAge: Int = 300
    ) async throws {
        let listener = try await TestListener.bind(port: 0)
        guard let port = listener.channel.localAddress?.port else { throw IOError(errnoCode: 0, reason: "no port") }
        self.port = port
        self.maximumAge = maximumAge
        tokens = try TestIssuer(
            algorithm,
            keyID: nil,
            issuer: "http://127.0.0.1:\(port)",
            audience: audience,
            usesSystemClock: true
        )
        feed = hasFeed ? TestFeed() : nil
        serve(listener)
    }

    deinit {
        state.withLock { state in
            state.server?.cancel()
            state.channel?.close(promise: nil)
        }
    }

    // MARK: - Its life

    /// Stops it: nobody answers at its address any more.
    public func stop() async {
        let server = state.withLock { state in
            defer { (state.server, state.channel) = (nil, nil) }
            return state.server
        }
        server?.cancel()
        await server?.value
    }

    /// Starts it again after a stop, at the same address.
    ///
    /// - Throws: Where somebody else has taken the port.
    public func restart() async throws {
        serve(try await TestListener.bind(port: port))
    }

    private func serve(_ listener: TestListener) {
        let channel = listener.channel
        // It does not hold the issuer: whose last reference goes stops the server.
        weak let issuer = self
        let task = Task.detached { await listener.serve { await issuer?.answer($0) ?? .hangUp } }
        state.withLock { ($0.server, $0.channel) = (task, channel) }
    }

    // MARK: - Faults

    /// Answers wrongly at an endpoint from now on; nil for rightly.
    public func misbehave(_ fault: Fault?, at endpoint: Endpoint) {
        state.withLock { $0.faults[endpoint] = fault }
    }

    /// How often an endpoint was asked.
    public func requestCount(_ endpoint: Endpoint) -> Int { state.withLock { $0.counts[endpoint] ?? 0 } }

    /// A header field of the last request to an endpoint.
    public func lastRequest(_ endpoint: Endpoint, field name: String) -> String? {
        state.withLock { $0.lastFields[endpoint]?[name] }
    }

    /// Waits until an endpoint has been asked so often in all.
    public func waitForRequests(_ count: Int, at endpoint: Endpoint) async {
        let (events, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = continuation
            return state.nextWatcher
        }
        defer { state.withLock { _ = $0.watchers.removeValue(forKey: id) } }
        if requestCount(endpoint) >= count { return }
        for await _ in events where requestCount(endpoint) >= count { return }
    }

    // MARK: - Answers

    private func answer(_ request: TestListener.Request) async -> TestReply {
        guard let endpoint = Endpoint.allCases.first(where: { $0.path == request.path }) else { return .status(404) }
        let fault = state.withLock { state in
            state.counts[endpoint, default: 0] += 1
            state.lastFields[endpoint] = request.fields
            for watcher in state.watchers.values { watcher.yield() }
            return state.faults[endpoint]
        }
        var reply = await reply(of: endpoint, to: request)
        if let fault { fault.spoil(&reply) }
        return reply
    }

    private func reply(of endpoint: Endpoint, to request: TestListener.Request) async -> TestReply {
        switch endpoint {
        case .openIDConfiguration, .authorizationServer:
            var metadata: JSONObject = ["issuer": .string(url), "jwks_uri": .string(url + "/jwks")]
            if feed != nil { metadata["revocation_feed_uri"] = .string(url + "/revocations") }
            return document(metadata.text, request)
        case .keys:
            return document(tokens.keys.serialized(), request)
        case .revocations:
            guard let feed else { return .status(404) }
            return await feed.answer(request, of: tokens)
        }
    }

    private func document(_ text: String, _ request: TestListener.Request) -> TestReply {
        let tag = "\"\(String(TestFeed.checksum(text), radix: 16))\""
        var reply = TestReply(
            status: 200,
            fields: ["etag": tag, "cache-control": "max-age=\(maximumAge)", "content-type": "application/json"],
            body: text
        )
        if request.fields["if-none-match"] == tag { (reply.status, reply.body) = (304, "") }
        return reply
    }
}

extension HTTPTestIssuer {
    /// Takes a session back and tells the followers.
    public func revoke(session id: String) {
        tokens.revoke(session: id)
        feed?.publish(tokens)
    }

    /// Takes one token back and tells the followers.
    public func revoke(token: String) {
        tokens.revoke(token: token)
        feed?.publish(tokens)
    }

    /// Takes back all tokens of a subject that were issued up to now and tells the followers.
    public func revoke(subject: String) {
        tokens.revoke(subject: subject)
        feed?.publish(tokens)
    }

    /// Takes back all tokens of a client that were issued up to now and tells the followers.
    public func revoke(client id: String) {
        tokens.revoke(client: id)
        feed?.publish(tokens)
    }

    /// Forgets where its followers stand: each gets a snapshot next.
    public func forgetCursors() { feed?.forgetCursors() }

    /// Waits until somebody waits for news of the feed.
    public func waitForFollower() async { await feed?.waitForFollower() }
}

extension HTTPTestIssuer.Endpoint {
    /// Where it is.
    public var path: String {
        switch self {
        case .openIDConfiguration: "/.well-known/openid-configuration"
        case .authorizationServer: "/.well-known/oauth-authorization-server"
        case .keys: "/jwks"
        case .revocations: "/revocations"
        }
    }
}
