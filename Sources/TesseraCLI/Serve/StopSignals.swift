import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// SIGTERM and SIGINT: the first stops the server gracefully, the second at once.
///
/// At once is safe: what was acknowledged is on the disk already, and the kernel drops the lock.
struct StopSignals {
    private let sources: [any DispatchSourceSignal]

    /// Listens from now on, and as long as the value lives.
    init(onFirst: @escaping @Sendable () -> Void) {
        let received = Received()
        sources = [SIGTERM, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInitiated))
            source.setEventHandler {
                if received.isFirst() { onFirst() } else { _exit(128 + number) }
            }
            source.activate()
            return source
        }
    }

    private final class Received: Sendable {
        private let any = Atomic(false)

        func isFirst() -> Bool { !any.exchange(true, ordering: .relaxed) }
    }
}
