internal import JOSE
internal import Synchronization

extension BearerAuth {
    /// What is known of one issuer at a moment: for a health check, or a person who looks for a fault.
    public struct IssuerState: Sendable {
        /// The issuer.
        public let issuer: String
        /// How many keys can be used; nil where none have been loaded, and every token gets 503.
        public let keyCount: Int?
        /// How many members of its key set cannot be used.
        public let unusableKeyCount: Int
        /// How long ago the issuer last said that these are its keys.
        public let keyAge: Duration?
        /// Why the last fetch of metadata and keys failed; nil where it succeeded.
        public let keyFailure: FetchFailure?
        /// Where its revocations are read; nil where its metadata names no feed, or has not been read.
        public let revocationFeed: String?
        /// How many revocations are known.
        public let revocationCount: Int
        /// How old what is known of revocations is; nil where nothing is known.
        public let revocationAge: Duration?
        /// Why the last reading of revocations failed; nil where it succeeded.
        public let revocationFailure: FetchFailure?
        /// Whether its tokens can be checked now.
        public let isReady: Bool
    }

    /// What is known of each issuer that is asked; none where the keys were given.
    public var issuers: [IssuerState] {
        shared.authorities.compactMap { $0.observe(policy: shared.options.revocation) }
    }

    /// Whether tokens of all issuers can be checked now.
    public var isReady: Bool {
        shared.authorities.allSatisfy { authority in
            if let state = authority.observe(policy: shared.options.revocation) { return state.isReady }
            return authority.keys.map { $0.current != nil } ?? true
        }
    }
}

extension Authority {
    fileprivate func observe(policy: RevocationPolicy) -> BearerAuth.IssuerState? {
        guard let provider, let follower else { return nil }
        let now = provider.timing.now()
        let (keys, failure) = provider.state.withLock { ($0.keys, $0.lastFailure) }
        let current = provider.current
        let (known, feedFailure) = follower.observe()
        let age = known.confirmedAt.map { now - $0 }
        let knowsRevocations: Bool =
            if known.isMetadataKnown, known.feed == nil { true } else if let bound = policy.bound {
                age.map { $0 <= bound } ?? false
            } else { true }
        return BearerAuth.IssuerState(
            issuer: issuer?.description ?? "",
            keyCount: current?.keys.count,
            unusableKeyCount: keys?.unusableCount ?? 0,
            keyAge: keys.map { now - $0.confirmedAt },
            keyFailure: failure,
            revocationFeed: known.feed?.text,
            revocationCount: known.revoked.count,
            revocationAge: age,
            revocationFailure: feedFailure,
            isReady: current != nil && knowsRevocations
        )
    }
}
