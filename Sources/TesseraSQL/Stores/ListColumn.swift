internal import JOSE

/// A list of texts in one column, as a JSON array.
enum ListColumn {
    static func value(_ list: some Sequence<String>) -> SQLValue {
        .text(JSONValue.array(list.map { .string($0) }).text)
    }

    static func list(_ text: String) throws(SQLFailure) -> [String] {
        guard let values = try? JSONValue(parsing: text), let elements = values.arrayValue else {
            throw SQLFailure(.corrupt, "a list column does not hold a JSON array")
        }
        return elements.compactMap(\.stringValue)
    }
}
