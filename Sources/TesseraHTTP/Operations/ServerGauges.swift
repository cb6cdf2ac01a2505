internal import Hummingbird
internal import Metrics
internal import NIOCore
internal import TesseraCore

/// `GET /metrics`: what was counted, and what can be read at the moment of asking.
///
/// Nothing is asked of the database here: metrics must come when it does not.
struct ServerGauges: Sendable {
    private let domain: Domain
    private let followers: Followers
    private let tls: TLSCredentials?
    private let metrics: PrometheusMetrics
    private let waiting: any MeterHandler
    private let running: any MeterHandler
    private let revocations: any MeterHandler
    private let following: any MeterHandler
    private let doubt: any MeterHandler
    private let certificateExpiry: (any MeterHandler)?
    private let process: ProcessGauges
    let stored: StoredGauges

    init(
        domain: Domain,
        followers: Followers,
        tls: TLSCredentials?,
        metrics: PrometheusMetrics,
        version: String
    ) {
        self.domain = domain
        self.followers = followers
        self.tls = tls
        self.metrics = metrics
        self.waiting = metrics.makeMeter(label: "tessera_password_hashes_waiting", dimensions: [])
        self.running = metrics.makeMeter(label: "tessera_password_hashes_running", dimensions: [])
        self.revocations = metrics.makeMeter(label: "tessera_revocations_live", dimensions: [])
        self.following = metrics.makeMeter(label: "tessera_feed_followers", dimensions: [])
        self.doubt = metrics.makeMeter(label: "tessera_clock_in_doubt", dimensions: [])
        self.certificateExpiry = tls.map { _ in
            metrics.makeMeter(label: "tessera_tls_certificate_expiry_timestamp_seconds", dimensions: [])
        }
        self.process = ProcessGauges(metrics: metrics)
        self.stored = StoredGauges(domain: domain, metrics: metrics)
        metrics.makeMeter(label: "tessera_build_info", dimensions: [("version", version)]).set(Int64(1))
    }

    func response() -> Response {
        let load = domain.passwords.load
        waiting.set(Int64(load.waiting))
        running.set(Int64(load.running))
        revocations.set(Int64(domain.revocations.count))
        following.set(Int64(followers.count))
        doubt.set(Int64(domain.clock.doubt == nil ? 0 : 1))
        if let tls { certificateExpiry?.set(tls.expiresAt.seconds) }
        process.update()
        stored.update()
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.exposition))
        )
    }
}
