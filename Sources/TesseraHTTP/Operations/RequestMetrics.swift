internal import HTTPTypes
internal import Hummingbird
internal import Metrics
internal import Synchronization

/// Counts requests and times them, by route and kind of status: labels that no request can make more of.
final class RequestMetrics: Sendable {
    private struct Key: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private struct Series {
        let requests: Counter
        let duration: Metrics.Timer
    }

    let factory: any MetricsFactory
    private let inFlight: Meter
    private let series = Mutex<[Key: Series]>([:])

    init(factory: any MetricsFactory) {
        self.factory = factory
        self.inFlight = Meter(label: "tessera_http_requests_in_flight", dimensions: [], factory: factory)
    }

    func began() { inFlight.increment() }

    /// A request that was none: no route, no status.
    func failed() { inFlight.decrement() }

    func ended(_ method: HTTPRequest.Method, route: String?, status: HTTPResponse.Status, duration: Duration) {
        inFlight.decrement()
        // Hummingbird's name for what no route matches is no path.
        let isRoute = route?.first == "/"
        let key = Key(
            route: isRoute ? route ?? "unmatched" : "unmatched",
            method: Self.known.contains(method) ? method.rawValue : "other",
            status: status.code / 100
        )
        let series = series.withLock { [factory] known in
            if let series = known[key] { return series }
            let made = Series(
                requests: Counter(
                    label: "tessera_http_requests_total",
                    dimensions: [("method", key.method), ("route", key.route), ("status", "\(key.status)xx")],
                    factory: factory
                ),
                duration: Metrics.Timer(
                    label: "tessera_http_request_duration_seconds",
                    dimensions: [("method", key.method), ("route", key.route)],
                    factory: factory
                )
            )
            known[key] = made
            return made
        }
        series.requests.increment()
        series.duration.record(duration: duration)
    }

    private static let known: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]
}
