import JOSE
import Passwords
import TesseraCore

/// The accounts of another system, a line each: CSV (RFC 4180) or JSON lines, told apart by the first character.
struct ImportFile {
    /// A line that can be tried.
    struct Entry {
        let line: Int
        let row: ImportAccounts.Row
    }

    /// A line that cannot.
    struct Rejection: Equatable {
        let line: Int
        let reason: String
    }

    private(set) var entries: [Entry] = []
    private(set) var rejections: [Rejection] = []

    private static let columns = ["username", "password_hash", "email", "roles"]

    /// Reads a whole file.
    init(parsing bytes: [UInt8]) {
        // Spreadsheets begin their files with a mark that means UTF-8.
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let contents = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
        if contents.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") {
            readLines(contents)
        } else {
            readTable(contents)
        }
    }

    private mutating func readLines(_ contents: ArraySlice<UInt8>) {
        let lines = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where line.contains(where: { $0 > 0x20 }) {
            guard let object = try? JSONObject(parsing: line) else {
                reject(index + 1, "expected one JSON object")
                continue
            }
            if let unknown = object.names.first(where: { !Self.columns.contains($0) }) {
                let meant = NearMiss.suggestion(for: unknown, among: Self.columns).map { "; did you mean \($0)?" }
                reject(index + 1, "unknown member \"\(unknown)\"" + (meant ?? ""))
                continue
            }
            let roles = object["roles"].map { $0.stringsValue ?? $0.stringValue.map(Self.roles) }
            if case .some(.none) = roles {
                reject(index + 1, "expected roles to be a list of names")
                continue
            }
            let email = object["email"].flatMap { $0 == .null ? JSONValue?.none : $0 }
            if let email, email.stringValue == nil {
                reject(index + 1, "expected email to be text")
                continue
            }
            add(
                index + 1,
                username: object["username"]?.stringValue,
                hash: object["password_hash"]?.stringValue,
                email: email?.stringValue,
                roles: (roles ?? nil) ?? []
            )
        }
    }

    private mutating func readTable(_ contents: ArraySlice<UInt8>) {
        var table = DelimitedText(contents)
        var columns = Self.columns
        var isFirst = true
        while let record = table.next() {
            defer { isFirst = false }
            guard let fields = record.fields else {
                reject(record.line, "a quotation mark is not closed, or the text is not UTF-8")
                continue
            }
            if isFirst, fields.contains("username"), fields.contains("password_hash") {
                columns = fields
                continue
            }
            guard fields.count >= 2, fields.count <= columns.count else {
                reject(
                    record.line,
                    "expected \(columns.joined(separator: ",")), got \(fields.count) fields "
                        + "(a hash with commas in it needs quotation marks)"
                )
                continue
            }
            let named = Dictionary(zip(columns, fields)) { first, _ in first }
            add(
                record.line,
                username: named["username"],
                hash: named["password_hash"],
                email: named["email"].flatMap { $0.isEmpty ? nil : $0 },
                roles: Self.roles(named["roles"] ?? "")
            )
        }
    }

    private mutating func add(_ line: Int, username: String?, hash: String?, email: String?, roles: [String]) {
        guard let username else { return reject(line, "there is no username") }
        guard let hash else { return reject(line, "there is no password_hash") }
        let row = ImportAccounts.Row(username: username, passwordHash: Secret(hash), email: email, roles: roles)
        entries.append(Entry(line: line, row: row))
    }

    private mutating func reject(_ line: Int, _ reason: String) {
        rejections.append(Rejection(line: line, reason: reason))
    }

    private static func roles(_ text: String) -> [String] {
        text.split { " ,;|".contains($0) }.map(String.init)
    }
}

/// Comma-separated values (RFC 4180), record by record, with the number of the line on which each begins.
struct DelimitedText {
    /// One record; without fields where it cannot be read.
    struct Record {
        let line: Int
        let fields: [String]?
    }

    private var rest: ArraySlice<UInt8>
    private var line = 1

    init(_ contents: ArraySlice<UInt8>) { rest = contents }

    /// The next record that is not an empty line.
    mutating func next() -> Record? {
        while rest.first == UInt8(ascii: "\n") || rest.first == UInt8(ascii: "\r") { take() }
        guard !rest.isEmpty else { return nil }
        let start = line
        var fields: [[UInt8]] = [[]]
        var isQuoted = false
        while let byte = rest.first {
            if isQuoted {
                take()
                if byte != UInt8(ascii: "\"") {
                    fields[fields.count - 1].append(byte)
                } else if rest.first == UInt8(ascii: "\"") {
                    take()
                    fields[fields.count - 1].append(byte)
                } else {
                    isQuoted = false
                }
            } else if byte == UInt8(ascii: "\"") && fields[fields.count - 1].isEmpty {
                take()
                isQuoted = true
            } else if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                break
            } else {
                take()
                if byte == UInt8(ascii: ",") { fields.append([]) } else { fields[fields.count - 1].append(byte) }
            }
        }
        let texts = fields.map { String(validating: $0, as: UTF8.self) }
        return Record(line: start, fields: isQuoted || texts.contains(nil) ? nil : texts.compactMap(\.self))
    }

    private mutating func take() {
        if rest.removeFirst() == UInt8(ascii: "\n") { line += 1 }
    }
}
