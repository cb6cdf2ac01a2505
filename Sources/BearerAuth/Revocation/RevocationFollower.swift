internal import JOSE
internal import Logging
internal import Synchronization

/// Follows an issuer's revocation feed: a snapshot, then differences as they come, by a request that waits for them.
final class RevocationFollower: Sendable {
    /// What is known, behind one reference: a request takes that and counts no more.
    private final class Snapshot: Sendable {
        let known: KnownRevocations

        init(_ known: KnownRevocations) { self.known = known }
    }

    private struct State {
        var snapshot = Snapshot(KnownRevocations())
        var attempts = 0
        var failures = 0
        var lastFailure: FetchFailure?
        var inFlight: Task<Duration, Never>?
    }

    private let policy: RevocationPolicy
    private let fetcher: Fetcher
    private let timeout: Duration
    /// How long a question waits for news, in seconds.
    private let wait: Int
    private let timing: Timing
    private let clock: EpochClock
    private let logger: Logger
    private let metrics: ProviderMetrics
    private let issuerName: String
    private let accepts: @Sendable (String) -> Bool
    /// Guards what is known.
    private let state = Mutex(State())
    /// Says that the metadata may name a feed that it did not name before.
    private let changes: AsyncStream<Void>
    private let change: AsyncStream<Void>.Continuation

    /// Never more than 2 s until the next try.
    private static let backoff = Backoff(first: .milliseconds(200), most: .seconds(2))

