public import TesseraCore

/// A connection inside one transaction; used synchronously, on the driver's own thread.
///
/// Placeholders are `$1`, `$2`, … and are bound by their number, wherever they stand.
public protocol SQLConnection {
    /// Runs a statement and answers how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> Int

    /// Runs a statement and answers its rows.
    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> [SQLRow]
}

/// An engine: runs closures in transactions.
public protocol SQLDatabase: Sendable {
    /// How this engine spells what the two spell differently.
    var dialect: SQLDialect { get }

    /// Runs a closure that only reads, on one consistent snapshot.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T

    /// Runs a closure in a transaction and answers once it is durable. A closure that throws leaves nothing behind.
    @discardableResult
    func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T

    /// Copies the whole database into a file while it is in use; answers its size.
    func backUp(to path: String, replacing: Bool, at now: Timestamp) async throws(SQLFailure) -> Int64

    /// What the engine says of itself; with `checksIntegrity` it reads all of its pages.
    func diagnosis(checksIntegrity: Bool) async throws(SQLFailure) -> StorageDiagnosis
}

extension SQLDatabase {
    /// An engine with a server of its own has its own means.
    public func backUp(to path: String, replacing: Bool, at now: Timestamp) async throws(SQLFailure) -> Int64 {
        throw SQLFailure(.unavailable, "this database is backed up with its own tools (pg_dump)")
    }

    /// Nothing, for an engine that cannot tell.
    public func diagnosis(checksIntegrity: Bool) async throws(SQLFailure) -> StorageDiagnosis {
        StorageDiagnosis(engine: "unknown", version: "unknown", settings: [:], damages: nil)
    }
}

/// What an engine spells in its own way.
public struct SQLDialect: Sendable {
    /// The column definition of a key that counts up by itself.
    public let identity: String

    /// Makes a dialect.
    public init(identity: String) {
        self.identity = identity
    }
}

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
