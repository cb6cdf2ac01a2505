internal import Synchronization
public import TesseraCore
public import TesseraSQL

/// A database that counts its transactions.
public final class CountingDatabase: SQLDatabase {
    private let base: SQLiteDatabase
    private let reads = Atomic(0)
    private let writes = Atomic(0)

    init(_ base: SQLiteDatabase) {
        self.base = base
    }

    /// How many transactions there have been.
    public var counts: [Int] { [reads.load(ordering: .relaxed), writes.load(ordering: .relaxed)] }

    /// The engine's own.
    public var dialect: SQLDialect { base.dialect }

    /// Closes the engine.
    public func close() async throws(StorageError) { try await base.close() }

    /// The engine's own.
    public func diagnosis(checksIntegrity: Bool) async throws(SQLFailure) -> StorageDiagnosis {
        try await base.diagnosis(checksIntegrity: checksIntegrity)
    }

    /// Counts and reads.
    public func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        reads.add(1, ordering: .relaxed)
        return try await base.read(body)
    }

    /// Counts and writes.
    @discardableResult
    public func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        writes.add(1, ordering: .relaxed)
        return try await base.write(body)
    }

    /// Copies the file.
    public func backUp(to path: String, replacing: Bool, at now: Timestamp) async throws(SQLFailure) -> Int64 {
        try await base.backUp(to: path, replacing: replacing, at: now)
    }
}
