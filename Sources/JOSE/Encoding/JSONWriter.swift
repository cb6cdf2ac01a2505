/// Writes compact JSON: no white space, no escape that RFC 8259 does not ask for.
struct JSONWriter {
    var bytes: [UInt8] = []

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .number(let number): withBytes(of: number.description) { bytes.append(contentsOf: $0) }
        case .string(let text): write(text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for index in elements.indices {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                write(elements[index])
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object): write(object)
        }
    }

    mutating func write(_ object: JSONObject) {
        bytes.append(UInt8(ascii: "{"))
        for index in object.members.indices {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            write(object.members[index].name)
            bytes.append(UInt8(ascii: ":"))
            write(object.members[index].value)
        }
        bytes.append(UInt8(ascii: "}"))
    }

    mutating func write(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        withBytes(of: text) { source in
            var start = 0
            var index = 0
            while index < source.count {
                let byte = source[index]
                if byte < 0x20 || byte == 0x22 || byte == 0x5C {
                    bytes.append(contentsOf: source.slice(start..<index))
                    escape(byte)
                    start = index &+ 1
                }
                index &+= 1
            }
            bytes.append(contentsOf: source.slice(start..<source.count))
        }
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func write(_ number: Int64) {
        withBytes(of: String(number)) { bytes.append(contentsOf: $0) }
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x22, 0x5C: bytes.append(byte)
        default:
            let digits: StaticString = "0123456789abcdef"
            append("u00")
            bytes.append(digits.utf8Start[Int(byte >> 4)])
            bytes.append(digits.utf8Start[Int(byte & 15)])
        }
    }

    mutating func append(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
