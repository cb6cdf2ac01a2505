import Tracing

/// Which trace a span belongs to, and under which span: what a `traceparent` field carries (W3C Trace Context §3.2).
struct TraceContext: Sendable, Hashable {
    /// The trace: sixteen bytes, not all zero.
    let trace: UInt128
    /// The span that others are under: eight bytes, not all zero.
    let span: UInt64
    /// Whether the trace is recorded.
    let isSampled: Bool

    /// `00-TRACE-SPAN-FLAGS`, in lower-case hexadecimal.
    var traceparent: String { "00-\(traceText)-\(spanText)-\(isSampled ? "01" : "00")" }
    /// The trace's 32 digits.
    var traceText: String { Self.digits(trace, count: 32) }
    /// The span's 16 digits.
    var spanText: String { Self.spanText(span) }

    /// A span's 16 digits.
    static func spanText(_ span: UInt64) -> String { digits(UInt128(span), count: 16) }

    private static func digits(_ value: UInt128, count: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(count - text.utf8.count, 0)) + text
    }
}

extension TraceContext {
    /// Reads a `traceparent` field; nil for one that must not be believed.
    ///
    /// A version above 00 may have more behind its four parts, `ff` is none (§3.2.4).
    init?(traceparent text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count >= 4, let version = Self.number(parts[0], digits: 2), version != 0xFF,
            version > 0 || parts.count == 4,
            let trace = Self.number(parts[1], digits: 32), trace != 0,
            let span = Self.number(parts[2], digits: 16), span != 0,
            let flags = Self.number(parts[3], digits: 2)
        else { return nil }
        self.init(trace: trace, span: UInt64(truncatingIfNeeded: span), isSampled: flags & 1 == 1)
    }

    /// Lower-case digits alone, and just so many.
    private static func number(_ text: Substring.UTF8View, digits: Int) -> UInt128? {
        guard text.count == digits else { return nil }
        var value: UInt128 = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt128(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt128(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}

extension ServiceContext {
    private enum Key: ServiceContextKey {
        typealias Value = TraceContext
        static let nameOverride: String? = "tessera-trace"
    }

    /// The trace that is going on.
    var trace: TraceContext? {
        get { self[Key.self] }
        set { self[Key.self] = newValue }
    }
}
