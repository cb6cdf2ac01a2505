import JOSE
import Tracing

/// Spans as an OpenTelemetry collector takes them: `ExportTraceServiceRequest` of OTLP, in its JSON.
enum OTLPDocument {
    /// Writes spans of this server.
    static func text(_ spans: [RecordedSpan.Record]) -> String {
        let version = JSONValue.string(Tessera.version)
        let resource: JSONValue = [
            "attributes": [
                attribute("service.name", ["stringValue": "tessera"]),
                attribute("service.version", ["stringValue": version]),
            ]
        ]
        let scope: JSONValue = [
            "scope": ["name": "tessera", "version": version], "spans": .array(spans.map(span)),
        ]
        let document: JSONObject = ["resourceSpans": [["resource": resource, "scopeSpans": [scope]]]]
        return String(decoding: document.serialized(), as: UTF8.self)
    }

    private static func span(_ record: RecordedSpan.Record) -> JSONValue {
        var attributes: [JSONValue] = []
        record.attributes.forEach { name, value in
            if let value = json(value) { attributes.append(attribute(name, value)) }
        }
        var span: JSONObject = [
            "traceId": .string(record.trace.traceText), "spanId": .string(record.trace.spanText),
            "name": .string(record.name), "kind": .number(JSONNumber(kind(record.kind))),
            // 64-bit numbers are texts in protobuf's JSON.
            "startTimeUnixNano": .string("\(record.beganAt)"), "endTimeUnixNano": .string("\(record.endedAt)"),
            "attributes": .array(attributes), "status": record.isFailed ? ["code": 2] : [:],
        ]
        if let parent = record.parent { span["parentSpanId"] = .string(TraceContext.spanText(parent)) }
        return .object(span)
    }

    private static func attribute(_ name: String, _ value: JSONValue) -> JSONValue {
        ["key": .string(name), "value": value]
    }

    private static func json(_ attribute: SpanAttribute) -> JSONValue? {
        switch attribute {
        case .string(let text): ["stringValue": .string(text)]
        case .int32(let number): ["intValue": .string("\(number)")]
        case .int64(let number): ["intValue": .string("\(number)")]
        case .double(let number): ["doubleValue": .string("\(number)")]
        case .bool(let value): ["boolValue": .bool(value)]
        case .stringConvertible(let value): ["stringValue": .string("\(value)")]
        // Lists: the server sets none.
        default: nil
        }
    }

    private static func kind(_ kind: SpanKind) -> Int64 {
        switch kind {
        case .internal: 1
        case .server: 2
        case .client: 3
        case .producer: 4
        case .consumer: 5
        }
    }
}
