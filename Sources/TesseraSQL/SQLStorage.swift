public import TesseraCore

/// The domain's storage protocols, written once in SQL over either engine.
public struct SQLStorage: Storage, Sendable {
    let database: any SQLDatabase
    let auditObservers = AuditObservers()

    /// Makes the stores over an engine whose schema is up to date.
    public init(_ database: any SQLDatabase) {
        self.database = database
    }

    /// See `Storage.isReady`.
    public func isReady() async -> Bool {
        do {
            // A write proves the whole way to the disk, and only one that changes something: SQLite writes no page
            // whose bytes stay the same.
            let change = SQLValue.bytes((0..<8).map { _ in UInt8.random(in: .min ... .max) })
            return try await database.forReadiness.write { connection throws(SQLFailure) in
                try connection.execute(
                    "INSERT INTO metadata (name, value) VALUES ('ready', $1) ON CONFLICT (name) DO UPDATE SET value = $1",
                    [change]
                ) == 1
            }
        } catch {
            return false
        }
    }

    /// See `Storage.latestTime`.
    public func latestTime() async throws(StorageError) -> Timestamp? { try await storedTime("latest_time") }

    /// See `Storage.latestBackup`.
    public func latestBackup() async throws(StorageError) -> Timestamp? { try await storedTime("latest_backup") }

    /// See `Storage.diagnosis`.
    public func diagnosis(checksIntegrity: Bool) async throws(StorageError) -> StorageDiagnosis {
        do throws(SQLFailure) {
            return try await database.diagnosis(checksIntegrity: checksIntegrity)
        } catch {
            throw StorageError(error)
        }
    }

    /// A time among the metadata: decimal milliseconds.
    private func storedTime(_ name: String) async throws(StorageError) -> Timestamp? {
        try await read { connection throws(SQLFailure) in
            try connection.time(name)
        }
    }

    /// See `Storage.storeLatestTime`.
    public func storeLatestTime(_ now: Timestamp, mayStepBack: Bool) async throws(StorageError) {
        try await write { connection throws(SQLFailure) in
            if !mayStepBack, let stored = try connection.time("latest_time"), stored >= now { return }
            try connection.setMetadata("latest_time", String(now.milliseconds))
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

extension SQLStorage {
    /// Runs a transaction that writes audit rows, and says so once it is durable.
    @discardableResult
    func audited<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(StorageError) -> T {
        let result = try await write(body)
        auditObservers.notify()
        return result
    }

    /// The same for what changes a whole table, and may take minutes.
    @discardableResult
    func auditedAtLength<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(StorageError) -> T {
        do {
            let result = try await database.writeAtLength(body)
            auditObservers.notify()
            return result
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
        case .unavailable, .disk, .defect: self.init(.unavailable, failure.reason)
        }
    }
}
