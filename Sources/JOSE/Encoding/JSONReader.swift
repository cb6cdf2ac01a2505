/// Builds a ``JSONValue`` from a text in one pass.
enum JSONReader {
    static func read(_ source: UnsafeBufferPointer<UInt8>, limits: JSONLimits) throws(JSONError) -> JSONValue {
        var scanner = try JSONScanner(source, limits: limits)
        scanner.skipSpace()
        let value = try read(&scanner, depth: 0)
        try scanner.finish()
        return value
    }

    /// The value of one member of the object that a text is; nil where there is none of that name.
    static func value(
        of name: String,
        in source: UnsafeBufferPointer<UInt8>
    ) throws(JSONError) -> JSONValue? {
        try withUnsafeTemporaryAllocation(of: JSONScanner.Text.self, capacity: 32) { (scratch) throws(JSONError) in
            var scanner = try JSONScanner(source, limits: .default, scratch: scratch)
            scanner.skipSpace()
            guard var members = try scanner.openObject(depth: 0) else { return nil }
            repeat {
                let found = try scanner.scanName(&members)
                if scanner.isSame(found, name) { return try read(&scanner, depth: 1) }
                try scanner.skipValue(depth: 1)
            } while try scanner.scanComma(members)
            return nil
        }
    }

    /// Reads one value; the recursion ends at the depth limit.
    static func read(_ scanner: inout JSONScanner, depth: Int) throws(JSONError) -> JSONValue {
        switch scanner.next {
        case UInt8(ascii: "\""):
            return .string(scanner.string(try scanner.scanString()))
        case UInt8(ascii: "{"):
            var members: [JSONObject.Member] = []
            try scanner.scanObject(depth: depth) { (scanner, name) throws(JSONError) in
                let value = try read(&scanner, depth: depth &+ 1)
                members.append(JSONObject.Member(name: scanner.string(name), value: value))
            }
            return .object(JSONObject(checked: members))
        case UInt8(ascii: "["):
            var elements: [JSONValue] = []
            try scanner.scanArray(depth: depth) { (scanner) throws(JSONError) in
                elements.append(try read(&scanner, depth: depth &+ 1))
            }
            return .array(elements)
        case UInt8(ascii: "t"):
            try scanner.expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try scanner.expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try scanner.expect("null")
            return .null
        default:
            return .number(JSONNumber(checked: scanner.source.slice(try scanner.scanNumber()).text))
        }
    }
}
