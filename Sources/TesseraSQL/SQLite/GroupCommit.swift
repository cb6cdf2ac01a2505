internal import Dispatch
internal import GRDB
internal import Synchronization
internal import TesseraCore

/// Writes that wait at the same time share one commit, each in a savepoint of its own: durable writes a second grow
/// with load, and one that fails fails alone.
final class GroupCommit: Sendable {
    /// The most writes that share a commit.
    static let largestGroup = 256

    private struct State {
        var waiting: [any WaitingWrite] = []
        var isWriting = false
    }

    private let handle: SQLiteHandle
    private let commit: @Sendable (Database) throws -> Void
    private let metrics = CommitMetrics()
    private let queue = DispatchQueue(label: "tessera.sqlite.commits")
    /// Guards the queue of writes.
    private let state = Mutex(State())

    /// Makes the queue of writes.
    ///
    /// - Parameters:
    ///   - handle: The open file.
    ///   - commit: Ends a transaction; tests let it fail as a disk does.
    init(_ handle: SQLiteHandle, commit: @escaping @Sendable (Database) throws -> Void = { try $0.commit() }) {
        self.handle = handle
        self.commit = commit
    }

    /// Runs a closure in a transaction and answers once it is durable.
    func write<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T
    ) async throws(SQLFailure) -> T {
        let outcome: Result<T, SQLFailure> = await withCheckedContinuation { continuation in
            submit(Write(body, continuation))
        }
        return try outcome.get()
    }

    private func submit(_ write: any WaitingWrite) {
        let mustStart = state.withLock { state in
            state.waiting.append(write)
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustStart { queue.async { self.writeAll() } }
    }

    private func writeAll() {
        while let group = nextGroup() {
            let start = ContinuousClock.now
            let failure = commitTogether(group)
            metrics.record(group.count, ContinuousClock.now - start, hasFailed: failure != nil)
            for write in group { write.finish(failure) }
        }
    }

    private func nextGroup() -> [any WaitingWrite]? {
        state.withLock { state in
            if state.waiting.isEmpty {
                state.isWriting = false
                return nil
            }
            let group = Array(state.waiting.prefix(Self.largestGroup))
            state.waiting.removeFirst(group.count)
            return group
        }
    }

    /// Answers why the whole group failed, or nil once it is durable.
    private func commitTogether(_ group: [any WaitingWrite]) -> SQLFailure? {
        do {
            try handle.writer().writeWithoutTransaction { database in
                try database.beginTransaction(.immediate)
                do {
                    for write in group { try Self.run(write, in: database) }
                    FaultPoint.commitStarting.reach()
                    try commit(database)
                    FaultPoint.commitDone.reach()
                } catch {
                    if database.isInsideTransaction { try? database.rollback() }
                    throw error
                }
            }
            return nil
        } catch {
            let failure = SQLFailure(sqlite: error)
            if failure.kind == .disk { recover(from: failure) }
            if failure.kind == .corrupt, failure.isOfTheFile { handle.condemn(failure) }
            return failure
        }
    }

    /// Tries at once to open the file anew, so that it can be read again; where that fails the next write tries.
    private func recover(from failure: SQLFailure) {
        handle.suspect(failure)
        queue.async { [handle] in _ = try? handle.writer() }
    }

    private static func run(_ write: any WaitingWrite, in database: Database) throws {
        let connection = SQLiteConnection(database: database)
        _ = try connection.execute("SAVEPOINT waiter", [])
        do {
            try write.run(connection)
        } catch {
            // After a full disk or a failed read SQLite may have taken the whole transaction back already; and what a
            // failed or damaged disk holds nobody knows, so that no other in the group may be acknowledged either.
            guard database.isInsideTransaction, !SQLFailure(sqlite: error).isOfTheFile else { throw error }
            _ = try connection.execute("ROLLBACK TO waiter", [])
        }
        _ = try connection.execute("RELEASE waiter", [])
    }
}

/// One write that waits.
private protocol WaitingWrite: Sendable {
    /// Runs it within the group's transaction.
    func run(_ connection: SQLiteConnection) throws(SQLFailure)
    /// Hands out its own result, or the failure of the group.
    func finish(_ failure: SQLFailure?)
}

private final class Write<T: Sendable>: WaitingWrite {
    private let body: @Sendable (any SQLConnection) throws(SQLFailure) -> T
    private let continuation: CheckedContinuation<Result<T, SQLFailure>, Never>
    /// Guards what came of it; nil before it has run.
    private let outcome = Mutex<Result<T, SQLFailure>?>(nil)

    init(
        _ body: @escaping @Sendable (any SQLConnection) throws(SQLFailure) -> T,
        _ continuation: CheckedContinuation<Result<T, SQLFailure>, Never>
    ) {
        self.body = body
        self.continuation = continuation
    }

    func run(_ connection: SQLiteConnection) throws(SQLFailure) {
        do throws(SQLFailure) {
            let value = try body(connection)
            outcome.withLock { $0 = .success(value) }
        } catch {
            outcome.withLock { $0 = .failure(error) }
            throw error
        }
    }

    func finish(_ failure: SQLFailure?) {
        switch (outcome.withLock { $0 }, failure) {
        case (.failure(let own), _): continuation.resume(returning: .failure(own))
        case (_, .some(let failure)): continuation.resume(returning: .failure(failure))
        case (.success(let value), .none): continuation.resume(returning: .success(value))
        case (.none, .none): continuation.resume(returning: .failure(SQLFailure(.unavailable, "not run")))
        }
    }
}
