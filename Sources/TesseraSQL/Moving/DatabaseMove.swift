public import TesseraCore

/// Copies everything from an embedded database to PostgreSQL, and proves it.
///
/// Neither may be served meanwhile. A move that was interrupted begins anew; a target that holds anything else is left
/// alone.
public struct DatabaseMove: Sendable {
    /// How far it has got.
    public struct Progress: Sendable, Hashable {
        /// What is done with the rows.
        public enum Step: Sendable, Hashable {
            /// They are copied.
            case copying
            /// They are read again from the target and compared.
            case verifying
        }

        /// What is done.
        public let step: Step
        /// The table.
        public let table: String
        /// How many rows of this step are done, in all tables.
        public let done: Int64
        /// How many there are.
        public let total: Int64
    }

    /// What came of it.
    public struct Report: Sendable, Hashable {
        /// A table and how many rows it has.
        public struct Table: Sendable, Hashable {
            /// Its name.
            public let name: String
            /// How many rows were copied and compared.
            public let rows: Int64
        }

        /// The tables, by name.
        public let tables: [Table]
        /// Whether the target held all of it already.
        public let wasDone: Bool
    }

    private let source: any SQLDatabase
    private let target: any SQLDatabase
    private let onProgress: @Sendable (Progress) -> Void

    /// Prepares a move between two databases whose schemas are up to date.
    public init(
        from source: any SQLDatabase,
        to target: any SQLDatabase,
        onProgress: @escaping @Sendable (Progress) -> Void = { _ in }
    ) {
        self.source = source
        self.target = target
        self.onProgress = onProgress
    }

    /// Whether a database is the target of a move that was not finished, so that it must not be served.
    public static func isUnfinished(in database: any SQLDatabase) async throws(StorageError) -> Bool {
        do throws(SQLFailure) {
            return try await database.read { connection throws(SQLFailure) in
                try MoveMark.find(connection)?.isDone == false
            }
        } catch {
            throw StorageError(error)
        }
    }

    /// Copies and compares.
    /// - Throws: `StorageError`: `taken` where the target holds something else; `notFound` where there is nothing to move;
    ///   `corrupt` where the copy differs.
    public func run() async throws(StorageError) -> Report {
        do throws(SQLFailure) {
            return try await move()
        } catch {
            throw StorageError(error)
        }
    }

    private func move() async throws(SQLFailure) -> Report {
        let (mark, tables, total) = try await source.read { connection throws(SQLFailure) in
            let tables = try MovedTable.all(connection)
            var total: Int64 = 0
            for table in tables { total += try table.count(connection) }
            return (try MoveMark(from: connection), tables, total)
        }
        let found = try await target.read { connection throws(SQLFailure) in try MoveMark.find(connection) }
        if let found, found.source == mark.source, found.isDone {
            return try await compareFinished(tables, total)
        }
        try await clear(tables, mark)
        var digests: [String: [UInt8]] = [:]
        var done: Int64 = 0
        for table in tables { digests[table.name] = try await copy(table, &done, total) }
        let report = try await compare(tables, digests, total)
        try await finish(tables, mark)
        return report
    }

    /// Takes the target, if it is empty or holds what an interrupted move has left.
    private func clear(_ tables: [MovedTable], _ mark: MoveMark) async throws(SQLFailure) {
        try await target.writeAtLength { connection throws(SQLFailure) in
            let found = try MoveMark.find(connection)
            if found?.source != mark.source {
                for table in tables where try !table.isUntouched(connection) {
                    throw SQLFailure(
                        .notUnique,
                        "the target is not empty (\(table.name)): it belongs to somebody else, and nothing is mixed into it"
                    )
                }
            }
            for table in tables { try connection.execute("DELETE FROM \(table.name)", []) }
            try mark.store(connection)
        }
    }

