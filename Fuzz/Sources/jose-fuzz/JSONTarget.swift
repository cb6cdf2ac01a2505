import JOSE

extension FuzzTarget {
    /// What is read agrees with a plain second reader, fits its limits, and is read again as it is written.
    static let json = FuzzTarget(name: "json") { data in
        let value = checkedJSON(data, limits: .default)
        _ = checkedJSON(data, limits: JSONLimits(depth: 3, members: 4, bytes: 48))
        guard let value else { return }
        let text = value.text
        require((try? JSONValue(parsing: text)) == value, "what is written is read as the same value")
        require((try? value.decode(JSONValue.self)) == value, "a value decodes as itself")
        exercise(value)
        if let object = value.objectValue {
            require((try? JSONObject(parsing: data)) == object, "an object is read as an object")
            require(Set(object.names.map(\.bytes)).count == object.count, "no name stands twice in an object")
            for member in object.members {
                require(object[member.name] == member.value, "a member is found by its name")
            }
            require(object.merging(object) == object, "an object laid over itself is itself")
        } else {
            require((try? JSONObject(parsing: data)) == nil, "what is no object is not read as one")
        }
        if let members = try? value.decode([String: Whole].self) {
            require(members.count <= value.objectValue?.count ?? -1, "no more members decode than were read")
        }
        _ = try? value.decode([[Double]].self)
        _ = try? value.decode([String].self)
    }

    private static func checkedJSON(_ data: [UInt8], limits: JSONLimits) -> JSONValue? {
        let reference = ReferenceJSON.compactText(of: data, limits: limits)
        do {
            let value = try JSONValue(parsing: data, limits: limits)
            require(reference == value.serialized(), "both readers read the same value")
            return value
        } catch {
            require(reference == nil, "both readers refuse alike")
            require((error.offset ?? 0) <= data.count, "a fault's place is in the text")
            return nil
        }
    }

    /// Asks a value for everything that must not trap, whatever the digits are.
    private static func exercise(_ value: JSONValue) {
        switch value {
        case .number(let number):
            if let whole = number.int64 {
                require(JSONNumber(whole).int64 == whole, "a whole number keeps its value")
            }
            if let double = number.double {
                require(JSONNumber(double)?.double == double, "a number keeps its value")
            }
            _ = number.uint64
        case .array(let elements): for element in elements { exercise(element) }
        case .object(let object): for member in object.members { exercise(member.value) }
        default: break
        }
    }

    /// Any whole number, to send digits through `Decodable`.
    private struct Whole: Decodable {
        let value: Int?
        let small: UInt8?

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = try? container.decode(Int.self)
            small = try? container.decode(UInt8.self)
        }
    }
}
