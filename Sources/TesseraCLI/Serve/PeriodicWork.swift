import Logging
import ServiceLifecycle
import TesseraCore

/// Lets the domain do what falls due with time, every minute until the server stops.
struct PeriodicWork: Service {
    let domain: Domain
    var interval = Duration.seconds(60)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: interval)) != nil { await domain.tick() }
        }
    }
}

/// Checks the file after a run that was cut off, beside the requests.
struct CheckAfterCrash: Service {
    let data: OpenedData
    let logger: Logger

    func run() async throws {
        await data.check(logger)
        try await gracefulShutdown()
    }
}

/// Seals audit rows soon after they were written, beside the requests that wrote them.
struct AuditSealer: Service {
    let audit: AuditTrail

    func run() async throws {
        await cancelWhenGracefulShutdown { await audit.run() }
    }
}
