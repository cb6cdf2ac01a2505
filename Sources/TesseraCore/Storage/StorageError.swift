/// What a store could not do.
public struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds a caller decides by.
    public enum Code: String, Sendable {
        /// The database cannot be reached or written now; nothing was acknowledged. 503 for a client.
        case unavailable
        /// The name or identifier is taken.
        case taken
        /// What the operation is about does not exist.
        case notFound = "not_found"
        /// The file is damaged or not ours.
        case corrupt
    }

    /// The kind.
    public let code: Code
    /// What happened, for the log; holds no secret and no stored value.
    public let reason: String

    /// Makes an error.
    public init(_ code: Code, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// A text for the log.
    public var description: String { "\(code.rawValue): \(reason)" }
}
