internal import Crypto
internal import JOSE
internal import Synchronization

/// The revocation feed of a test issuer: a snapshot, differences by cursor, and waiting for news.
final class TestFeed: Sendable {
    private struct State {
        var epoch = 1
        var count = 0
        var waiters: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextWaiter = 0
        var watchers: [AsyncStream<Void>.Continuation] = []
    }

    /// Guards where the feed stands and who waits for news.
    private let state = Mutex(State())

    /// Says that the issuer has revoked something.
    func publish(_ issuer: TestIssuer) {
        let waiters = state.withLock { state in
            state.count = issuer.revocations.count
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.finish() }
    }

    func forgetCursors() {
        state.withLock { $0.epoch += 1 }
    }

    /// Waits until somebody waits for news.
    func waitForFollower() async {
        let (events, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let isThere = state.withLock { state in
            state.watchers.append(continuation)
            return !state.waiters.isEmpty
        }
        if isThere { return }
        for await _ in events where state.withLock({ !$0.waiters.isEmpty }) { return }
    }

    func answer(_ request: TestListener.Request, of issuer: TestIssuer) async -> TestReply {
        let after = request.query["after"]
        let epoch = state.withLock { $0.epoch }
        let begin = after.flatMap { Self.position(of: $0, epoch: epoch) }
        if let begin, let wait = request.query["wait"].flatMap({ Int($0) }) {
            await waitForNews(after: begin, seconds: min(max(wait, 0), 25))
        }
        let text = try? signed(begin.map { ($0, after ?? "") }, of: issuer, epoch: epoch)
        guard let text else { return .status(500) }
        return TestReply(status: 200, fields: ["content-type": "application/revocations+jwt"], body: text)
    }

    private func waitForNews(after position: Int, seconds: Int) async {
        let (news, continuation) = AsyncStream.makeStream(of: Void.self)
        let id = state.withLock { state -> Int? in
            guard state.count <= position else { return nil }
            state.nextWaiter += 1
            state.waiters[state.nextWaiter] = continuation
            for watcher in state.watchers { watcher.yield() }
            return state.nextWaiter
        }
        guard let id else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in news {} }
            group.addTask { try? await Task.sleep(for: .seconds(seconds)) }
            await group.next()
            group.cancelAll()
        }
        state.withLock { _ = $0.waiters.removeValue(forKey: id) }
    }

    private func signed(
        _ begin: (position: Int, cursor: String)?,
        of issuer: TestIssuer,
        epoch: Int
    ) throws -> String {
        let all = issuer.revocations
        let now = issuer.clock.now
        var claims: JSONObject = [
            "iss": .string(issuer.issuer), "iat": .number(JSONNumber(now)), "exp": .number(JSONNumber(now + 60)),
            "cursor": .string(Self.cursor(all.count, epoch: epoch)), "complete": .bool(begin == nil),
            "keep_until": .number(JSONNumber(now + 2101)),
        ]
        if let begin { claims["after"] = .string(begin.cursor) }
        var lists: [String: [JSONValue]] = ["sids": [], "jtis": [], "subs": [], "clients": []]
        for revocation in all.dropFirst(begin?.position ?? 0) {
            switch revocation {
            case .session(let id): lists["sids"]?.append(Self.entry(id))
            case .token(let id): lists["jtis"]?.append(Self.entry(id))
            case .subject(let name, let last):
                lists["subs"]?.append([Self.entry(name), .number(JSONNumber(last))])
            case .client(let id, let last):
                lists["clients"]?.append([Self.entry(id), .number(JSONNumber(last))])
            }
        }
        for (name, list) in lists { claims[name] = .array(list) }
        return try JWS.sign(payload: claims.serialized(), header: ["typ": "revocations+jwt"], key: issuer.key)
    }

    private static func entry(_ text: String) -> JSONValue {
        .string(Base64URL.encode(Array(SHA256.hash(data: Array(text.utf8))).prefix(16)))
    }

    private static func cursor(_ position: Int, epoch: Int) -> String { "\(epoch)-\(position)" }

    private static func position(of cursor: String, epoch: Int) -> Int? {
        let parts = cursor.split(separator: "-")
        guard parts.count == 2, parts[0] == "\(epoch)" else { return nil }
        return Int(parts[1])
    }

    /// A tag for a text; not a secret.
    static func checksum(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}
