/// What an engine, or a step inside a transaction, failed with.
public struct SQLFailure: Error, Sendable, Hashable {
    /// The kinds that are told apart.
    public enum Kind: Sendable, Hashable {
        /// A unique index refused a row.
        case notUnique
        /// A step found nothing to work on and took its transaction back.
        case notFound
        /// The database is locked, full, unreachable or read-only.
        case unavailable
        /// The disk failed to read, write or sync: what of it holds is not known.
        case disk
        /// The file is damaged or no database of ours.
        case corrupt
        /// A statement is wrong: a fault of ours.
        case defect
    }

    /// The kind.
    public let kind: Kind
    /// What the engine said, without any value.
    public let reason: String

    /// Makes a failure.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    static func unexpectedValue(_ index: Int) -> SQLFailure {
        SQLFailure(.corrupt, "column \(index) holds a value of another type")
    }
}
