extension JSONValue {
    /// Encodes a value as JSON.
    ///
    /// Integers keep all their digits. `Date`, `Data` and `URL` encode as their own `Encodable` says.
    ///
    /// - Parameter value: The value.
    /// - Throws: `EncodingError` for a number that JSON cannot write, or whatever the value throws.
    public init(encoding value: some Encodable) throws {
        self = try JSONEncoding.encode(value, path: [])
    }
}

/// Builds a ``JSONValue`` out of an `Encodable`, with nothing but the standard library.
final class JSONEncoding: Encoder {
    /// What has been encoded so far; containers write into it through their place.
    fileprivate final class Box {
        enum Content {
            case empty
            case value(JSONValue)
            case array([Box])
            case object([(name: String, box: Box)])
        }

        var content = Content.empty

        var value: JSONValue? {
            switch content {
            case .empty: return nil
            case .value(let value): return value
            case .array(let boxes): return .array(boxes.map { $0.value ?? [:] })
            case .object(let members):
                var object = JSONObject()
                for member in members { object[member.name] = member.box.value ?? [:] }
                return .object(object)
            }
        }
    }

    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]
    fileprivate let box: Box

    fileprivate init(box: Box, path: [any CodingKey]) {
        self.box = box
        codingPath = path
    }

    fileprivate static func encode(_ value: some Encodable, path: [any CodingKey]) throws -> JSONValue {
        if let value = value as? JSONValue { return value }
        if let object = value as? JSONObject { return .object(object) }
        let box = Box()
        try value.encode(to: JSONEncoding(box: box, path: path))
        return box.value ?? [:]
    }

    fileprivate static func number(_ value: Double, path: [any CodingKey]) throws -> JSONValue {
        guard let number = JSONNumber(value) else {
            let context = EncodingError.Context(codingPath: path, debugDescription: "JSON has no such number")
            throw EncodingError.invalidValue(value, context)
        }
        return .number(number)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .object = box.content {} else { box.content = .object([]) }
        return KeyedEncodingContainer(Keyed<Key>(box: box, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .array = box.content {} else { box.content = .array([]) }
        return Unkeyed(box: box, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        Single(box: box, codingPath: codingPath)
    }

    private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
        let box: Box
        let codingPath: [any CodingKey]

        private func member(_ key: some CodingKey) -> Box {
            let member = Box()
            if case .object(var members) = box.content {
                members.append((key.stringValue, member))
                box.content = .object(members)
            }
            return member
        }

        mutating func encodeNil(forKey key: Key) { member(key).content = .value(.null) }

        mutating func encode(_ value: some Encodable, forKey key: Key) throws {
            member(key).content = .value(try JSONEncoding.encode(value, path: codingPath + [key]))
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) -> KeyedEncodingContainer<Nested> {
            JSONEncoding(box: member(key), path: codingPath + [key]).container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
            JSONEncoding(box: member(key), path: codingPath + [key]).unkeyedContainer()
        }

        mutating func superEncoder() -> any Encoder {
            let key = JSONCodingKey(stringValue: "super")
            return JSONEncoding(box: member(key), path: codingPath + [key])
        }

        mutating func superEncoder(forKey key: Key) -> any Encoder {
            JSONEncoding(box: member(key), path: codingPath + [key])
        }
    }

    private struct Unkeyed: UnkeyedEncodingContainer {
        let box: Box
        let codingPath: [any CodingKey]

        var count: Int {
            if case .array(let elements) = box.content { elements.count } else { 0 }
        }

        private var path: [any CodingKey] { codingPath + [JSONCodingKey(index: count)] }

        private func element() -> Box {
            let element = Box()
            if case .array(var elements) = box.content {
                elements.append(element)
                box.content = .array(elements)
            }
            return element
        }

        mutating func encodeNil() { element().content = .value(.null) }

        mutating func encode(_ value: some Encodable) throws {
            let path = self.path
            element().content = .value(try JSONEncoding.encode(value, path: path))
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) -> KeyedEncodingContainer<Nested> {
            let path = self.path
            return JSONEncoding(box: element(), path: path).container(keyedBy: type)
        }

        mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
            let path = self.path
            return JSONEncoding(box: element(), path: path).unkeyedContainer()
        }

        mutating func superEncoder() -> any Encoder {
            let path = self.path
            return JSONEncoding(box: element(), path: path)
        }
    }

    private struct Single: SingleValueEncodingContainer {
        let box: Box
        let codingPath: [any CodingKey]

        mutating func encodeNil() { box.content = .value(.null) }
        mutating func encode(_ value: Bool) { box.content = .value(.bool(value)) }
        mutating func encode(_ value: String) { box.content = .value(.string(value)) }
        mutating func encode(_ value: Double) throws {
            box.content = .value(try JSONEncoding.number(value, path: codingPath))
        }
        mutating func encode(_ value: Float) throws {
            guard value.isFinite else { return try encode(Double(value)) }
            // By way of the shortest digits, so that 0.1 stays 0.1.
            box.content = .value(try JSONEncoding.number(Double(value.description) ?? 0, path: codingPath))
        }
        mutating func encode(_ value: Int) { box.content = .value(.number(JSONNumber(Int64(value)))) }
        mutating func encode(_ value: Int8) { box.content = .value(.number(JSONNumber(Int64(value)))) }
        mutating func encode(_ value: Int16) { box.content = .value(.number(JSONNumber(Int64(value)))) }
        mutating func encode(_ value: Int32) { box.content = .value(.number(JSONNumber(Int64(value)))) }
        mutating func encode(_ value: Int64) { box.content = .value(.number(JSONNumber(value))) }
        mutating func encode(_ value: UInt) { box.content = .value(.number(JSONNumber(UInt64(value)))) }
        mutating func encode(_ value: UInt8) { box.content = .value(.number(JSONNumber(UInt64(value)))) }
        mutating func encode(_ value: UInt16) { box.content = .value(.number(JSONNumber(UInt64(value)))) }
        mutating func encode(_ value: UInt32) { box.content = .value(.number(JSONNumber(UInt64(value)))) }
        mutating func encode(_ value: UInt64) { box.content = .value(.number(JSONNumber(value))) }
        mutating func encode(_ value: some Encodable) throws {
            box.content = .value(try JSONEncoding.encode(value, path: codingPath))
        }
    }
}

/// A key of a coding path: a member's name or an element's index.
struct JSONCodingKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) { (self.stringValue, intValue) = (stringValue, nil) }
    init(intValue: Int) { self.init(index: intValue) }
    init(index: Int) { (stringValue, intValue) = (String(index), index) }
}

extension JSONValue: Encodable {
    /// Encodes the value; numbers that fit no machine type go as floating point, except through ``init(encoding:)``.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let object):
            var container = encoder.container(keyedBy: JSONCodingKey.self)
            for member in object.members {
                try container.encode(member.value, forKey: JSONCodingKey(stringValue: member.name))
            }
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .number(let number):
            var container = encoder.singleValueContainer()
            if let value = number.int64 {
                try container.encode(value)
            } else if let value = number.uint64 {
                try container.encode(value)
            } else {
                try container.encode(number.double)
            }
        }
    }
}

extension JSONObject: Encodable {
    /// Encodes the object's members.
    public func encode(to encoder: any Encoder) throws { try JSONValue.object(self).encode(to: encoder) }
}
