internal import JOSE

/// What a follower knows at a moment.
struct KnownRevocations: Sendable {
    /// Whether the issuer's metadata has been read.
    var isMetadataKnown = false
    /// Where the feed is; nil where the issuer names none.
    var feed: ProviderURL?
    var revoked = RevokedTokens()
    /// For the next question; nil where a snapshot is wanted.
    var cursor: String?
    /// When the question of the last good answer was asked.
    var confirmedAt: Duration?
    /// When nothing that is known is needed any more, in seconds since 1970.
    var keepUntil: Int64 = 0
    /// When the last snapshot came, how much it held, and how much has been added since.
    var snapshotAt: Duration = .zero
    var snapshotCount = 0
    var addedCount = 0

    /// After how much time a snapshot is asked for, if anything was added since the last.
    static let snapshotInterval: Duration = .seconds(3600)

    /// Takes another place for the feed, or that there is none.
    mutating func learn(_ feed: ProviderURL?) {
        isMetadataKnown = true
        guard feed != self.feed else { return }
        self.feed = feed
        cursor = nil
        if feed == nil { self = KnownRevocations(isMetadataKnown: true) }
    }

    /// Takes a good answer.
    ///
    /// - Parameters:
    ///   - answer: The answer.
    ///   - asked: When its question was asked.
    ///   - now: What time it is, in seconds since 1970.
    mutating func take(_ answer: FeedAnswer, asked: Duration, now: Int64) {
        // Of two questions the later one knows more, whichever is answered last.
        confirmedAt = max(confirmedAt ?? asked, asked)
        if answer.after == nil {
            revoked = answer.revoked
            keepUntil = answer.keepUntil
            (snapshotAt, snapshotCount, addedCount) = (asked, answer.revoked.count, 0)
        } else {
            // What has outlived all tokens is forgotten at once; what is mixed, with the next snapshot.
            if now > keepUntil { revoked = RevokedTokens() }
            revoked.add(answer.revoked)
            keepUntil = max(keepUntil, answer.keepUntil)
            addedCount += answer.revoked.count
        }
        cursor = wantsSnapshot(asked) ? nil : answer.cursor
    }

    /// Whether differences have piled up: their cost is that of the snapshot that clears them away.
    private func wantsSnapshot(_ now: Duration) -> Bool {
        addedCount > max(snapshotCount, 10_000) || revoked.count > FeedAnswer.maximumEntries
            || (addedCount > 0 && now - snapshotAt > Self.snapshotInterval)
    }

    /// What is known about a token.
    ///
    /// Inlined: whoever asks holds it behind a reference, and a call would copy all of it, and count, for each request.
    @inline(__always)
    func standing(of token: VerifiedToken, policy: RevocationPolicy, now: Duration) -> RevocationStanding {
        if isMetadataKnown, feed == nil { return .good }
        if confirmedAt != nil, revoked.contains(token) { return .revoked }
        guard let bound = policy.bound else { return .good }
        guard let confirmedAt else { return .unknown("revocations have not been read yet") }
        let age = now - confirmedAt
        guard age <= bound else { return .unknown("revocations were read \(age.components.seconds) s ago") }
        return .good
    }
}