    private func copy(_ table: MovedTable, _ done: inout Int64, _ total: Int64) async throws(SQLFailure) -> [UInt8] {
        try await digest(table, of: source) { rows throws(SQLFailure) in
            try await target.writeAtLength { connection throws(SQLFailure) in try table.insert(rows, connection) }
            done += Int64(rows.count)
            onProgress(Progress(step: .copying, table: table.name, done: done, total: total))
        }.value
    }

    /// Reads a table page by page, and hands each page on.
    private func digest(
        _ table: MovedTable,
        of database: any SQLDatabase,
        _ onRows: ([[SQLValue]]) async throws(SQLFailure) -> Void = { _ in }
    ) async throws(SQLFailure) -> TableDigest {
        var digest = TableDigest()
        var key: SQLValue?
        while true {
            let start = key
            let rows = try await database.read { connection throws(SQLFailure) in
                try table.rows(after: start, connection)
            }
            if rows.isEmpty { return digest }
            digest.add(rows)
            try await onRows(rows)
            key = table.key(ofLast: rows)
        }
    }

    private func compare(
        _ tables: [MovedTable],
        _ digests: [String: [UInt8]],
        _ total: Int64
    ) async throws(SQLFailure) -> Report {
        var report: [Report.Table] = []
        var done: Int64 = 0
        for table in tables {
            let found = try await digest(table, of: target) { rows in
                done += Int64(rows.count)
                onProgress(Progress(step: .verifying, table: table.name, done: done, total: total))
            }
            guard found.value == digests[table.name] else {
                throw SQLFailure(.corrupt, "the copy of \(table.name) differs from the source: is either being served?")
            }
            report.append(Report.Table(name: table.name, rows: found.count))
        }
        return Report(tables: report, wasDone: false)
    }

    /// Whether a target that was moved to before is still what the source is.
    private func compareFinished(_ tables: [MovedTable], _ total: Int64) async throws(SQLFailure) -> Report {
        var digests: [String: [UInt8]] = [:]
        for table in tables { digests[table.name] = try await digest(table, of: source).value }
        do throws(SQLFailure) {
            return Report(tables: try await compare(tables, digests, total).tables, wasDone: true)
        } catch {
            guard error.kind == .corrupt else { throw error }
            throw SQLFailure(
                .notUnique,
                "this database was moved to the target before, and one of the two has been used since: nothing was changed"
            )
        }
    }

    /// Lets self-counting keys go on behind those that were copied, and notes that all is there.
    private func finish(_ tables: [MovedTable], _ mark: MoveMark) async throws(SQLFailure) {
        let highest = try await source.read { connection throws(SQLFailure) in
            try connection.query("SELECT name, seq FROM sqlite_sequence", []).map { row throws(SQLFailure) in
                (name: try row.text(0), number: try row.integer(1))
            }
        }
        try await target.writeAtLength { connection throws(SQLFailure) in
            for (name, number) in highest {
                guard let table = tables.first(where: { $0.name == name }) else { continue }
                try connection.execute(
                    "SELECT setval(pg_get_serial_sequence($1, $2), GREATEST($3, 1))",
                    [.text(table.name), .text(table.key), .integer(number)]
                )
            }
            var done = mark
            done.isDone = true
            try done.store(connection)
        }
    }
}

extension MovedTable {
    /// Whether a table of the target holds no more than a new schema does.
    fileprivate func isUntouched(_ connection: any SQLConnection) throws(SQLFailure) -> Bool {
        switch name {
        case "clients":
            let rows = try connection.query("SELECT COUNT(*) FROM clients WHERE id <> $1", [.text(Client.builtInID)])
            return try rows.first?.integer(0) == 0
        case "metadata":
            // What a server writes that merely looks whether the database is there says nothing of its use.
            let rows = try connection.query("SELECT COUNT(*) FROM metadata WHERE name = 'master_key_check'", [])
            return try rows.first?.integer(0) == 0
        default: return try count(connection) == 0
        }
    }
}
