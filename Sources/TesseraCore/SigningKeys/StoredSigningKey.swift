/// A signing key as it is stored: its private part sealed.
public struct StoredSigningKey: Sendable, Hashable {
    /// Where a key is in its life.
    public enum State: String, Sendable, Codable, CaseIterable {
        /// Published, so that others know it before it signs.
        case upcoming
        /// Signs; exactly one key does.
        case active
        /// Signs no more, and stays published until the last token it signed has expired.
        case retired
    }

    /// `kid`.
    public let id: String
    /// The algorithm's name (RFC 7518, RFC 9864).
    public let algorithm: String
    /// Where it is in its life.
    public let state: State
    /// The private JWK, sealed with AES-256-GCM under the master key and bound to the `kid`.
    public let sealedPrivateKey: [UInt8]
    /// When it was made and published.
    public let createdAt: Timestamp
    /// When it may sign.
    public let activeFrom: Timestamp
    /// When it stops being published; nil until it is retired.
    public let publishedUntil: Timestamp?

    /// Makes a row.
    public init(
        id: String,
        algorithm: String,
        state: State,
        sealedPrivateKey: [UInt8],
        createdAt: Timestamp,
        activeFrom: Timestamp,
        publishedUntil: Timestamp?
    ) {
        self.id = id
        self.algorithm = algorithm
        self.state = state
        self.sealedPrivateKey = sealedPrivateKey
        self.createdAt = createdAt
        self.activeFrom = activeFrom
        self.publishedUntil = publishedUntil
    }
}
