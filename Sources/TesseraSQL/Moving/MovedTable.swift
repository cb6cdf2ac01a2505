/// A table as a move copies it: its columns, and the one that orders its rows.
struct MovedTable: Sendable {
    let name: String
    let columns: [String]
    /// The primary key, whose order is the same on both engines.
    let key: String

    private var keyIndex: Int { columns.firstIndex(of: key) ?? 0 }
    private var columnList: String { columns.joined(separator: ", ") }
    /// How many rows travel at once; PostgreSQL takes 65,535 arguments at most.
    private var batch: Int { max(1, min(500, 20_000 / columns.count)) }

    /// The schema's own record, which is not copied.
    private static let leftOut = ["schema_migrations"]
    /// The target's note of the move is none of the rows.
    private var condition: String { name == "metadata" ? "AND name <> '\(MoveMark.name)'" : "" }

    /// All tables of an embedded database.
    static func all(_ connection: any SQLConnection) throws(SQLFailure) -> [MovedTable] {
        let names = try connection.query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
            []
        )
        var tables: [MovedTable] = []
        for row in names {
            let name = try row.text(0)
            if leftOut.contains(name) { continue }
            let columns = try connection.query("SELECT name FROM pragma_table_info($1) ORDER BY cid", [.text(name)])
            let keys = try connection.query("SELECT name FROM pragma_table_info($1) WHERE pk > 0", [.text(name)])
            guard keys.count == 1, let key = try keys.first?.text(0) else {
                throw SQLFailure(.defect, "the table \(name) has no primary key of one column")
            }
            tables.append(
                MovedTable(
                    name: name,
                    columns: try columns.map { column throws(SQLFailure) in try column.text(0) },
                    key: key
                )
            )
        }
        return tables
    }

    /// How many rows there are.
    func count(_ connection: any SQLConnection) throws(SQLFailure) -> Int64 {
        let rows = try connection.query("SELECT COUNT(*) FROM \(name) WHERE 1 = 1 \(condition)", [])
        return try rows.first?.integer(0) ?? 0
    }

    /// The next rows behind a key, in its order.
    func rows(after key: SQLValue?, _ connection: any SQLConnection) throws(SQLFailure) -> [[SQLValue]] {
        let start = key == nil ? "1 = 1" : "\(self.key) > $1"
        let rows = try connection.query(
            "SELECT \(columnList) FROM \(name) WHERE \(start) \(condition) ORDER BY \(self.key) LIMIT \(batch)",
            key.map { [$0] } ?? []
        )
        return rows.map { row in columns.indices.map { row[$0] } }
    }

    /// The key of the last of some rows.
    func key(ofLast rows: [[SQLValue]]) -> SQLValue? { rows.last?[keyIndex] }

    /// Writes rows.
    func insert(_ rows: [[SQLValue]], _ connection: any SQLConnection) throws(SQLFailure) {
        guard !rows.isEmpty else { return }
        var number = 0
        let places = rows.map { row in
            let list = row.map { _ in
                number += 1
                return "$\(number)"
            }
            return "(\(list.joined(separator: ", ")))"
        }
        try connection.execute(
            "INSERT INTO \(name) (\(columnList)) VALUES \(places.joined(separator: ", "))",
            rows.flatMap(\.self)
        )
    }
}
