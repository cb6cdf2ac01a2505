import Metrics
import Testing

@testable import TesseraHTTP

struct PrometheusMetricsTests {
    @Test func `counters, gauges and histograms are written as Prometheus reads them`() {
        let metrics = PrometheusMetrics(help: ["logins_total": "Log-ins."])
        let counter = metrics.makeCounter(label: "logins_total", dimensions: [("outcome", "ok")])
        counter.increment(by: 2)
        metrics.makeCounter(label: "logins_total", dimensions: [("outcome", "ok")]).increment(by: 1)
        metrics.makeMeter(label: "queue.depth", dimensions: []).set(2.5)
        let timer = metrics.makeTimer(label: "seconds", dimensions: [("a", "b")])
        timer.recordNanoseconds(3_000_000)
        timer.recordNanoseconds(20_000_000_000)
        let lines = metrics.exposition.split(separator: "\n").map(String.init)
        #expect(lines.contains("# HELP logins_total Log-ins."))
        #expect(lines.contains("# TYPE logins_total counter"))
        #expect(lines.contains("logins_total{outcome=\"ok\"} 3"))
        #expect(lines.contains("# TYPE queue_depth gauge"))
        #expect(lines.contains("queue_depth 2.5"))
        #expect(lines.contains("# TYPE seconds histogram"))
        #expect(lines.contains("seconds_bucket{a=\"b\",le=\"0.0025\"} 0"))
        #expect(lines.contains("seconds_bucket{a=\"b\",le=\"0.005\"} 1"))
        #expect(lines.contains("seconds_bucket{a=\"b\",le=\"+Inf\"} 2"))
        #expect(lines.contains("seconds_sum{a=\"b\"} 20.003"))
        #expect(lines.contains("seconds_count{a=\"b\"} 2"))
        #expect(metrics.exposition.hasSuffix("\n"))
    }

    @Test func `what is no duration is counted in buckets of its own`() {
        let metrics = PrometheusMetrics()
        metrics.makeRecorder(label: "writes", dimensions: [], aggregate: true).record(Int64(3))
        metrics.makeRecorder(label: "wait_seconds", dimensions: [], aggregate: true).record(0.003)
        #expect(metrics.exposition.contains("writes_bucket{le=\"2\"} 0\nwrites_bucket{le=\"4\"} 1\n"))
        #expect(metrics.exposition.contains("wait_seconds_bucket{le=\"0.005\"} 1\n"))
    }

    @Test func `labels have one order and cannot break a line`() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "c", dimensions: [("b", "1"), ("a", "x\"\\\ny")]).increment(by: 1)
        metrics.makeCounter(label: "c", dimensions: [("a", "x\"\\\ny"), ("b", "1")]).increment(by: 1)
        #expect(metrics.exposition.contains("c{a=\"x\\\"\\\\\\ny\",b=\"1\"} 2\n"))
    }

    @Test func `a metric cannot grow without bound`() {
        let metrics = PrometheusMetrics()
        for index in 0..<2000 {
            metrics.makeCounter(label: "c", dimensions: [("who", "\(index)")]).increment(by: 1)
        }
        let lines = metrics.exposition.split(separator: "\n")
        #expect(lines.count < 520)
        #expect(lines.contains { $0.hasPrefix("c{overflow=\"true\"} ") })
    }

    @Test func `a name with two meanings keeps the first`() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "x", dimensions: []).increment(by: 1)
        metrics.makeMeter(label: "x", dimensions: []).set(7.0)
        #expect(metrics.exposition.contains("x 1\n"))
        #expect(!metrics.exposition.contains("x 7"))
    }
}
