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

/// Seals audit rows soon after they were written, beside the requests that wrote them.
struct AuditSealing: Service {
    let audit: AuditTrail

    func run() async throws {
        await cancelWhenGracefulShutdown { await audit.run() }
    }
}
