internal import GRDB
internal import Synchronization
public import TesseraCore

/// What a server does beyond opening the file: it finds out whether the run before ended in order, and if not reads all.
extension SQLiteDatabase {
    /// The version of the SQLite library.
    public static var libraryVersion: String {
        let number = Database.sqliteLibVersionNumber
        return "\(number / 1_000_000).\(number / 1000 % 1000).\(number % 1000)"
    }

    /// Whether that library has the fault by which two connections that write or checkpoint at once can damage a
    /// database (SQLite 3.7.0 to 3.51.2); here only one does.
    public static var hasResetFault: Bool { Database.sqliteLibVersionNumber < 3_051_003 }

    /// Marks the file as in use until it is closed.
    /// - Returns: Whether the run before was cut off: its mark is still there.
    /// - Throws: `StorageError`.
    public func markInUse() async throws(StorageError) -> Bool {
        do {
            let isNew = try await write { connection throws(SQLFailure) in
                try connection.execute(
                    "INSERT INTO metadata (name, value) VALUES ('in_use', $1) ON CONFLICT (name) DO NOTHING",
                    [.bytes([1])]
                ) == 1
            }
            isMarked.store(true, ordering: .relaxed)
            return !isNew
        } catch {
            throw StorageError(error)
        }
    }

    /// Reads every page of the file beside the requests.
    ///
    /// Where it is damaged nothing is written from then on: every write is answered with that failure.
    /// - Throws: `StorageError`, `corrupt` where the file is damaged.
    public func quickCheck() async throws(StorageError) {
        do {
            try await handle.reader().read { try SQLiteFile.checkQuickly($0) }
        } catch {
            let failure = SQLFailure(sqlite: error)
            if failure.kind == .corrupt { handle.condemn(failure) }
            throw StorageError(failure)
        }
    }
}
