internal import Synchronization

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Waits for notices of other nodes on a connection of its own, for as long as it lives.
///
/// A notice is only a hint that there is something to read; nothing relies on one. A connection that breaks is made again,
/// and since notices may have been lost meanwhile, that is a hint too.
public final class PostgreSQLListener: Sendable {
    /// What an operator may want to know.
    public enum Event: Sendable, Equatable {
        /// Notices arrive from now on.
        case listening
        /// The connection could not be made, or broke; another try follows.
        case failed(String)
        /// A pooler is in between, and notices do not pass it.
        case pooled
    }

    private let address: PostgreSQLAddress
    private let onEvent: @Sendable (Event) -> Void
    private let onHint: @Sendable () -> Void
    private let isStopped = Atomic(false)
    /// How long a wait lasts before it is looked whether to stop, in milliseconds.
    private static let pause: Int32 = 500

    /// Makes a listener; `start` begins.
    ///
    /// - Parameters:
    ///   - address: Where the server is, without a pooler in between.
    ///   - onEvent: Is told what an operator may want to know.
    ///   - onHint: Is called when there may be something to read.
    public init(
        _ address: PostgreSQLAddress,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in },
        onHint: @escaping @Sendable () -> Void
    ) {
        self.address = address
        self.onEvent = onEvent
        self.onHint = onHint
    }

    /// Begins to listen, on a thread of its own.
    public func start() {
        if !PostgreSQLThread.start({ self.live() }) { onEvent(.failed("no thread could be started")) }
    }

    /// Ends within half a second.
    public func stop() { isStopped.store(true, ordering: .relaxed) }

    private var mustStop: Bool { isStopped.load(ordering: .relaxed) }

    private func live() {
        var isFailing = false
        while !mustStop {
            do throws(PostgreSQLFailure) {
                let session = try PostgreSQLSession(address)
                let end = ContinuousClock.now + .seconds(3)
                let process = try session.run("SELECT pg_backend_pid()", until: end).last?.text(0)
                guard process == String(session.announcedProcessID) else { return onEvent(.pooled) }
                _ = try session.run("LISTEN \(PostgreSQLTransaction.channel)", until: end)
                onEvent(.listening)
                onHint()
                isFailing = false
                try listen(session)
            } catch {
                if !isFailing, !mustStop { onEvent(.failed(error.failure.reason)) }
                isFailing = true
                usleep(UInt32(Self.pause) * 1_000)
            }
        }
    }

    private func listen(_ session: PostgreSQLSession) throws(PostgreSQLFailure) {
        while !mustStop {
            var entry = pollfd(fd: session.descriptor, events: Int16(POLLIN), revents: 0)
            let count = poll(&entry, 1, Self.pause)
            if count > 0, try session.receiveNotices() { onHint() }
        }
    }
}
