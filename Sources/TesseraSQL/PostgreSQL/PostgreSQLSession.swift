internal import CPostgreSQL
internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// A connection to a server, used by one thread.
///
/// Nothing on it waits for longer than it is told. No state is kept on the server between transactions and no statement
/// is named, so that each transaction may run on another of a pooler's connections.
final class PostgreSQLSession {
    private let handle: OpaquePointer
    private let warnings = Warnings()

    /// Connects, within `connect_timeout` for each address.
    /// - Throws: `disconnected`, with what libpq says, which names hosts, users and databases but never a password.
    init(_ address: PostgreSQLAddress) throws(PostgreSQLFailure) {
        let keywords = address.parameters.map { strdup($0.keyword) } + [nil]
        let values = address.parameters.map { strdup($0.value) } + [nil]
        defer { for text in keywords + values { free(text) } }
        let connection = PQconnectdbParams(keywords.map { UnsafePointer($0) }, values.map { UnsafePointer($0) }, 0)
        guard let connection else { throw .disconnected("there is not enough memory to connect") }
        guard PQstatus(connection) == CONNECTION_OK, PQsetnonblocking(connection, 1) == 0 else {
            let said = Self.message(connection)
            PQfinish(connection)
            throw .disconnected(said)
        }
        handle = connection
        PQsetNoticeReceiver(
            connection,
            { context, _ in
                guard let context else { return }
                Unmanaged<Warnings>.fromOpaque(context).takeUnretainedValue().count.add(1, ordering: .relaxed)
            },
            Unmanaged.passUnretained(warnings).toOpaque()
        )
    }

    deinit { PQfinish(handle) }

    /// Whether the connection still stands, as far as libpq knows.
    var isConnected: Bool { PQstatus(handle) == CONNECTION_OK }
    /// How often the server has warned; a commit that warns is none to rely on.
    var warningCount: Int { warnings.count.load(ordering: .relaxed) }
    /// The number of the server's process, as the start told it; a pooler tells a number of its own.
    var announcedProcessID: Int { Int(PQbackendPID(handle)) }
    /// What `poll(2)` can wait on.
    var descriptor: Int32 { PQsocket(handle) }

    /// Runs one statement with arguments; its rows come in binary.
    func run(
        _ sql: String,
        _ arguments: [SQLValue],
        until deadline: ContinuousClock.Instant
    ) throws(PostgreSQLFailure) -> PostgreSQLResult {
        let parameters: PostgreSQLParameters
        do throws(SQLFailure) {
            parameters = try PostgreSQLParameters(arguments)
        } catch {
            throw PostgreSQLFailure(.over, error)
        }
        guard parameters.send(sql, on: handle) else { throw .disconnected(Self.message(handle)) }
        guard let result = try results(until: deadline).last else { throw .disconnected("there was no answer") }
        return result
    }

    /// Runs statements without arguments in one round trip; their values come as text.
    func run(_ sql: String, until deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) -> [PostgreSQLResult] {
        guard PQsendQuery(handle, sql) == 1 else { throw .disconnected(Self.message(handle)) }
        return try results(until: deadline)
    }

    /// Reads what has come without being asked for; answers whether a notice of `NOTIFY` was among it.
    func receiveNotices() throws(PostgreSQLFailure) -> Bool {
        guard PQconsumeInput(handle) == 1 else { throw .disconnected("the connection was lost") }
        var isTold = false
        while let notice = PQnotifies(handle) {
            isTold = true
            PQfreemem(notice)
        }
        return isTold
    }

    private func results(until deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) -> [PostgreSQLResult] {
        try flush(until: deadline)
        var results: [PostgreSQLResult] = []
        var failure: PostgreSQLFailure?
        while true {
            while PQisBusy(handle) == 1 {
                try wait(for: POLLIN, until: deadline)
                guard PQconsumeInput(handle) == 1 else { throw .disconnected("the connection was lost") }
            }
            guard let next = PQgetResult(handle) else { break }
            let result = PostgreSQLResult(next)
            if let found = result.failure, failure == nil { failure = found }
            results.append(result)
            // A server that goes away says why, and then says no more.
            if !isConnected { break }
        }
        if !isConnected { throw .disconnected(failure?.failure.reason ?? "the connection was lost") }
        if let failure { throw failure }
        return results
    }

    private func flush(until deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                try wait(for: POLLIN | POLLOUT, until: deadline)
                guard PQconsumeInput(handle) == 1 else { throw .disconnected("the connection was lost") }
            default: throw .disconnected("the connection was lost")
            }
        }
    }

    private func wait(for events: Int32, until deadline: ContinuousClock.Instant) throws(PostgreSQLFailure) {
        while true {
            let left = (deadline - ContinuousClock.now).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { throw .disconnected("there was no answer in time") }
            var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            let count = poll(&entry, 1, Int32(clamping: milliseconds))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw .disconnected("the connection was lost") }
        }
    }

    /// libpq's last message on one line.
    private static func message(_ connection: OpaquePointer) -> String {
        let lines = String(cString: PQerrorMessage(connection)).split(whereSeparator: \.isNewline)
        return lines.map { $0.drop { $0 == "\t" || $0 == " " } }.joined(separator: "; ")
    }
}

/// Counts the server's warnings.
private final class Warnings: Sendable {
    let count = Atomic(0)
}
