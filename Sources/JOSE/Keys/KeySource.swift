/// Where a verifier's keys come from when they may change: a remote set, a file, a server's own ring.
public protocol KeySource: Sendable {
    /// The keys known now, without waiting; nil where none have been loaded.
    var current: KeySet? { get }

    /// Fetches the keys again because a token names a key that is not known, unless that was done just now.
    ///
    /// - Parameter keyID: The `kid` that is missing; nil where a token had none.
    /// - Returns: The keys after that, or nil where none have been loaded.
    func refreshed(for keyID: String?) async -> KeySet?
}
