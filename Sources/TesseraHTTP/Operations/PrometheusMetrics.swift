public import Metrics
internal import Synchronization

/// Keeps all metrics of the process in memory and writes them as Prometheus text.
///
/// ```swift
/// let metrics = PrometheusMetrics()
/// MetricsSystem.bootstrap(metrics)
/// metrics.exposition        // "# HELP tessera_http_requests_total …"
/// ```
/// A metric keeps at most a fixed number of label sets; what comes after them is counted together under
/// `overflow="true"`, so that no caller can fill the memory.
public final class PrometheusMetrics: MetricsFactory {
    private static let maximumSeries = 512
    private static let maximumFamilies = 512

    private let families = Mutex<[String: MetricFamily]>([:])
    private let help: [String: String]

    /// Makes an empty registry.
    ///
    /// - Parameter help: What metrics mean, by name, beside those that Tessera knows itself.
    public init(help: [String: String] = [:]) {
        self.help = MetricCatalog.help.merging(help) { $1 }
    }

    /// All metrics in the text format of Prometheus, version 0.0.4.
    public var exposition: String {
        let snapshot = families.withLock { $0.values.sorted { $0.name < $1.name } }
        var text = ""
        for family in snapshot {
            text += "# HELP \(family.name) \(help[family.name] ?? family.name)\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name: family.name, labels: labels, to: &text)
            }
        }
        return text
    }

    /// The series for a name and its labels: the same one each time.
    private func series<Series: MetricSeries>(
        _ label: String,
        _ dimensions: [(String, String)],
        make: () -> Series
    ) -> Series? {
        let name = MetricText.name(label)
        let labels = MetricText.labels(dimensions)
        return families.withLock { families in
            if families[name] == nil {
                guard families.count < Self.maximumFamilies else { return nil }
                families[name] = MetricFamily(name: name, kind: Series.kind)
            }
            // One name with two meanings cannot be written; the first stays.
            guard let family = families[name], family.kind == Series.kind else { return nil }
            let key =
                family.series[labels] != nil || family.series.count < Self.maximumSeries ? labels : "overflow=\"true\""
            if let known = family.series[key] { return known as? Series }
            let made = make()
            families[name]?.series[key] = made
            return made
        }
    }

    /// Makes or finds a counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions) { CounterSeries() } ?? CounterSeries()
    }

    /// Makes or finds a counter of fractions.
    public func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, dimensions) { FractionCounterSeries() } ?? FractionCounterSeries()
    }

    /// Makes or finds a gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions) { GaugeSeries() } ?? GaugeSeries()
    }

    /// Makes or finds a histogram, or a gauge where values are not to be aggregated.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate {
            let bounds = label.hasSuffix("_seconds") ? HistogramSeries.seconds : HistogramSeries.numbers
            return series(label, dimensions) { HistogramSeries(bounds: bounds) } ?? HistogramSeries(bounds: bounds)
        } else {
            return series(label, dimensions) { GaugeSeries() } ?? GaugeSeries()
        }
    }

    /// Makes or finds a histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let bounds = HistogramSeries.seconds
        return series(label, dimensions) { HistogramSeries(bounds: bounds) } ?? HistogramSeries(bounds: bounds)
    }

    /// Does nothing: a series lives as long as the process.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Does nothing: a series lives as long as the process.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Does nothing: a series lives as long as the process.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Does nothing: a series lives as long as the process.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Does nothing: a series lives as long as the process.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
