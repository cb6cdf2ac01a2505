/// What a presented refresh token of a known handle means; the design's table, without any storage.
public enum RefreshDecision: Sendable, Hashable {
    /// The current token: replace it.
    case rotate
    /// The token just replaced, within the grace period: the same successor again. Writes and extends nothing.
    case repeatSuccessor
    /// A straggler, one rotation older, within the grace period of its own rotation: refused, nothing ends.
    case superseded
    /// Older than that: the token was copied. The session ends.
    case reuse
    /// No token that was ever issued: refused, nothing ends.
    case mismatch

    /// Decides by the counter, the digests and the two recorded rotations.
    ///
    /// Only the times recorded for the presented token itself count, so that a thief who rotates fast cannot keep
    /// the owner's older token inside somebody else's grace.
    public init(
        _ token: RefreshToken,
        in state: RefreshState,
        at now: Timestamp,
        gracePeriod: Duration
    ) {
        let current = Int64(state.counter)
        let presented = Int64(token.counter)
        func isWithinGrace(of rotation: Timestamp?) -> Bool {
            guard let rotation, gracePeriod > .zero else { return false }
            return now.milliseconds(since: rotation) <= gracePeriod.milliseconds
        }
        switch current - presented {
        case 0:
            self = token.matches(state.currentDigest) ? .rotate : .mismatch
        case 1:
            guard let previous = state.previousDigest, token.matches(previous) else {
                self = .mismatch
                return
            }
            self = isWithinGrace(of: state.rotatedAt) ? .repeatSuccessor : .reuse
        case 2:
            self = isWithinGrace(of: state.previousRotatedAt) ? .superseded : .reuse
        case 3...:
            self = .reuse
        default:
            self = .mismatch
        }
    }
}
