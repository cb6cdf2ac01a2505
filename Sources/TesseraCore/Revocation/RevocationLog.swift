internal import Synchronization

/// The live revocations in the order in which this process learnt of them, for those who follow them.
///
/// It has an entry for each live revocation and forgets them as the list does, so that a place in it never gets too old:
/// what has gone since is not needed any more.
public final class RevocationLog: Sendable {
    /// One revocation as the feed tells it.
    struct Entry: Sendable {
        /// Which claim it is about.
        enum Claim: Sendable {
            case session
            case token
            case account
            case client
        }

        let sequence: UInt64
        let claim: Claim
        let digest: RevocationDigest
        /// For a whole account or client: the last `iat` that is refused.
        let issuedUpTo: Int64
        let keepUntil: Timestamp
    }

    private struct State {
        var entries: [Entry] = []
        var sequence: UInt64 = 0
        var observers: [@Sendable () -> Void] = []
    }

    /// Guards the entries, sorted by their numbers.
    private let state = Mutex(State())
    let cursor = RevocationCursor()

    /// Where the log stands: the number of its newest entry, 0 while there has been none.
    public var sequence: UInt64 { state.withLock { $0.sequence } }

    /// Calls a closure after each change, from whatever thread made it.
    public func observe(_ observer: @escaping @Sendable () -> Void) {
        state.withLock { $0.observers.append(observer) }
    }

    /// Adds entries and tells the observers.
    func append(_ revocations: [Revocation]) {
        guard !revocations.isEmpty else { return }
        let observers = state.withLock { state in
            for revocation in revocations {
                state.sequence &+= 1
                state.entries.append(Entry(revocation, sequence: state.sequence))
            }
            return state.observers
        }
        for observer in observers { observer() }
    }

    /// Forgets the entries whose tokens have all expired.
    func prune(at now: Timestamp) {
        state.withLock { state in state.entries.removeAll { $0.keepUntil <= now } }
    }

    /// The live entries after a place, or all of them, and where the log stood when they were read.
    func entries(after sequence: UInt64?, at now: Timestamp) -> (entries: [Entry], sequence: UInt64) {
        let (all, newest) = state.withLock { ($0.entries, $0.sequence) }
        let start = sequence.map { all.firstIndex(after: $0) } ?? all.startIndex
        return (all[start...].filter { $0.keepUntil > now }, newest)
    }
}

extension RevocationLog.Entry {
    fileprivate init(_ revocation: Revocation, sequence: UInt64) {
        switch revocation.subject {
        case .session(let id): self.init(sequence, .session, id, 0, revocation)
        case .token(let id): self.init(sequence, .token, id, 0, revocation)
        case .account(let id, let issuedUpTo): self.init(sequence, .account, id, issuedUpTo, revocation)
        case .client(let id, let issuedUpTo): self.init(sequence, .client, id, issuedUpTo, revocation)
        }
    }

    private init(
        _ sequence: UInt64,
        _ claim: Claim,
        _ identifier: String,
        _ issuedUpTo: Int64,
        _ revocation: Revocation
    ) {
        self.sequence = sequence
        self.claim = claim
        self.digest = RevocationDigest(of: identifier)
        self.issuedUpTo = issuedUpTo
        self.keepUntil = revocation.keepUntil
    }
}

extension [RevocationLog.Entry] {
    /// The first entry behind a place, by halving.
    fileprivate func firstIndex(after sequence: UInt64) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].sequence > sequence { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
