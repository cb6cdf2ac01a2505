/// Rows for a person: columns as wide as their widest cell, two spaces between, no trailing blanks.
struct TextTable {
    private var rows: [[String]]

    /// A table under the names of its columns; without any it has no heading.
    init(_ header: [String] = []) { rows = header.isEmpty ? [] : [header] }

    /// Adds a row; control characters are shown, not sent to the terminal.
    mutating func add(_ row: [String]) { rows.append(row.map { TextLogHandler.printable($0) }) }

    /// The lines.
    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            let padded = zip(row, widths).map { cell, width in cell + String(repeating: " ", count: width - cell.count)
            }
            let line = padded.joined(separator: "  ")
            return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
        }.joined(separator: "\n")
    }
}
