internal import Metrics
internal import Synchronization

/// All series of one metric.
struct MetricFamily: Sendable {
    let name: String
    let kind: MetricKind
    var series: [String: any MetricSeries] = [:]
}

/// The kinds of metric that Prometheus knows and we use.
enum MetricKind: String, Sendable {
    case counter
    case gauge
    case histogram
}

/// One metric with one set of labels.
protocol MetricSeries: AnyObject, Sendable {
    static var kind: MetricKind { get }
    func write(name: String, labels: String, to text: inout String)
}

/// A count that only grows.
final class CounterSeries: MetricSeries, CounterHandler {
    static var kind: MetricKind { .counter }
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) { value.wrappingAdd(amount, ordering: .relaxed) }
    func reset() { value.store(0, ordering: .relaxed) }

    func write(name: String, labels: String, to text: inout String) {
        text += MetricText.line(name, labels, "\(value.load(ordering: .relaxed))")
    }
}

/// A sum of fractions that only grows.
final class FractionCounterSeries: MetricSeries, FloatingPointCounterHandler {
    static var kind: MetricKind { .counter }
    private let value = Mutex<Double>(0)

    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func reset() { value.withLock { $0 = 0 } }

    func write(name: String, labels: String, to text: inout String) {
        text += MetricText.line(name, labels, MetricText.number(value.withLock { $0 }))
    }
}

/// A value that goes up and down.
final class GaugeSeries: MetricSeries, MeterHandler, RecorderHandler {
    static var kind: MetricKind { .gauge }
    private let value = Mutex<Double>(0)

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { value.withLock { $0 += amount } }
    func decrement(by amount: Double) { value.withLock { $0 -= amount } }
    func record(_ value: Int64) { set(Double(value)) }
    func record(_ value: Double) { set(value) }

    func write(name: String, labels: String, to text: inout String) {
        text += MetricText.line(name, labels, MetricText.number(value.withLock { $0 }))
    }
}

/// How values are distributed; for a timer in seconds.
final class HistogramSeries: MetricSeries, TimerHandler, RecorderHandler {
    static var kind: MetricKind { .histogram }

    /// The upper bounds for durations, in seconds.
    static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    /// Those for how many there were.
    static let numbers = [1.0, 2, 4, 8, 16, 32, 64, 128, 256]

    private struct State {
        var counts: [UInt64]
        var sum = 0.0
        var count: UInt64 = 0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        self.state = Mutex(State(counts: [UInt64](repeating: 0, count: bounds.count)))
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        let bucket = bounds.firstIndex { value <= $0 }
        state.withLock { state in
            if let bucket { state.counts[bucket] &+= 1 }
            state.sum += value
            state.count &+= 1
        }
    }

    func write(name: String, labels: String, to text: inout String) {
        let state = state.withLock { $0 }
        let prefix = labels.isEmpty ? "" : labels + ","
        var cumulative: UInt64 = 0
        for (bound, count) in zip(bounds, state.counts) {
            cumulative &+= count
            text += MetricText.line("\(name)_bucket", "\(prefix)le=\"\(MetricText.number(bound))\"", "\(cumulative)")
        }
        text += MetricText.line("\(name)_bucket", "\(prefix)le=\"+Inf\"", "\(state.count)")
        text += MetricText.line("\(name)_sum", labels, MetricText.number(state.sum))
        text += MetricText.line("\(name)_count", labels, "\(state.count)")
    }
}
