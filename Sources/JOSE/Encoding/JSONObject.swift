/// A JSON object: members in the order they were written, each name once.
///
/// Names are compared as UTF-8 bytes. `String` equality is canonical equivalence and would let a look-alike name pass.
public struct JSONObject: Sendable, ExpressibleByDictionaryLiteral {
    /// One member of an object.
    public struct Member: Sendable, Equatable {
        /// The member's name.
        public let name: String
        /// The member's value.
        public var value: JSONValue

        /// Makes a member.
        public init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }

        /// Whether two members have the same name, byte for byte, and the same value.
        public static func == (left: Member, right: Member) -> Bool {
            left.name.hasSameBytes(as: right.name) && left.value == right.value
        }
    }

    /// The members, in order.
    public private(set) var members: [Member]

    /// Makes an empty object.
    public init() { members = [] }

    /// Takes members whose names a reader has already found to differ.
    init(checked members: [Member]) { self.members = members }

    /// Makes an object from a literal; a name that is repeated takes its last value.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        members = []
        for (name, value) in elements { self[name] = value }
    }

    /// The value of a member; setting nil takes the member out.
    public subscript(name: String) -> JSONValue? {
        get { members.first { $0.name.hasSameBytes(as: name) }?.value }
        set {
            let index = members.firstIndex { $0.name.hasSameBytes(as: name) }
            switch (index, newValue) {
            case (let index?, let value?): members[index].value = value
            case (let index?, nil): members.remove(at: index)
            case (nil, let value?): members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    /// The names of the members, in order.
    public var names: [String] { members.map(\.name) }
    /// How many members there are.
    public var count: Int { members.count }
    /// Whether there is no member.
    public var isEmpty: Bool { members.isEmpty }

    /// This object with the members of another laid over it.
    public func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for member in other.members { merged[member.name] = member.value }
        return merged
    }

    /// The object as compact JSON.
    public func serialized() -> [UInt8] {
        JSONWriter.bytes { $0.write(self) }
    }

    /// The object as compact JSON text.
    public var text: String { JSONValue.object(self).text }
}

extension JSONObject: Equatable {
    /// Whether two objects have the same members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }
}

extension JSONObject {
    /// Reads a JSON text that must be an object.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8.
    ///   - limits: How large it may be.
    /// - Throws: `JSONError` where the text is not strict JSON or not an object.
    public init(parsing bytes: some Collection<UInt8>, limits: JSONLimits = .default) throws(JSONError) {
        guard case .object(let object) = try JSONValue(parsing: bytes, limits: limits) else {
            throw JSONError(.notObject, at: 0)
        }
        self = object
    }

    /// Reads a JSON text that must be an object.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - limits: How large it may be.
    /// - Throws: `JSONError` where the text is not strict JSON or not an object.
    public init(parsing text: String, limits: JSONLimits = .default) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}
