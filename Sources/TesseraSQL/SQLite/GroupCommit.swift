internal import Dispatch
internal import GRDB
internal import Synchronization
internal import TesseraCore

/// Writes that wait at the same time share one commit, each in a savepoint of its own: durable writes a second grow
/// with load, and one that fails fails alone.
final class GroupCommit: Sendable {
    /// The most writes that share a commit.
    static let largestGroup = 256

    /// One write that waits.
    ///
    /// `run` keeps its own result; `finish` hands it out, or the group's failure.
    private struct Job: Sendable {
        let run: @Sendable (SQLiteConnection) throws -> Void
        let finish: @Sendable (SQLFailure?) -> Void
    }

    private struct State {
        var waiting: [Job] = []
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
            let box = Box<T>()
            submit(
                Job(
                    run: { connection in
                        let outcome = Result { () throws(SQLFailure) in try body(connection) }
                        box.result.withLock { $0 = outcome }
                        _ = try outcome.get()
                    },
                    finish: { failure in
                        let notRun = Result<T, SQLFailure>.failure(failure ?? SQLFailure(.unavailable, "not run"))
                        let outcome = box.result.withLock { $0 } ?? notRun
                        switch (outcome, failure) {
                        case (.failure(let own), _): continuation.resume(returning: .failure(own))
                        case (.success, .some(let failure)): continuation.resume(returning: .failure(failure))
                        case (.success, .none): continuation.resume(returning: outcome)
                        }
                    }
                )
            )
        }
        return try outcome.get()
    }

    private func submit(_ job: Job) {
        let mustStart = state.withLock { state in
            state.waiting.append(job)
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
            for job in group { job.finish(failure) }
        }
    }

    private func nextGroup() -> [Job]? {
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
    private func commitTogether(_ group: [Job]) -> SQLFailure? {
        do {
            try handle.writer().writeWithoutTransaction { database in
                try database.beginTransaction(.immediate)
                do {
                    for job in group { try Self.run(job, in: database) }
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

    private static func run(_ job: Job, in database: Database) throws {
        try database.cachedStatement(sql: "SAVEPOINT waiter").execute()
        do {
            try job.run(SQLiteConnection(database: database))
        } catch {
            // After a full disk or a failed read SQLite may have taken the whole transaction back already; and what a
            // failed or damaged disk holds nobody knows, so that no other in the group may be acknowledged either.
            guard database.isInsideTransaction, !SQLFailure(sqlite: error).isOfTheFile else { throw error }
            try database.cachedStatement(sql: "ROLLBACK TO waiter").execute()
        }
        try database.cachedStatement(sql: "RELEASE waiter").execute()
    }
}

/// Holds a result between a job's two closures.
private final class Box<T: Sendable>: Sendable {
    let result = Mutex<Result<T, SQLFailure>?>(nil)
}
