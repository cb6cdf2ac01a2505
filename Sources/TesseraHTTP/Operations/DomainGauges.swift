internal import Hummingbird
internal import Metrics
internal import NIOCore
internal import TesseraCore

/// `GET /metrics`: what was counted, and what can be read at the moment of asking.
struct DomainGauges: Sendable {
    private let domain: Domain
    private let followers: Followers
    private let metrics: PrometheusMetrics
    private let waiting: any MeterHandler
    private let running: any MeterHandler
    private let revocations: any MeterHandler
    private let following: any MeterHandler

    init(domain: Domain, followers: Followers, metrics: PrometheusMetrics, version: String) {
        self.domain = domain
        self.followers = followers
        self.metrics = metrics
        self.waiting = metrics.makeMeter(label: "tessera_password_hashes_waiting", dimensions: [])
        self.running = metrics.makeMeter(label: "tessera_password_hashes_running", dimensions: [])
        self.revocations = metrics.makeMeter(label: "tessera_revocations_live", dimensions: [])
        self.following = metrics.makeMeter(label: "tessera_feed_followers", dimensions: [])
        metrics.makeMeter(label: "tessera_build_info", dimensions: [("version", version)]).set(Int64(1))
    }

    func response() -> Response {
        let load = domain.passwords.load
        waiting.set(Int64(load.waiting))
        running.set(Int64(load.running))
        revocations.set(Int64(domain.revocations.count))
        following.set(Int64(followers.count))
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.exposition))
        )
    }
}
