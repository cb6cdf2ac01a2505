import Foundation
import JOSE
import Testing

@Suite struct `JSON values` {
    @Test(arguments: [
        "0", "-0", "9007199254740993", "18446744073709551615", "123456789012345678901234567890", "1.10", "1E5", "-0.0",
        "1e400", "0.1",
    ])
    func `numbers keep their digits`(_ digits: String) throws {
        #expect(try JSONValue(parsing: digits).text == digits)
    }

    @Test func `numbers convert only where nothing is lost`() throws {
        func number(_ text: String) throws -> JSONNumber {
            guard case .number(let number) = try JSONValue(parsing: text) else { throw CancellationError() }
            return number
        }
        #expect(try number("9223372036854775807").int64 == .max)
        #expect(try number("-9223372036854775808").int64 == .min)
        #expect(try number("9223372036854775808").int64 == nil)
        #expect(try number("9223372036854775808").uint64 == 1 << 63)
        #expect(try number("1.0").int64 == nil)
        #expect(try number("1e3").int64 == nil)
        #expect(try number("1e3").double == 1000)
        #expect(try number("1e400").double == nil)
        #expect(JSONNumber(Double.nan) == nil)
        #expect(JSONNumber(Double.infinity) == nil)
        #expect(JSONNumber(3.0)?.description == "3")
        #expect(JSONNumber(0.1)?.description == "0.1")
    }

    @Test func `names and texts are compared as bytes: a look-alike is another`() {
        let composed: JSONObject = ["caf\u{E9}": 1]
        #expect(composed["caf\u{E9}"] == 1)
        #expect(composed["cafe\u{301}"] == nil)
        #expect(JSONValue.string("\u{212A}") != JSONValue.string("K"))
        #expect(JSONValue.string("caf\u{E9}") != JSONValue.string("cafe\u{301}"))
        #expect(composed != (["cafe\u{301}": 1] as JSONObject))
    }

    @Test func `objects keep their order and replace in place`() {
        var object: JSONObject = ["b": 1, "a": 2, "b": 3]
        #expect(object.text == #"{"b":3,"a":2}"#)
        object["a"] = nil
        object["c"] = true
        #expect(object.text == #"{"b":3,"c":true}"#)
        #expect(object == ["c": true, "b": 3])
        #expect(object.merging(["b": nil, "d": .null]).text == #"{"b":null,"c":true,"d":null}"#)
    }
}

@Suite struct `Codable over JSON values` {
    struct Everything: Codable, Equatable {
        enum Kind: String, Codable { case small, large }
        struct Inner: Codable, Equatable { var list: [Inner]; var name: String? }

        var int: Int
        var largest: UInt64
        var double: Double
        var float: Float
        var flag: Bool
        var text: String
        var missing: String?
        var kind: Kind
        var inner: Inner
        var numbers: [[Int8]]
        var table: [String: Int]
        var raw: JSONValue
        var object: JSONObject
    }

    static let sample = Everything(
        int: .min,
        largest: .max,
        double: 0.1,
        float: 0.1,
        flag: true,
        text: "é\n",
        missing: nil,
        kind: .large,
        inner: .init(list: [.init(list: [], name: "x")], name: nil),
        numbers: [[1, -2], []],
        table: ["a": 1],
        raw: [1, "two", nil, ["three": 3]],
        object: ["z": 1, "a": 2]
    )

    @Test func `a value of every kind comes back as it was`() throws {
        let value = try JSONValue(encoding: Self.sample)
        #expect(value["largest"]?.text == "18446744073709551615")
        #expect(value["float"]?.text == "0.1")
        #expect(value["object"]?.text == #"{"z":1,"a":2}"#)
        #expect(try JSONValue(parsing: value.text).decode(Everything.self) == Self.sample)
    }

    @Test func `agrees with Foundation's coders`() throws {
        let data = try JSONEncoder().encode(Self.sample)
        #expect(try JSONValue(parsing: data).decode(Everything.self) == Self.sample)
        let ours = Data(try JSONValue(encoding: Self.sample).serialized())
        #expect(try JSONDecoder().decode(Everything.self, from: ours) == Self.sample)
    }

    @Test func `bare values, subclasses and empty types encode`() throws {
        class Base: Codable { var base = 1 }
        final class Derived: Base {
            override func encode(to encoder: any Encoder) throws {
                var container = encoder.unkeyedContainer()
                try container.encode(2)
                try super.encode(to: container.superEncoder())
            }
        }
        struct Empty: Codable {}
        #expect(try JSONValue(encoding: 5).text == "5")
        #expect(try JSONValue(encoding: [nil, 1] as [Int?]).text == "[null,1]")
        #expect(try JSONValue(encoding: Derived()).text == #"[2,{"base":1}]"#)
        #expect(try JSONValue(encoding: Empty()).text == "{}")
        #expect(throws: EncodingError.self) { try JSONValue(encoding: Double.nan) }
        #expect(throws: EncodingError.self) { try JSONValue(encoding: [Float.infinity]) }
    }

    @Test func `a number that does not fit is a mismatch, never a trap`() throws {
        for text in ["256", "-1", "1.5", "1e2", "1e300", "99999999999999999999"] {
            #expect(throws: DecodingError.self) { try JSONValue(parsing: text).decode(UInt8.self) }
        }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "1e400").decode(Double.self) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "1e40").decode(Float.self) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "true").decode(Int.self) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "1").decode(Bool.self) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "{}").decode([Int].self) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: "[1]").decode((String?).self) }
    }
}
