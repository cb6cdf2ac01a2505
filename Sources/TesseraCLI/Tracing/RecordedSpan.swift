import Synchronization
import Tracing

/// A span while its work is done; when it ends it is handed to the exporter, if its trace is recorded.
final class RecordedSpan: Span {
    let context: ServiceContext
    /// Whether anything of it is kept.
    var isRecording: Bool { exporter != nil && !state.withLock { $0.hasEnded } }

    /// What is known of a span.
    struct Record: Sendable {
        let trace: TraceContext
        /// The span it is under; nil for the first of its trace.
        let parent: UInt64?
        let kind: SpanKind
        var name: String
        let beganAt: UInt64
        var endedAt: UInt64 = 0
        var attributes = SpanAttributes()
        var isFailed = false
    }

    private struct State {
        var record: Record
        var hasEnded = false
    }

    /// Guards what is known so far.
    private let state: Mutex<State>
    private let exporter: SpanExporter?

    init(_ record: Record, context: ServiceContext, exporter: SpanExporter?) {
        state = Mutex(State(record: record))
        self.context = context
        self.exporter = exporter
    }

    var operationName: String {
        get { state.withLock { $0.record.name } }
        set { state.withLock { $0.record.name = newValue } }
    }

    var attributes: SpanAttributes {
        get { state.withLock { $0.record.attributes } }
        set { state.withLock { $0.record.attributes = newValue } }
    }

    func setStatus(_ status: SpanStatus) {
        state.withLock { $0.record.isFailed = status.code == .error }
    }

    func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        let end = instant().nanosecondsSinceEpoch
        let record = state.withLock { state -> Record? in
            guard !state.hasEnded else { return nil }
            state.hasEnded = true
            state.record.endedAt = end
            return state.record
        }
        if let record { exporter?.take(record) }
    }

    /// What an error says is for the log: it may hold what nobody should read in a trace.
    func recordError<Instant: TracerInstant>(
        _ error: any Error,
        attributes: SpanAttributes,
        at instant: @autoclosure () -> Instant
    ) {
        state.withLock { $0.record.isFailed = true }
    }

    // The server adds neither.
    func addEvent(_ event: SpanEvent) {}
    func addLink(_ link: SpanLink) {}
}
