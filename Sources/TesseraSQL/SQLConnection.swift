public import TesseraCore

/// A connection inside one transaction; used synchronously, on the driver's own thread.
///
/// Placeholders are `$1`, `$2`, … and are bound by their number, wherever they stand.
public protocol SQLConnection {
    /// How this engine spells what the two spell differently.
    var dialect: SQLDialect { get }

    /// Runs a statement and answers how many rows it changed.
    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> Int

    /// Runs a statement and answers its rows.
    func query(_ sql: String, _ arguments: [SQLValue]) throws(SQLFailure) -> [SQLRow]

    /// Asks that other nodes be told, once the transaction is durable, that there is something to read.
    ///
    /// Only a hint: nodes read by themselves too.
    func announce()
}

extension SQLConnection {
    /// Tells nobody: there are no other nodes.
    public func announce() {}
}

/// An engine: runs closures in transactions.
///
/// Nothing may rely on more than READ COMMITTED: between two statements of a transaction another one may commit, unless
/// the rows are locked.
public protocol SQLDatabase: Sendable {
    /// How this engine spells what the two spell differently.
    var dialect: SQLDialect { get }

    /// The same database over a connection of its own that waits a second at most, to ask whether it is there.
    var forReadiness: any SQLDatabase { get }

    /// Runs a closure that only reads, on one consistent snapshot.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T

    /// Runs a closure in a transaction and answers once it is durable. A closure that throws leaves nothing behind.
    ///
    /// The closure may run again where the engine took the first attempt back.
    @discardableResult
    func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T

    /// The same for work that may take minutes: a step of the schema, a copy.
    @discardableResult
    func writeAtLength<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T

    /// Copies the whole database into a file while it is in use; answers its size.
    func backUp(to path: String, replacing: Bool, at now: Timestamp) async throws(SQLFailure) -> Int64

    /// Finishes what is under way and closes everything.
    func close() async throws(StorageError)

    /// What the engine says of itself; with `checksIntegrity` it reads all of its pages.
    func diagnosis(checksIntegrity: Bool) async throws(SQLFailure) -> StorageDiagnosis
}

extension SQLDatabase {
    /// The database itself.
    public var forReadiness: any SQLDatabase { self }

    /// The same as `write`.
    @discardableResult
    public func writeAtLength<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        try await write(body)
    }

    /// An engine with a server of its own has its own means.
    public func backUp(to path: String, replacing: Bool, at now: Timestamp) async throws(SQLFailure) -> Int64 {
        throw SQLFailure(.unavailable, "this database is backed up with its own tools (pg_dump)")
    }

    /// Nothing, for an engine that cannot tell.
    public func diagnosis(checksIntegrity: Bool) async throws(SQLFailure) -> StorageDiagnosis {
        StorageDiagnosis(engine: "unknown", version: "unknown", settings: [:], damages: nil)
    }
}
