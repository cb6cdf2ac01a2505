internal import GRDB
internal import Synchronization

/// The open file: what reads and writes go through, and what is opened anew after its disk has failed.
///
/// After a failed write or sync nobody knows what of it is on the disk: the system may have forgotten that it was not
/// written, and a later sync would succeed. So all connections are closed, the file and its log are read from the start,
/// and every page is checked before anything is acknowledged again.
final class SQLiteHandle: Sendable {
    private enum State {
        case open(DatabasePool)
        /// Closed after a failure, to be opened before the next write; when that was tried last.
        case suspect(SQLFailure, since: ContinuousClock.Instant?)
        /// Damaged: nothing is written any more, what can be read is read.
        case damaged(SQLFailure, DatabasePool?)
    }

    /// How long after a vain try the next one is made.
    private static let patience = Duration.milliseconds(250)

    let path: String
    /// Guards the connections and what is known of the file.
    private let state: Mutex<State>

    init(path: String) throws {
        self.path = path
        state = Mutex(.open(try Self.open(path)))
    }

    /// What reads go through.
    /// - Throws: Why nothing can be read now.
    func reader() throws(SQLFailure) -> DatabasePool {
        switch state.withLock({ $0 }) {
        case .open(let pool), .damaged(_, .some(let pool)): return pool
        case .suspect(let failure, _), .damaged(let failure, .none): throw failure
        }
    }

    /// What the one that writes goes through; opens the file anew where it must.
    ///
    /// Only the queue of the commits calls this.
    /// - Throws: Why nothing can be written now.
    func writer() throws(SQLFailure) -> DatabasePool {
        switch state.withLock({ $0 }) {
        case .open(let pool): return pool
        case .damaged(let failure, _): throw failure
        case .suspect(let failure, let last):
            if let last, ContinuousClock.now < last + Self.patience { throw failure }
            return try reopen()
        }
    }

    /// Nothing is acknowledged until the file was opened anew.
    ///
    /// Only the queue of the commits calls this.
    func suspect(_ failure: SQLFailure) {
        let pool: DatabasePool? = state.withLock { state in
            guard case .open(let pool) = state else { return nil }
            state = .suspect(failure, since: nil)
            return pool
        }
        // Waits for the reads that are under way. What cannot be closed is let go of, and closes with the last of them.
        try? pool?.close()
    }

    /// Nothing is written any more.
    func condemn(_ failure: SQLFailure) {
        state.withLock { state in
            guard case .open(let pool) = state else { return }
            state = .damaged(failure, pool)
        }
    }

    private func reopen() throws(SQLFailure) -> DatabasePool {
        do {
            let pool = try Self.open(path)
            try pool.writeWithoutTransaction { try SQLiteFile.checkQuickly($0) }
            state.withLock { $0 = .open(pool) }
            return pool
        } catch {
            let failure = SQLFailure(sqlite: error)
            let isDamaged = failure.kind == .corrupt
            state.withLock { $0 = isDamaged ? .damaged(failure, nil) : .suspect(failure, since: .now) }
            throw failure
        }
    }

    private static func open(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 4
        configuration.label = "tessera.sqlite"
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL on its WAL connections after they are prepared: an acknowledged commit could then be lost
        // in a power cut. It is set here, on the one connection that writes, and read back.
        let synchronous = try pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
            return try Int.fetchOne(database, sql: "PRAGMA synchronous")
        }
        guard synchronous == 2 else {
            throw SQLFailure(.unavailable, "SQLite did not take synchronous=FULL; commits would not be durable")
        }
        return pool
    }
}
