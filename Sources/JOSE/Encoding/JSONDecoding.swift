extension JSONValue {
    /// Decodes the value as a type.
    ///
    /// - Parameter type: What to decode.
    /// - Returns: The decoded value.
    /// - Throws: `DecodingError` where the value has another shape, or whatever the type throws.
    public func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoding.decode(type, from: self, path: [])
    }
}

/// Reads a `Decodable` out of a ``JSONValue``, with nothing but the standard library.
struct JSONDecoding: Decoder {
    let value: JSONValue
    let codingPath: [any CodingKey]
    let userInfo: [CodingUserInfoKey: Any] = [:]

    fileprivate static func decode<Value: Decodable>(
        _ type: Value.Type,
        from value: JSONValue,
        path: [any CodingKey]
    ) throws -> Value {
        if let value = value as? Value { return value }
        if case .object(let object) = value, let object = object as? Value { return object }
        return try Value(from: JSONDecoding(value: value, codingPath: path))
    }

    fileprivate static func mismatch(_ type: Any.Type, path: [any CodingKey]) -> DecodingError {
        let context = DecodingError.Context(codingPath: path, debugDescription: "the claim is not a \(type)")
        return .typeMismatch(type, context)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let object = value.objectValue else { throw Self.mismatch(JSONObject.self, path: codingPath) }
        return KeyedDecodingContainer(Keyed<Key>(object: object, codingPath: codingPath))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = value.arrayValue else { throw Self.mismatch([JSONValue].self, path: codingPath) }
        return Unkeyed(elements: elements, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer {
        Single(value: value, codingPath: codingPath)
    }

    private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
        let object: JSONObject
        let codingPath: [any CodingKey]

        var allKeys: [Key] { object.names.compactMap(Key.init(stringValue:)) }

        func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

        private func value(_ key: some CodingKey) throws -> JSONValue {
            if let value = object[key.stringValue] { return value }
            throw DecodingError.keyNotFound(
                key,
                DecodingError.Context(codingPath: codingPath, debugDescription: "no \(key.stringValue)")
            )
        }

        func decodeNil(forKey key: Key) throws -> Bool { try value(key) == .null }

        func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
            try JSONDecoding.decode(type, from: value(key), path: codingPath + [key])
        }

        func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type,
            forKey key: Key
        ) throws -> KeyedDecodingContainer<Nested> {
            try JSONDecoding(value: value(key), codingPath: codingPath + [key]).container(keyedBy: type)
        }

        func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
            try JSONDecoding(value: value(key), codingPath: codingPath + [key]).unkeyedContainer()
        }

        func superDecoder() throws -> any Decoder {
            let key = JSONCodingKey(stringValue: "super")
            return JSONDecoding(value: try value(key), codingPath: codingPath + [key])
        }

        func superDecoder(forKey key: Key) throws -> any Decoder {
            JSONDecoding(value: try value(key), codingPath: codingPath + [key])
        }
    }

    private struct Unkeyed: UnkeyedDecodingContainer {
        let elements: [JSONValue]
        let codingPath: [any CodingKey]
        var currentIndex = 0

        init(elements: [JSONValue], codingPath: [any CodingKey]) {
            self.elements = elements
            self.codingPath = codingPath
        }

        var count: Int? { elements.count }
        var isAtEnd: Bool { currentIndex >= elements.count }
        private var path: [any CodingKey] { codingPath + [JSONCodingKey(index: currentIndex)] }

        private func peek() throws -> JSONValue {
            if !isAtEnd { return elements[currentIndex] }
            let context = DecodingError.Context(codingPath: path, debugDescription: "no more elements")
            throw DecodingError.valueNotFound(JSONValue.self, context)
        }

        mutating func decodeNil() throws -> Bool {
            guard try peek() == .null else { return false }
            currentIndex += 1
            return true
        }

        mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            let value = try JSONDecoding.decode(type, from: peek(), path: path)
            currentIndex += 1
            return value
        }

        mutating func nestedContainer<Nested: CodingKey>(
            keyedBy type: Nested.Type
        ) throws -> KeyedDecodingContainer<Nested> {
            let container = try JSONDecoding(value: peek(), codingPath: path).container(keyedBy: type)
            currentIndex += 1
            return container
        }

        mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
            let container = try JSONDecoding(value: peek(), codingPath: path).unkeyedContainer()
            currentIndex += 1
            return container
        }

        mutating func superDecoder() throws -> any Decoder {
            let decoder = JSONDecoding(value: try peek(), codingPath: path)
            currentIndex += 1
            return decoder
        }
    }

    private struct Single: SingleValueDecodingContainer {
        let value: JSONValue
        let codingPath: [any CodingKey]

        private func require<Value>(_ value: Value?) throws -> Value {
            guard let value else { throw JSONDecoding.mismatch(Value.self, path: codingPath) }
            return value
        }

        private func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
            guard case .number(let number) = value else { throw JSONDecoding.mismatch(type, path: codingPath) }
            return try require(Value(number.description))
        }

        func decodeNil() -> Bool { value == .null }
        func decode(_ type: Bool.Type) throws -> Bool { try require(value.boolValue) }
        func decode(_ type: String.Type) throws -> String { try require(value.stringValue) }
        func decode(_ type: Double.Type) throws -> Double { try require(value.doubleValue) }
        func decode(_ type: Float.Type) throws -> Float {
            guard case .number(let number) = value, let float = Float(number.description), float.isFinite else {
                throw JSONDecoding.mismatch(type, path: codingPath)
            }
            return float
        }
        func decode(_ type: Int.Type) throws -> Int { try integer(type) }
        func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
        func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
        func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
        func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
        func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
        func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
        func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
        func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
        func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }
        func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
            try JSONDecoding.decode(type, from: value, path: codingPath)
        }
    }
}

extension JSONValue: Decodable {
    /// Decodes whatever JSON value there is; ``decode(_:)`` hands it over as it is.
    public init(from decoder: any Decoder) throws {
        if let decoder = decoder as? JSONDecoding {
            self = decoder.value
        } else if let container = try? decoder.container(keyedBy: JSONCodingKey.self) {
            var object = JSONObject()
            for key in container.allKeys { object[key.stringValue] = try container.decode(JSONValue.self, forKey: key) }
            self = .object(object)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
            self = .array(elements)
        } else {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .number(JSONNumber(value))
            } else if let value = try? container.decode(Double.self), let number = JSONNumber(value) {
                self = .number(number)
            } else {
                self = .string(try container.decode(String.self))
            }
        }
    }
}

extension JSONObject: Decodable {
    /// Decodes an object's members.
    public init(from decoder: any Decoder) throws {
        guard let object = try JSONValue(from: decoder).objectValue else {
            throw JSONDecoding.mismatch(JSONObject.self, path: decoder.codingPath)
        }
        self = object
    }
}
