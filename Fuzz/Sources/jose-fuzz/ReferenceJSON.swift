import JOSE

/// A second reader of strict JSON, plain and slow, to compare the library's with.
///
/// It answers the compact text of what it read; nil where the text is not strict JSON within the limits.
struct ReferenceJSON {
    private let scalars: [Unicode.Scalar]
    private let limits: JSONLimits
    private var position = 0
    private var output = String.UnicodeScalarView()

    private struct Fault: Error {}

    static func compactText(of bytes: [UInt8], limits: JSONLimits) -> [UInt8]? {
        guard bytes.count <= limits.bytes, let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var reader = ReferenceJSON(text, limits: limits)
        do {
            try reader.readValue(depth: 0)
            reader.skipSpace()
            return reader.position == reader.scalars.count ? String(reader.output).bytes : nil
        } catch {
            return nil
        }
    }

    private init(_ text: String, limits: JSONLimits) {
        scalars = Array(text.unicodeScalars)
        self.limits = limits
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take() throws -> Unicode.Scalar {
        guard let scalar = next else { throw Fault() }
        position += 1
        return scalar
    }

    private mutating func take(_ expected: Unicode.Scalar) throws {
        guard try take() == expected else { throw Fault() }
    }

    private mutating func skipSpace() {
        while let scalar = next, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { position += 1 }
    }

    private mutating func readValue(depth: Int) throws {
        skipSpace()
        switch next {
        case "{": try readObject(depth: depth)
        case "[": try readArray(depth: depth)
        case "\"": write(try readString())
        case "t": try readLiteral("true")
        case "f": try readLiteral("false")
        case "n": try readLiteral("null")
        default: try readNumber()
        }
    }

    private mutating func readLiteral(_ literal: String) throws {
        for scalar in literal.unicodeScalars { try take(scalar) }
        output += literal.unicodeScalars
    }

    private mutating func readObject(depth: Int) throws {
        guard depth < limits.depth else { throw Fault() }
        try take("{")
        output.append("{")
        var names: Set<[UInt8]> = []
        skipSpace()
        if next != "}" {
            repeat {
                if !names.isEmpty {
                    try take(",")
                    output.append(",")
                }
                skipSpace()
                let name = try readString()
                guard names.insert(String(String.UnicodeScalarView(name)).bytes).inserted, names.count <= limits.members
                else { throw Fault() }
                write(name)
                skipSpace()
                try take(":")
                output.append(":")
                try readValue(depth: depth + 1)
                skipSpace()
            } while next == ","
        }
        try take("}")
        output.append("}")
    }

    private mutating func readArray(depth: Int) throws {
        guard depth < limits.depth else { throw Fault() }
        try take("[")
        output.append("[")
        skipSpace()
        if next != "]" {
            var isFirst = true
            repeat {
                if !isFirst {
                    try take(",")
                    output.append(",")
                }
                isFirst = false
                try readValue(depth: depth + 1)
                skipSpace()
            } while next == ","
        }
        try take("]")
        output.append("]")
    }

    private mutating func readString() throws -> [Unicode.Scalar] {
        try take("\"")
        var characters: [Unicode.Scalar] = []
        while true {
            let scalar = try take()
            switch scalar {
            case "\"": return characters
            case "\\": characters.append(try readEscape())
            case _ where scalar.value < 0x20: throw Fault()
            default: characters.append(scalar)
            }
        }
    }

    private mutating func readEscape() throws -> Unicode.Scalar {
        let letter = try take()
        switch letter {
        case "\"", "\\", "/": return letter
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u":
            var unit = try readHexadecimal()
            if (0xD800..<0xDC00).contains(unit) {
                try take("\\")
                try take("u")
                let low = try readHexadecimal()
                guard (0xDC00..<0xE000).contains(low) else { throw Fault() }
                unit = 0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw Fault() }
            return scalar
        default: throw Fault()
        }
    }

    private mutating func readHexadecimal() throws -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(try take()).hexDigitValue, scalars[position - 1].isASCII else { throw Fault() }
            unit = unit * 16 + UInt32(digit)
        }
        return unit
    }

    private mutating func readNumber() throws {
        if next == "-" { output.append(try take()) }
        if next == "0" { output.append(try take()) } else { try readDigits() }
        if next == "." {
            output.append(try take())
            try readDigits()
        }
        if next == "e" || next == "E" {
            output.append(try take())
            if next == "+" || next == "-" { output.append(try take()) }
            try readDigits()
        }
    }

    private mutating func readDigits() throws {
        var count = 0
        while let digit = next, ("0"..."9").contains(digit) {
            output.append(try take())
            count += 1
        }
        guard count > 0 else { throw Fault() }
    }

    private mutating func write(_ characters: [Unicode.Scalar]) {
        output.append("\"")
        for scalar in characters {
            switch scalar {
            case "\"", "\\": output += ["\\", scalar]
            case "\u{8}": output += ["\\", "b"]
            case "\t": output += ["\\", "t"]
            case "\n": output += ["\\", "n"]
            case "\u{C}": output += ["\\", "f"]
            case "\r": output += ["\\", "r"]
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                output += ("\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits).unicodeScalars
            default: output.append(scalar)
            }
        }
        output.append("\"")
    }
}
