import JOSE
import Tracing

/// Spans as an OpenTelemetry collector takes them: `ExportTraceServiceRequest` of OTLP, in its JSON.
enum OTLPDocument {
    /// Writes spans of this server.
    static func text(_ spans: [RecordedSpan.Record], version: String) -> String {
        let resource: JSONValue = [
            "attributes": [
                attribute("service.name", .string("tessera")), attribute("service.version", .string(version)),
            ]
        ]
        let scope: JSONValue = [
            "scope": ["name": "tessera", "version": .string(version)], "spans": .array(spans.map(span)),
        ]
        let document: JSONObject = ["resourceSpans": [["resource": resource, "scopeSpans": [scope]]]]
        return String(decoding: document.serialized(), as: UTF8.self)
    }

    private static func span(_ record: RecordedSpan.Record) -> JSONValue {
        var attributes: [JSONValue] = []
        record.attributes.forEach { name, value in
            if let text = text(of: value) { attributes.append(attribute(name, text)) }
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

    private enum Value {
        case string(String)
        case integer(Int64)
        case double(Double)
        case boolean(Bool)
    }

    private static func attribute(_ name: String, _ value: Value) -> JSONValue {
        let json: JSONValue =
            switch value {
            case .string(let text): ["stringValue": .string(text)]
            case .integer(let number): ["intValue": .string("\(number)")]
            case .double(let number): ["doubleValue": .string("\(number)")]
            case .boolean(let value): ["boolValue": .bool(value)]
            }
        return ["key": .string(name), "value": json]
    }

    private static func text(of attribute: SpanAttribute) -> Value? {
        switch attribute {
        case .string(let text): .string(text)
        case .int32(let number): .integer(Int64(number))
        case .int64(let number): .integer(number)
        case .double(let number): .double(number)
        case .bool(let value): .boolean(value)
        case .stringConvertible(let value): .string("\(value)")
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
