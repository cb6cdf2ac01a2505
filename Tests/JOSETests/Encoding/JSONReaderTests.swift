import JOSE
import Testing

@Suite struct `The JSON reader` {
    static func fault(_ text: [UInt8], limits: JSONLimits = .default) -> JSONError.Code? {
        do throws(JSONError) {
            _ = try JSONValue(parsing: text, limits: limits)
            return nil
        } catch {
            return error.code
        }
    }

    static func fault(_ text: String) -> JSONError.Code? { fault(Array(text.utf8)) }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "{]", "[}", "[1", "[1,", "[1,]", "[,1]", "[1,,2]", "[1 2]", "{\"a\"}", "{\"a\":}",
        "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}", "{a:1}", "{'a':1}", "{\"a\":1}}", "1 2", "\"a", "\"a\\\"", "'a'",
        "tru", "TRUE", "True", "nul", "falsee", "NaN", "Infinity", "-Infinity", "undefined", "01", "-01", "00", "+1",
        "1.", ".5", "-", "1e", "1e+", "0x10", "1_000", "1.e3", "--1", "1a", "// c\n1", "/* c */1", "# c\n1", "1;",
        "\"\u{1}\"", "\"a\tb\"", "\"a\nb\"", "\"\u{0}\"", "\"\\x41\"", "\"\\u12\"", "\"\\u12G4\"", "\"\\U0041\"",
        "\"\\a\"",
        "\"\\", "\u{A0}1", "1\u{C}", "\u{2028}1",
    ])
    func `what only some parsers take is refused`(_ text: String) {
        #expect(Self.fault(text) == .syntax)
    }

    @Test func `a byte order mark and UTF-16 are refused`() {
        #expect(Self.fault([0xEF, 0xBB, 0xBF] + Array("{}".utf8)) == .syntax)
        #expect(Self.fault([0xFE, 0xFF, 0, 0x7B, 0, 0x7D]) == .syntax)
        #expect(Self.fault([0x7B, 0, 0x7D, 0]) == .syntax)
    }

    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
            [0xFF],
        ] as [[UInt8]]
    )
    func `overlong and other ill-formed UTF-8 is refused, wherever it stands`(_ bytes: [UInt8]) {
        for padding in 0..<9 {
            let lead = Array(repeating: UInt8(ascii: "a"), count: padding)
            #expect(Self.fault([0x22] + lead + bytes + [0x22]) == .encoding)
            #expect(Self.fault([0x22] + lead + bytes) != nil)
            #expect(Self.fault([0x7B, 0x22] + lead + bytes + [0x22, 0x3A, 0x31, 0x7D]) == .encoding)
        }
    }

    @Test func `a byte that needs a look is found at every place of a text of every length`() throws {
        for length in 1..<50 {
            for place in 0..<length {
                var text = Array(repeating: UInt8(ascii: "a"), count: length)
                for byte: UInt8 in [0, 0x1F, 0x7F, 0x80, 0xFF, UInt8(ascii: "\""), UInt8(ascii: "\\")] {
                    text[place] = byte
                    let expected: JSONError.Code? =
                        switch byte {
                        case 0x7F: nil
                        case 0x80, 0xFF: .encoding
                        default: .syntax
                        }
                    #expect(Self.fault([0x22] + text + [0x22]) == expected, "\(byte) at \(place) of \(length)")
                }
            }
        }
    }

    @Test func `of names of every length each is found twice, and no two are taken for one`() {
        var names = ["", "a", "b", "ab", "ba"]
        for length in 3..<20 {
            let fill = String(repeating: "x", count: length - 1)
            names += [fill + "a", fill + "b", "b" + fill]
        }
        let members = names.map { "\"\($0)\":1" }
        #expect(Self.fault("{\(members.joined(separator: ","))}") == nil)
        for member in members {
            #expect(Self.fault("{\((members + [member]).joined(separator: ","))}") == .duplicateMember, "\(member)")
            #expect(Self.fault("{\((members + [" " + member]).joined(separator: " , "))}") == .duplicateMember)
        }
        #expect(Self.fault(#"{"iss":1,"\u0069ss":2}"#) == .duplicateMember)
        #expect(Self.fault(#"{"ISS":1,"iss":2,"is`":3,"is{":4}"#) == nil)
    }

    @Test(arguments: [
        "\"\\ud800\"", "\"\\udbff\"", "\"\\udc00\"", "\"\\udfff\"", "\"\\ud800\\ud800\"", "\"\\ud800x\"",
        "\"\\ud800\\n\"",
        "\"\\udc00\\ud800\"", "\"\\ud800\\u0041\"",
    ])
    func `lone surrogates are refused, escaped too`(_ text: String) {
        #expect(Self.fault(text) == .encoding)
    }

    @Test func `every text of Unicode comes back as it was`() throws {
        let text = "a\u{0}\u{1F}\"\\/\u{7F}é€😀\u{10FFFF}\u{E000}\u{FFFF}"
        let written = JSONValue.string(text).text
        #expect(try JSONValue(parsing: written).stringValue?.utf8.elementsEqual(text.utf8) == true)
        let escaped = #""\u0061\u00e9\u20AC\ud83d\uDE00\b\f\n\r\t\/\"\\""#
        #expect(try JSONValue(parsing: escaped).stringValue == "aé€😀\u{8}\u{C}\n\r\t/\"\\")
    }

    @Test func `duplicate members are refused, escaped, nested and among many`() {
        for text in [
            #"{"a":1,"a":1}"#, #"{"a":1,"\u0061":2}"#, #"{"\u0061":1,"a":2}"#, #"{"x":{"a":1,"a":2}}"#,
            #"[{"a":1,"b":2,"a":3}]"#, #"{"":1,"":2}"#, #"{"\n":1,"\u000a":2}"#, #"{"é":1,"\u00e9":2}"#,
        ] { #expect(Self.fault(text) == .duplicateMember) }
        for text in [
            #"{"a":{"a":{"a":1}},"b":{"a":1}}"#, #"[{"a":1},{"a":1}]"#, #"{"a":1,"A":2}"#,
            // The same character composed and decomposed: two names, for they are different bytes.
            #"{"\u00e9":1,"e\u0301":2}"#,
        ] { #expect(Self.fault(text) == nil) }
    }

    @Test func `nesting is bounded, in arrays and in objects`() {
        func nested(_ depth: Int, _ open: String, _ close: String) -> String {
            String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
        }
        #expect(Self.fault(nested(16, "[", "]")) == nil)
        #expect(Self.fault(nested(17, "[", "]")) == .depth)
        #expect(Self.fault(nested(16, "{\"a\":", "}")) == nil)
        #expect(Self.fault(nested(17, "{\"a\":", "}")) == .depth)
        #expect(Self.fault(String(repeating: "[", count: 500_000)) == .depth)
    }

    @Test func `members and bytes are bounded`() {
        func object(_ count: Int) -> String { "{" + (0..<count).map { "\"m\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(Self.fault(object(256)) == nil)
        #expect(Self.fault(object(257)) == .limit)
        #expect(Self.fault(Array("[1,2]".utf8), limits: JSONLimits(bytes: 4)) == .limit)
    }

    @Test func `every prefix and every changed byte of a text ends in a value or an error`() {
        let text = Array(#"{"a":[1,-2.5e+3,true,false,null,"x\u00e9\ud83d\ude00é€😀"],"b":{"c":{}}}"#.utf8)
        for end in text.indices { #expect(Self.fault(Array(text[..<end])) != nil) }
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                if let value = try? JSONValue(parsing: changed) {
                    #expect((try? JSONValue(parsing: value.serialized())) == value)
                }
            }
        }
    }

    @Test func `output is compact and ordered`() throws {
        let text = " { \"b\" : [ 1 , 2 ] ,\r\n\t\"a\" : { } , \"c\" : \"\\/\" } "
        #expect(try JSONValue(parsing: text).text == #"{"b":[1,2],"a":{},"c":"/"}"#)
    }
}
