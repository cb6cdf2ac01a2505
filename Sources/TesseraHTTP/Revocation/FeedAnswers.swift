internal import Crypto
internal import JOSE
internal import NIOCore
internal import Synchronization
internal import TesseraCore

/// The feed's answers, each signed once and its bytes shared between all who ask from the same place.
///
/// An answer is good until the log has moved on, another key signs, or it is no longer fresh. Those from other places are
/// few: followers that wait all stand at the newest one.
final class FeedAnswers: Sendable {
    /// An answer's bytes, which are never copied, and what names them.
    struct Shared: Sendable {
        let body: ByteBuffer
        let entityTag: String
        fileprivate let signedAt: Timestamp
    }

    private struct State {
        var sequence: UInt64 = 0
        var keyID: String?
        /// By the place that they begin at; nil for the snapshot.
        var answers: [UInt64?: Shared] = [:]
    }

    /// For how long an answer is sent again: well within its own expiry.
    static let freshness = Duration.seconds(15)
    /// From how many places answers are kept.
    static let capacity = 16

    private let feed: RevocationFeed
    /// Guards the answers; held while one is made, which all others would have to do too.
    private let state = Mutex(State())

    init(_ feed: RevocationFeed) {
        self.feed = feed
    }

    /// How many answers are kept.
    var count: Int { state.withLock { $0.answers.count } }

    /// The answer for a place, or the snapshot.
    /// - Throws: `JWTError` where there is no key to sign with.
    func answer(after start: UInt64?) throws(JWTError) -> Shared {
        try state.withLock { state throws(JWTError) in
            let (now, keyID, sequence) = (feed.now, feed.signingKeyID, feed.log.sequence)
            if state.sequence != sequence || !state.keyID.isSame(as: keyID) {
                state = State(sequence: sequence, keyID: keyID)
            }
            if let known = state.answers[start], known.isFresh(at: now) { return known }
            let made = try feed.answer(after: start)
            let shared = Shared(made)
            // Where the log or the key has changed meanwhile this answer is right, and the next one is made anew.
            guard made.sequence == sequence, made.keyID.isSame(as: keyID) else { return shared }
            if state.answers.count >= Self.capacity { state.answers = [:] }
            state.answers[start] = shared
            return shared
        }
    }
}

extension FeedAnswers.Shared {
    fileprivate init(_ answer: RevocationFeed.Answer) {
        body = ByteBuffer(string: answer.text)
        let digest = SHA256.hash(data: body.readableBytesView)
        entityTag = "\"\(Base64URL.encode(Array(digest.prefix(12))))\""
        signedAt = answer.signedAt
    }

    fileprivate func isFresh(at now: Timestamp) -> Bool {
        signedAt <= now && now < signedAt.adding(FeedAnswers.freshness)
    }
}

extension String? {
    fileprivate func isSame(as other: String?) -> Bool {
        switch (self, other) {
        case (let own?, let other?): own.utf8.elementsEqual(other.utf8)
        case (nil, nil): true
        default: false
        }
    }
}
