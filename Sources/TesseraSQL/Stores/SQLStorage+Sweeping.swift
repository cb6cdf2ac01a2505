internal import TesseraCore

extension SQLStorage {
    /// How many rows one transaction deletes, so that none of them takes long or keeps others waiting.
    static let sweptAtOnce = 2_000

    /// Deletes rows in small transactions until none are left.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - key: Its primary key.
    ///   - condition: Which rows go; `$1` is the time.
    ///   - time: The time.
    /// - Throws: `StorageError`; what was deleted before stays deleted.
    func sweep(
        _ table: String,
        key: String,
        where condition: String,
        _ time: Timestamp
    ) async throws(StorageError) {
        let limit = Self.sweptAtOnce
        while true {
            let swept = try await write { connection throws(SQLFailure) in
                try connection.execute(
                    "DELETE FROM \(table) WHERE \(key) IN (SELECT \(key) FROM \(table) WHERE \(condition) LIMIT $2)",
                    [.integer(time.milliseconds), .integer(Int64(limit))]
                )
            }
            if swept < limit { return }
        }
    }
}
