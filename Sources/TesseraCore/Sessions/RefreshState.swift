/// What one row remembers of a session's refresh tokens: the current and the previous one, updated in place.
public struct RefreshState: Sendable, Hashable {
    /// 12 random bytes that find the row; never in a token's claims or a log.
    public var handle: [UInt8]
    /// How often the token was rotated: the current token's counter.
    public var counter: UInt32
    /// SHA-256 of the current token.
    public var currentDigest: [UInt8]
    /// SHA-256 of the token before it; nil before the first rotation.
    public var previousDigest: [UInt8]?
    /// When the current token replaced the previous one.
    public var rotatedAt: Timestamp
    /// When the previous token replaced the one before it.
    public var previousRotatedAt: Timestamp?
    /// 32 random bytes that the successors' derivation is salted with.
    public var salt: [UInt8]

    /// Makes a state.
    public init(
        handle: [UInt8],
        counter: UInt32,
        currentDigest: [UInt8],
        previousDigest: [UInt8]?,
        rotatedAt: Timestamp,
        previousRotatedAt: Timestamp?,
        salt: [UInt8]
    ) {
        self.handle = handle
        self.counter = counter
        self.currentDigest = currentDigest
        self.previousDigest = previousDigest
        self.rotatedAt = rotatedAt
        self.previousRotatedAt = previousRotatedAt
        self.salt = salt
    }

    /// The state after the presented token was replaced by its successor.
    public func rotated(to successor: RefreshToken, at now: Timestamp) -> RefreshState {
        RefreshState(
            handle: handle,
            counter: successor.counter,
            currentDigest: successor.digest,
            previousDigest: currentDigest,
            rotatedAt: now,
            previousRotatedAt: rotatedAt,
            salt: salt
        )
    }
}
