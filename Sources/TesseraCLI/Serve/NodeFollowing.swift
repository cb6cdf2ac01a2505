import Logging
import ServiceLifecycle
import TesseraCore
import TesseraSQL

/// Follows what other nodes and commands write to the database, until the server stops.
struct NodeFollowing: Service {
    let domain: Domain
    /// Where notices come from.
    let address: PostgreSQLAddress
    let logger: Logger
    /// How long a change takes at most to be read, whatever becomes of its notice.
    var interval = Duration.seconds(1)

    func run() async throws {
        let nodes = OtherNodes(domain)
        let (hints, source) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let listener = PostgreSQLListener(address) { [logger] event in
            Self.log(event, logger)
        } onHint: {
            source.yield()
        }
        listener.start()
        defer { listener.stop() }
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !Task.isCancelled {
                        await nodes.poll()
                        try? await Task.sleep(for: interval)
                    }
                }
                group.addTask {
                    for await _ in hints {
                        await nodes.poll()
                        // A hundred notices a second are worth ten readings.
                        try? await Task.sleep(for: .milliseconds(100))
                    }
                }
            }
        }
    }

    private static func log(_ event: PostgreSQLListener.Event, _ logger: Logger) {
        switch event {
        case .listening: logger.debug("listening for notices of other nodes")
        case .failed(let reason):
            logger.warning(
                "notices of other nodes do not arrive; their changes are read every second",
                metadata: ["reason": "\(reason)"]
            )
        case .pooled:
            logger.notice(
                """
                a pooler is in front of the database, and notices of other nodes do not pass it: their changes are read \
                every second; set database_direct to hear of them at once
                """
            )
        }
    }
}
