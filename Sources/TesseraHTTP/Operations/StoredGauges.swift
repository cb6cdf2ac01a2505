internal import Metrics
internal import ServiceLifecycle
internal import Synchronization
internal import TesseraCore

/// Gauges of what stands in the database: read now and then, and shown as they were read last.
final class StoredGauges: Sendable {
    private struct Facts {
        var activeFrom: Timestamp?
        var latestBackup: Timestamp?
    }

    private let domain: Domain
    private let metrics: PrometheusMetrics
    /// Guards what was read last.
    private let facts = Mutex(Facts())

    init(domain: Domain, metrics: PrometheusMetrics) {
        self.domain = domain
        self.metrics = metrics
    }

    /// Reads; what cannot be read stays as it was.
    func read() async {
        if let keys = try? await domain.keyRing.list() {
            let active = keys.first { $0.state == .active }
            facts.withLock { $0.activeFrom = active?.activeFrom }
        }
        if let backup = try? await domain.storage.latestBackup() {
            facts.withLock { $0.latestBackup = backup }
        }
    }

    /// Brings the gauges up to date; one that has nothing to say is not there.
    func update() {
        let facts = facts.withLock { $0 }
        if let activeFrom = facts.activeFrom {
            metrics.makeMeter(label: "tessera_signing_key_age_seconds", dimensions: [])
                .set(max(0, domain.clock.now().milliseconds(since: activeFrom)) / 1000)
        }
        if let backup = facts.latestBackup {
            metrics.makeMeter(label: "tessera_backup_latest_timestamp_seconds", dimensions: []).set(backup.seconds)
        }
    }
}

/// Reads them at the start and every half minute.
struct StoredGaugesSampling: Service {
    let gauges: ServerGauges
    var interval = Duration.seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            repeat {
                await gauges.stored.read()
            } while (try? await Task.sleep(for: interval)) != nil
        }
    }
}
