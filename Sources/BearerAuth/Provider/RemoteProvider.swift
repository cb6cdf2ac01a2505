internal import JOSE
internal import Logging
internal import Synchronization

/// One issuer's metadata and keys, fetched and refreshed; what is known is answered without waiting.
///
/// There is one fetch in flight at most. It runs on its own, so that whoever waits for it may give up. A fetch that
/// fails takes nothing away: the last good keys are used for a day at most.
final class RemoteProvider: KeySource {
    /// Why something is fetched.
    enum Reason: Sendable {
        /// It is time.
        case due
        /// A token names a key that is not known, or there are no keys yet.
        case token
        /// The issuer's own revocations name a key that is not known.
        case feed
    }

    /// What one fetch brings.
    private struct Outcome: Sendable {
        var metadata: Discovery.Found?
        var keys: RemoteKeys?
        var failure: FetchFailure?
    }

    struct State: Sendable {
        var metadata: ProviderMetadata?
        var metadataFreshUntil: Duration = .zero
        var keys: RemoteKeys?
        /// When the next fetch is due.
        var dueAt: Duration = .zero
        var failures = 0
        var lastFailure: FetchFailure?
        /// When a token, and when the feed, last had the keys fetched.
        var askedByToken: Duration?
        var askedByFeed: Duration?
        var inFlight: Task<Void, Never>?
        var isRunning = false
    }

    let discovery: Discovery
    let timing: Timing
    let unknownKeyCooldown: Duration
    /// Keys that are configured and not fetched.
    private let fixedKeys: KeySet?
    private let keyFetch: KeyFetch
    private let logger: Logger
    private let metrics: ProviderMetrics
    /// Told of each metadata document.
    private let learned: @Sendable (ProviderMetadata) -> Void
    /// Guards what is known of the provider.
    let state = Mutex(State())

    /// The wait after failures: short while there are no keys and every request is refused.
    private static let backoff = Backoff(first: .milliseconds(500), most: .seconds(30))
    /// How long metadata is kept at most; it names addresses that seldom change.
    private static let mostMetadataLifetime: Duration = .seconds(6 * 3600)
    private static let feedCooldown: Duration = .seconds(5)

    init(
        discovery: Discovery,
        keys: KeySet?,
        options: BearerAuth.Options,
        timing: Timing,
        learned: @escaping @Sendable (ProviderMetadata) -> Void
    ) {
        self.discovery = discovery
        self.timing = timing
        self.learned = learned
        unknownKeyCooldown = max(options.unknownKeyCooldown, .seconds(1))
        fixedKeys = keys
        keyFetch = KeyFetch(
            fetcher: discovery.fetcher,
            timeout: discovery.timeout,
            algorithms: options.algorithms
        )
        logger = options.logger
        metrics = ProviderMetrics(issuer: discovery.issuer.name)
    }

    // MARK: - Keys

    var current: KeySet? {
        if let fixedKeys { return fixedKeys }
        let now = timing.now()
        let (keys, isOverdue) = state.withLock { state in
            (state.keys, !state.isRunning && state.inFlight == nil && now >= state.dueAt)
        }
        guard let keys, keys.areUsable(at: now) else { return nil }
        // Who does not run the service has the keys refreshed by the requests, none of which waits.
        if isOverdue { _ = refresh(for: .due) }
        return keys.set
    }

    func refreshed(for keyID: String?) async -> KeySet? {
        await refresh(for: .token)?.value
        return current
    }

    /// The same for the issuer's own revocations, which a flood of tokens must not keep waiting.
    func refreshedForFeed() async -> KeySet? {
        await refresh(for: .feed)?.value
        return current
    }

    /// The fetch that is under way, or a new one; nil where it is too soon for one.
    func refresh(for reason: Reason) -> Task<Void, Never>? {
        let now = timing.now()
        return state.withLock { state in
            if let task = state.inFlight { return task }
            switch reason {
            case .due: break
            case .token:
                if state.keys == nil {
                    // After a failure the next attempt has its time, whoever asks.
                    guard state.failures == 0 || now >= state.dueAt else { return nil }
                } else {
                    if let last = state.askedByToken, now - last < unknownKeyCooldown { return nil }
                    state.askedByToken = now
                }
            case .feed:
                if let last = state.askedByFeed, now - last < Self.feedCooldown { return nil }
                state.askedByFeed = now
            }
            // Detached: it is not part of the request that happens to need it, nor of its trace.
            let task = Task.detached { await self.fetch() }
            state.inFlight = task
            return task
        }
    }

