internal import TesseraCore

/// One attempt to run a closure in a transaction, and what came of it.
struct PostgreSQLTransaction {
    /// What the closure may do.
    enum Mode: Sendable {
        /// Read, on one snapshot.
        case reading
        /// Read and write, at READ COMMITTED.
        case writing
    }

    /// What came of an attempt.
    enum Outcome {
        /// Durable, and answered.
        case committed
        /// What was read has been answered, but the connection is no good any more.
        case answered
        /// Nothing is left behind.
        case failed(SQLFailure)
        /// Nothing is left behind, and it may be run again, this often at most: at once over a new connection, or after a
        /// pause.
        case repeatable(SQLFailure, needsConnection: Bool, times: Int = .max)
        /// Nobody knows, or the time is over; the connection is no good any more.
        case lost(SQLFailure)
    }

    /// Tells other nodes that there is something to read; the channel's name is known to the listener.
    static let channel = "tessera"

    let session: PostgreSQLSession
    let mode: Mode
    let limits: PostgreSQLLimits
    let notices: NoticeRate
    let metrics: CommitMetrics?

    /// Runs the closure; `answer` is called once its result may be told.
    func run(
        _ body: (PostgreSQLConnection) throws -> Void,
        answer: () -> Void
    ) -> Outcome {
        let end = ContinuousClock.now + limits.transaction
        let connection = PostgreSQLConnection(session: session, limits: limits, end: end)
        do throws(PostgreSQLFailure) {
            let opened = try session.run(limits.opening(mode), until: connection.deadline)
            // Behind a pooler or an address that moves, the server of a moment ago may be a replica by now.
            guard opened.last?.text(3) == "primary" else {
                let reason = "PostgreSQL: this server is a replica; the primary must be found"
                throw PostgreSQLFailure(.wrongServer, SQLFailure(.unavailable, reason))
            }
        } catch {
            return outcome(of: error, isAnswered: false)
        }
        do {
            try body(connection)
        } catch {
            if let failure = connection.failure { return giveUp(failure) }
            return giveUp(PostgreSQLFailure(.over, SQLFailure(foreign: error)))
        }
        // A statement failed and the closure went on regardless: the server has taken everything back.
        if let failure = connection.failure { return giveUp(failure) }
        switch mode {
        case .reading:
            answer()
            let closed = Result { () throws(PostgreSQLFailure) in try session.run("COMMIT", until: connection.deadline)
            }
            if case .failure = closed { return .answered }
            return .committed
        case .writing:
            let start = ContinuousClock.now
            let outcome = commit(connection)
            let isDurable = if case .committed = outcome { true } else { false }
            metrics?.record(1, ContinuousClock.now - start, hasFailed: !isDurable)
            if isDurable { answer() }
            return outcome
        }
    }

    private func commit(_ connection: PostgreSQLConnection) -> Outcome {
        let notice = connection.mustAnnounce && notices.take() ? "SELECT pg_notify('\(Self.channel)', ''); " : ""
        let warnings = session.warningCount
        FaultPoint.commitStarting.reach()
        do throws(PostgreSQLFailure) {
            let results = try session.run(notice + "COMMIT", until: connection.end)
            FaultPoint.commitDone.reach()
            guard results.last?.tag == "COMMIT" else {
                return .failed(SQLFailure(.unavailable, "PostgreSQL took the transaction back"))
            }
            // A wait for the synchronous standby that was cut short ends in a warning: the commit may not outlive the
            // primary.
            guard session.warningCount == warnings else {
                return .lost(
                    SQLFailure(.unavailable, "PostgreSQL warned about the commit; it may not be on the standby")
                )
            }
        } catch {
            switch error.consequence {
            case .disconnected:
                let reason = "PostgreSQL: the connection was lost during a commit, whose outcome is unknown"
                return .lost(SQLFailure(.unavailable, reason))
            case .over, .repeatable, .repeatableOnce, .wrongServer: return giveUp(error)
            }
        }
        return .committed
    }

    /// Takes back what is there, where the server has not done so yet.
    private func giveUp(_ failure: PostgreSQLFailure) -> Outcome {
        guard session.isConnected, failure.consequence != .disconnected else {
            return outcome(of: failure, isAnswered: false)
        }
        do throws(PostgreSQLFailure) {
            _ = try session.run("ROLLBACK", until: ContinuousClock.now + .seconds(1))
        } catch {
            // Whatever it was: without a connection nothing was committed.
            return .lost(failure.failure)
        }
        return outcome(of: failure, isAnswered: true)
    }

    private func outcome(of failure: PostgreSQLFailure, isAnswered: Bool) -> Outcome {
        switch failure.consequence {
        case .over: isAnswered ? .failed(failure.failure) : .lost(failure.failure)
        case .repeatable: .repeatable(failure.failure, needsConnection: !isAnswered)
        case .repeatableOnce: .repeatable(failure.failure, needsConnection: !isAnswered, times: 1)
        case .disconnected, .wrongServer: .repeatable(failure.failure, needsConnection: true)
        }
    }
}

extension SQLFailure {
    /// A closure's own failure.
    fileprivate init(foreign error: any Error) {
        self = error as? SQLFailure ?? SQLFailure(.defect, "\(type(of: error))")
    }
}
