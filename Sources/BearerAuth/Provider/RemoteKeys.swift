internal import JOSE

/// A provider's key set as it was fetched last, and how long it may be used.
struct RemoteKeys: Sendable {
    let set: KeySet
    let address: ProviderURL?
    let entityTag: String?
    /// How many members of the set are not used.
    let unusableCount: Int
    /// When the provider last said that these are its keys.
    var confirmedAt: Duration
    /// Until when the provider said so.
    var freshUntil: Duration

    /// How long keys are fresh where the provider does not say, and the bounds of what it may say.
    static let usualLifetime: Duration = .seconds(300)
    static let leastLifetime: Duration = .seconds(60)
    static let mostLifetime: Duration = .seconds(3600)
    /// How long they are used through an outage.
    static let longestOutage: Duration = .seconds(24 * 3600)

    /// Whether they may still verify tokens.
    func areUsable(at now: Duration) -> Bool { now - confirmedAt <= Self.longestOutage }

    /// Notes that the provider has said again that these are its keys.
    mutating func confirm(at now: Duration, lifetime: Duration?) {
        confirmedAt = now
        freshUntil = now + Self.bounded(lifetime)
    }

    static func bounded(_ lifetime: Duration?) -> Duration {
        min(max(lifetime ?? usualLifetime, leastLifetime), mostLifetime)
    }
}

/// Fetches key sets.
struct KeyFetch: Sendable {
    let fetcher: Fetcher
    let timeout: Duration
    /// What keys without an algorithm of their own are bound to, and the only ones that are used.
    let algorithms: [SignatureAlgorithm]?

    /// What a key that names no algorithm is bound to unless the service says so: what providers use.
    static let usualAlgorithms: [SignatureAlgorithm] = [.rs256, .ps256, .es256, .es384, .es512, .ed25519]

    /// The keys at an address; those that are known where they have not changed.
    func keys(
        at address: ProviderURL,
        known: RemoteKeys?,
        now: Duration
    ) async throws(FetchFailure) -> RemoteKeys {
        let known = known.flatMap { $0.address == address ? $0 : nil }
        let answer = try await fetcher.get(
            Fetcher.Request(
                url: address.text,
                accept: "application/jwk-set+json, application/json",
                entityTag: known?.entityTag,
                timeout: timeout
            )
        )
        switch answer {
        case .notModified(let lifetime):
            guard var keys = known else {
                throw FetchFailure(.malformed, "\(address.text) answered that nothing has changed")
            }
            keys.confirm(at: now, lifetime: lifetime)
            return keys
        case .document(let document):
            try document.requireJSON(address.text)
            let (set, unusableCount) = try parse(document.body)
            return RemoteKeys(
                set: set,
                address: address,
                entityTag: document.entityTag,
                unusableCount: unusableCount,
                confirmedAt: now,
                freshUntil: now + RemoteKeys.bounded(document.lifetime)
            )
        }
    }

    private func parse(_ body: [UInt8]) throws(FetchFailure) -> (KeySet, Int) {
        let all: KeySet
        do throws(KeyError) {
            all = try KeySet(parsing: body, algorithms: algorithms ?? Self.usualAlgorithms)
        } catch {
            throw FetchFailure(.malformed, error.reason)
        }
        // A symmetric key that everybody can read vouches for nothing.
        let usable = all.keys.filter { key in
            !key.algorithm.isSymmetric && algorithms?.contains(key.algorithm) ?? true
        }
        let unusableCount = all.unusable.count + all.keys.count - usable.count
        // An empty set is no better than none: what is known stays.
        guard !usable.isEmpty else {
            throw FetchFailure(.noUsableKeys, "none of \(unusableCount) keys can be used")
        }
        return (KeySet(usable), unusableCount)
    }
}