    // MARK: - Service

    /// Fetches when it is time, until the task is cancelled.
    func run() async {
        state.withLock { $0.isRunning = true }
        defer { state.withLock { $0.isRunning = false } }
        while !Task.isCancelled {
            let wait = state.withLock { $0.dueAt } - timing.now()
            if wait > .zero {
                try? await timing.sleep(wait)
            } else {
                await refresh(for: .due)?.value
            }
        }
        state.withLock { $0.inFlight }?.cancel()
    }

    // MARK: - Fetching

    private func fetch() async {
        let outcome = await outcome(of: state.withLock { $0 })
        guard !Task.isCancelled else { return state.withLock { $0.inFlight = nil } }
        if let metadata = outcome.metadata?.metadata { learned(metadata) }
        let now = timing.now()
        let random = timing.random()
        let (before, after) = state.withLock { state in
            let before = state
            state.inFlight = nil
            state.take(outcome.metadata, at: now, most: Self.mostMetadataLifetime)
            if let keys = outcome.keys { state.keys = keys }
            state.lastFailure = outcome.failure
            if outcome.failure == nil {
                state.failures = 0
                let freshUntil = [state.keys?.freshUntil, state.metadataFreshUntil].compactMap { $0 }.min() ?? now
                // Ahead of expiry, and not in step with other services.
                state.dueAt = now + (freshUntil - now) * (700 + Int(200 * random)) / 1000
            } else {
                state.failures += 1
                // The addresses may have moved.
                state.metadataFreshUntil = .zero
                state.dueAt = now + Self.backoff.delay(afterFailures: state.failures, random: random)
            }
            return (before, state)
        }
        report(outcome.failure, before, after)
    }

    private func outcome(of state: State) async -> Outcome {
        var outcome = Outcome()
        var metadata = state.metadata
        do throws(FetchFailure) {
            if metadata == nil || timing.now() >= state.metadataFreshUntil {
                do throws(FetchFailure) {
                    let found = try await discovery.find()
                    (outcome.metadata, metadata) = (found, found.metadata)
                } catch {
                    // With addresses that are known the keys can be asked for all the same.
                    guard metadata != nil else { throw error }
                    outcome.failure = error
                }
            }
            if fixedKeys == nil {
                guard let address = metadata?.keySetURL else {
                    throw FetchFailure(.noUsableKeys, "the metadata has no \"jwks_uri\"")
                }
                outcome.keys = try await keyFetch.keys(at: address, known: state.keys, now: timing.now())
            }
        } catch {
            outcome.failure = error
        }
        return outcome
    }

    private func report(_ failure: FetchFailure?, _ before: State, _ after: State) {
        metrics.fetched(failure, keys: after.keys?.set.keys.count)
        var logger = logger
        logger[metadataKey: "issuer"] = .string(discovery.issuer.name)
        if let failure {
            // One line when it begins, not one at each attempt.
            guard before.failures == 0 || before.lastFailure?.code != failure.code else { return }
            logger.log(
                level: after.keys == nil && fixedKeys == nil ? .error : .warning,
                "the issuer cannot be asked for its keys",
                metadata: ["code": .string(failure.code.rawValue), "detail": .string(failure.detail)]
            )
        } else if before.failures > 0 || before.keys == nil {
            let count = after.keys?.set.keys.count ?? fixedKeys?.keys.count ?? 0
            logger.info(
                "the issuer's keys are known",
                metadata: ["keys": "\(count)", "unusable": "\(after.keys?.unusableCount ?? 0)"]
            )
        }
    }
}

extension RemoteProvider.State {
    fileprivate mutating func take(_ found: Discovery.Found?, at now: Duration, most: Duration) {
        guard let found else { return }
        metadata = found.metadata
        metadataFreshUntil = now + min(max(found.lifetime ?? most, RemoteKeys.usualLifetime), most)
    }
}