    /// Makes a follower.
    ///
    /// - Parameters:
    ///   - name: The issuer's name, for the log and the metrics.
    ///   - accepts: Whether an answer's `iss` is the issuer's.
    ///   - fetcher: Gets the answers.
    ///   - options: The policy and the bounds.
    ///   - timing: What it waits by.
    ///   - clock: What time it is.
    init(
        name: String,
        accepts: @escaping @Sendable (String) -> Bool,
        fetcher: Fetcher,
        options: BearerAuth.Options,
        timing: Timing,
        clock: EpochClock
    ) {
        issuerName = name
        self.accepts = accepts
        self.fetcher = fetcher
        policy = options.revocation
        timeout = options.requestTimeout
        wait = options.revocationWait
        logger = options.logger
        metrics = ProviderMetrics(issuer: name)
        self.timing = timing
        self.clock = clock
        (changes, change) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: - What is known

    /// What is known about a token; never waits.
    func standing(of token: VerifiedToken) -> RevocationStanding {
        let now = timing.now()
        let snapshot = state.withLock { $0.snapshot }
        return snapshot.known.standing(of: token, policy: policy, now: now)
    }

    /// What is known, for whoever watches.
    func observe() -> (known: KnownRevocations, failure: FetchFailure?) {
        state.withLock { ($0.snapshot.known, $0.lastFailure) }
    }

    /// Takes what the issuer's metadata says.
    func learn(_ feed: ProviderURL?) {
        let isNew = state.withLock { state in
            var known = state.snapshot.known
            let isNew = known.feed != feed
            guard isNew || !known.isMetadataKnown else { return false }
            known.learn(feed)
            state.snapshot = Snapshot(known)
            return isNew
        }
        if isNew { change.yield() }
    }

    /// Waits for the very first answer, or its failure; later on it does not wait.
    func firstAnswer(of provider: RemoteProvider) async {
        guard let poll = poll(provider, ifFirst: true) else { return }
        _ = await poll.value
    }

    // MARK: - Following

    /// Follows the feed, wherever the metadata says that it is, until the task is cancelled.
    func run(with provider: RemoteProvider) async {
        for await _ in changes {
            while !Task.isCancelled, let poll = poll(provider, ifFirst: false) {
                let pause = await withTaskCancellationHandler {
                    await poll.value
                } onCancel: {
                    poll.cancel()
                }
                if pause > .zero { try? await timing.sleep(pause) }
            }
        }
    }

    /// The question that is being asked, or a new one; nil where there is no feed.
    private func poll(_ provider: RemoteProvider, ifFirst: Bool) -> Task<Duration, Never>? {
        state.withLock { state in
            guard let feed = state.snapshot.known.feed else { return nil }
            if let task = state.inFlight { return ifFirst && state.attempts > 0 ? nil : task }
            if ifFirst, state.attempts > 0 { return nil }
            let cursor = state.snapshot.known.cursor
            let task = Task.detached { await self.ask(feed, after: cursor, provider) }
            state.inFlight = task
            return task
        }
    }

    /// Asks once; answers how long to wait before the next time.
    private func ask(_ feed: ProviderURL, after cursor: String?, _ provider: RemoteProvider) async -> Duration {
        let asked = timing.now()
        do throws(FetchFailure) {
            let body = try await fetch(feed, after: cursor)
            let answer = try await verify(body, asked: cursor, provider)
            return succeeded(answer, asked: asked)
        } catch {
            guard !Task.isCancelled else {
                state.withLock { $0.inFlight = nil }
                return .zero
            }
            return failed(error)
        }
    }

    private func fetch(_ feed: ProviderURL, after cursor: String?) async throws(FetchFailure) -> [UInt8] {
        var request = Fetcher.Request(
            url: feed.text,
            accept: "application/revocations+jwt, application/jwt",
            limit: FeedAnswer.maximumSize,
            // A snapshot may be some megabytes on a slow link.
            timeout: timeout * 3
        )
        if let cursor {
            request.url += "\(feed.hasQuery ? "&" : "?")after=\(cursor)&wait=\(wait)"
            request.timeout = .seconds(wait) + timeout
        }
        guard case .document(let document) = try await fetcher.get(request) else {
            throw FetchFailure(.malformed, "\(feed.text) answered that nothing has changed")
        }
        return document.body
    }

    private func verify(
        _ body: [UInt8],
        asked: String?,
        _ provider: RemoteProvider
    ) async throws(FetchFailure) -> FeedAnswer {
        var keys = provider.current
        if keys == nil { keys = await provider.refreshedForFeed() }
        for isSecondTry in [false, true] {
            guard let known = keys else { break }
            do throws(JWTError) {
                return try FeedAnswer(body, keys: known, issuer: accepts, asked: asked, now: clock.now)
            } catch {
                guard error.code == .keyNotFound, !isSecondTry else {
                    throw FetchFailure(.notAuthentic, "the feed's answer is refused: \(error)")
                }
            }
            keys = await provider.refreshedForFeed()
        }
        throw FetchFailure(.noUsableKeys, "there are no keys to verify the feed with")
    }

    private func succeeded(_ answer: FeedAnswer, asked: Duration) -> Duration {
        let now = timing.now()
        // Only one question is asked at a time: nobody else adds. Requests go on meanwhile with what was known.
        var known = state.withLock { $0.snapshot }.known
        known.take(answer, asked: asked, now: clock.now)
        let next = Snapshot(known)
        let recovered = state.withLock { state in
            defer { (state.failures, state.lastFailure) = (0, nil) }
            state.inFlight = nil
            state.attempts += 1
            if state.snapshot.known.feed == next.known.feed { state.snapshot = next }
            return state.failures > 0 || state.attempts == 1
        }
        let count = known.revoked.count
        metrics.polled(nil, entries: count)
        if recovered {
            logger.info(
                "the issuer's revocations are known",
                metadata: ["issuer": .string(issuerName), "revocations": "\(count)"]
            )
        }
        // An empty answer that did not wait: the server is about to stop, or does not know how to wait.
        let isIdle = answer.after != nil && answer.revoked.count == 0 && now - asked < .seconds(1)
        return isIdle ? .seconds(1) : .zero
    }

    private func failed(_ failure: FetchFailure) -> Duration {
        let (before, after) = state.withLock { state in
            let before = state.lastFailure
            state.inFlight = nil
            state.attempts += 1
            state.failures += 1
            state.lastFailure = failure
            return (before, state.failures)
        }
        metrics.polled(failure, entries: nil)
        if before?.code != failure.code {
            logger.warning(
                "the issuer's revocations cannot be read",
                metadata: [
                    "issuer": .string(issuerName), "code": .string(failure.code.rawValue),
                    "detail": .string(failure.detail),
                ]
            )
        }
        let delay = Self.backoff.delay(afterFailures: after, random: timing.random())
        // A server that is full says when to come again; it does not get to keep us waiting past the bound.
        guard let seconds = failure.retryAfterSeconds else { return delay }
        return max(delay, .seconds(min(max(seconds, 0), 10)))
    }
}
