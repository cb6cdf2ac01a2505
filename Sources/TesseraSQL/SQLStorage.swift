public import TesseraCore

/// The domain's storage protocols, written once in SQL over either engine.
public struct SQLStorage: Storage, Sendable {
    let database: any SQLDatabase

    /// Makes the stores over an engine whose schema is up to date.
    public init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// See `Storage.isReady`.
    public func isReady() async -> Bool {
        do {
            // A write that changes nothing proves the whole way to the disk.
            return try await write { connection throws(SQLFailure) in
                try connection.execute(
                    "INSERT INTO metadata (name, value) VALUES ('ready', $1) ON CONFLICT (name) DO UPDATE SET value = $1",
                    [.bytes([1])]
                ) == 1
            }
        } catch {
            return false
        }
    }

    /// Runs a read, its failure turned into the domain's.
    func read<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(StorageError) -> T {
        do {
            return try await database.read(body)
        } catch {
            throw StorageError(error)
        }
    }

    /// Runs a transaction, its failure turned into the domain's.
    @discardableResult
    func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(StorageError) -> T {
        do {
            return try await database.write(body)
        } catch {
            throw StorageError(error)
        }
    }
}

extension StorageError {
    init(_ failure: SQLFailure) {
        switch failure.kind {
        case .notUnique: self.init(.taken, failure.reason)
        case .notFound: self.init(.notFound, failure.reason)
        case .corrupt: self.init(.corrupt, failure.reason)
        case .unavailable, .defect: self.init(.unavailable, failure.reason)
        }
    }
}
