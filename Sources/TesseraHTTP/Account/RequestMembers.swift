internal import HTTPTypes
internal import JOSE

/// Reads the members of a JSON request; what is missing or of another type is refused by its name alone.
struct RequestMembers: Sendable {
    private let object: JSONObject

    init(_ object: JSONObject) {
        self.object = object
    }

    /// Refuses a change of anything but one member, which must be there.
    func requireOnly(_ name: String) throws(Problem) {
        guard object[name] != nil, object.count == 1 else {
            throw Problem(.unprocessableContent, code: "member_unknown", "Only the member \(name) can be changed here.")
        }
    }

    /// Refuses members that mean nothing here, rather than that somebody believes they had an effect.
    func requireNoOther(_ names: String...) throws(Problem) {
        guard object.members.allSatisfy({ member in names.contains { $0.utf8.elementsEqual(member.name.utf8) } }) else {
            let list = names.joined(separator: ", ")
            throw Problem(.unprocessableContent, code: "member_unknown", "The members are \(list), and no others.")
        }
    }

    func string(_ name: String) throws(Problem) -> String {
        guard let text = try optionalString(name) else {
            throw Problem(.unprocessableContent, code: "member_missing", "The member \(name) is missing.")
        }
        return text
    }

    /// A text; `nil` where the member is absent or null.
    func optionalString(_ name: String) throws(Problem) -> String? {
        switch object[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw wrongType(name, "a string")
        }
    }

    /// A list of texts; empty where the member is absent.
    func strings(_ name: String) throws(Problem) -> [String] {
        guard let value = object[name], value != .null else { return [] }
        guard let strings = value.stringsValue else { throw wrongType(name, "a list of strings") }
        return strings
    }

    func objects(_ name: String) throws(Problem) -> [RequestMembers] {
        guard let values = object[name]?.arrayValue else { throw wrongType(name, "a list of objects") }
        let objects = values.compactMap(\.objectValue)
        guard objects.count == values.count else { throw wrongType(name, "a list of objects") }
        return objects.map { RequestMembers($0) }
    }

    func bool(_ name: String) throws(Problem) -> Bool {
        guard let value = object[name], value != .null else { return false }
        guard let bool = value.boolValue else { throw wrongType(name, "true or false") }
        return bool
    }

    private func wrongType(_ name: String, _ expected: String) -> Problem {
        Problem(.unprocessableContent, code: "member_invalid", "The member \(name) must be \(expected).")
    }
}
