import Tracing

/// Begins spans that go to an OpenTelemetry collector.
///
/// A request that brings a `traceparent` goes on with that trace and its decision; for others one in so many is recorded.
struct OTLPTracer: Tracer {
    let exporter: SpanExporter
    /// The share of traces begun here that are recorded, from 0 to 1.
    let ratio: Double

    func startSpan<Instant: TracerInstant>(
        _ operationName: String,
        context: @autoclosure () -> ServiceContext,
        ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant,
        function: String,
        file fileID: String,
        line: UInt
    ) -> RecordedSpan {
        var context = context()
        let parent = context.trace
        let trace = parent?.trace ?? UInt128.random(in: 1 ... .max)
        let current = TraceContext(
            trace: trace,
            span: UInt64.random(in: 1 ... .max),
            isSampled: parent?.isSampled ?? isChosen(trace)
        )
        context.trace = current
        let record = RecordedSpan.Record(
            trace: current,
            parent: parent?.span,
            kind: kind,
            name: operationName,
            beganAt: instant().nanosecondsSinceEpoch
        )
        return RecordedSpan(record, context: context, exporter: current.isSampled ? exporter : nil)
    }

    /// Chosen by the trace's own lower bytes, which were made by chance.
    private func isChosen(_ trace: UInt128) -> Bool {
        ratio >= 1 || Double(UInt64(truncatingIfNeeded: trace) & (1 << 56 - 1)) < ratio * Double(1 << 56)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier,
        into context: inout ServiceContext,
        using extractor: Extract
    ) where Extract.Carrier == Carrier {
        context.trace = extractor.extract(key: "traceparent", from: carrier).flatMap(TraceContext.init(traceparent:))
    }

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext,
        into carrier: inout Carrier,
        using injector: Inject
    ) where Inject.Carrier == Carrier {
        if let trace = context.trace { injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier) }
    }

    /// The exporter sends by itself, and at the end.
    func forceFlush() {}
}
