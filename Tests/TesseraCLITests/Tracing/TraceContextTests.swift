import Testing
import Tracing

@testable import TesseraCLI

/// The `traceparent` field (W3C Trace Context §3.2).
@Suite struct TraceContextTests {
    private let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    private let span = "00f067aa0ba902b7"

    @Test func `a traceparent is read, and written as it was`() throws {
        let text = "00-\(trace)-\(span)-01"
        let context = try #require(TraceContext(traceparent: text))
        #expect(context.traceText == trace)
        #expect(context.spanText == span)
        #expect(context.isSampled)
        #expect(context.traceparent == text)
        #expect(TraceContext(traceparent: "00-\(trace)-\(span)-00")?.isSampled == false)
        // Flags that nobody knows yet change nothing, and a later version may say more.
        #expect(TraceContext(traceparent: "00-\(trace)-\(span)-03")?.isSampled == true)
        #expect(TraceContext(traceparent: "cc-\(trace)-\(span)-01-what-the-future-has") == context)
    }

    @Test func `a traceparent that is not one is not believed`() {
        let zeros = String(repeating: "0", count: 32)
        for text in [
            "", "00", "00-\(trace)-\(span)", "00-\(trace)-\(span)-1", "00-\(trace)-\(span)-01-more",
            "00-\(zeros)-\(span)-01", "00-\(trace)-\(zeros.prefix(16))-01", "ff-\(trace)-\(span)-01",
            "00-\(trace.uppercased())-\(span)-01", "00-\(trace)0-\(span)-01", "00-\(trace.dropLast())g-\(span)-01",
            " 00-\(trace)-\(span)-01", "00-\(trace)-\(span)-01 ", "00_\(trace)_\(span)_01",
            "00-\(trace)-\(span)-0\u{661}",
        ] {
            #expect(TraceContext(traceparent: text) == nil, "\(text)")
        }
    }
}
