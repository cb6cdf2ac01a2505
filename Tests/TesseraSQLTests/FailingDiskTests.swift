import Foundation
import GRDB
import Synchronization
import TesseraCore
import Testing

@testable import TesseraSQL

/// What the embedded engine does when its disk fails, is full, or lies.
struct FailingDiskTests {
    /// A disk whose next commits fail as told.
    private final class Disk: Sendable {
        private let failures = Mutex<[ResultCode]>([])
        let commits = Atomic(0)

        func fail(_ codes: ResultCode...) { failures.withLock { $0 = codes } }

        func commit(_ database: Database) throws {
            commits.add(1, ordering: .relaxed)
            if let code = failures.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
                throw DatabaseError(resultCode: code, message: "disk I/O error")
            }
            try database.commit()
        }
    }

    private static func prepared() async throws -> (SQLiteDatabase, Disk, directory: String) {
        let directory = NSTemporaryDirectory() + "tessera-disk-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let disk = Disk()
        let path = directory + "/tessera.sqlite"
        return (try await SQLiteDatabase.open(path: path, at: Sample.now) { try disk.commit($0) }, disk, directory)
    }

    private static func put(_ name: String, _ database: SQLiteDatabase) async throws(SQLFailure) {
        try await database.write { connection throws(SQLFailure) in
            try connection.execute(
                "INSERT INTO metadata (name, value) VALUES ($1, $2)",
                [.text(name), .bytes([1])]
            )
        }
    }

    private static func names(_ database: SQLiteDatabase) async throws -> [String] {
        try await database.read { connection throws(SQLFailure) in
            let rows = try connection.query("SELECT name FROM metadata WHERE name LIKE 'row%' ORDER BY name", [])
            return try rows.map { row throws(SQLFailure) in try row.text(0) }
        }
    }

    @Test func `after a failed sync the file is opened anew before anything is acknowledged`() async throws {
        let (database, disk, directory) = try await Self.prepared()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await Self.put("row1", database)
        let before = try database.handle.reader()
        disk.fail(.SQLITE_IOERR_FSYNC)
        let error = await #expect(throws: SQLFailure.self) { try await Self.put("row2", database) }
        #expect(error?.kind == .disk)
        try await Self.put("row3", database)
        #expect(try database.handle.reader() !== before)
        #expect(try await Self.names(database) == ["row1", "row3"])
        #expect(try database.synchronousOfWriter() == 2)
    }

    @Test func `a failed sync fails every write that shared it`() async throws {
        let (database, disk, directory) = try await Self.prepared()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        disk.fail(.SQLITE_IOERR_FSYNC)
        let done = await withTaskGroup(of: String?.self) { group in
            for index in 0..<50 {
                group.addTask {
                    do {
                        try await Self.put("row\(index)", database)
                        return "row\(index)"
                    } catch {
                        return nil
                    }
                }
            }
            return await group.reduce(into: Set<String>()) { names, name in if let name { names.insert(name) } }
        }
        #expect(done.count < 50)
        try await Self.put("row-later", database)
        #expect(Set(try await Self.names(database)) == done.union(["row-later"]))
    }

    @Test func `while the file cannot be opened again nothing is acknowledged, and then it goes on`() async throws {
        let (database, disk, directory) = try await Self.prepared()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let path = directory + "/tessera.sqlite"
        try FileManager.default.moveItem(atPath: path, toPath: path + ".away")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        disk.fail(.SQLITE_IOERR_WRITE)
        await #expect(throws: SQLFailure.self) { try await Self.put("row1", database) }
        await #expect(throws: SQLFailure.self) { try await Self.put("row2", database) }
        await #expect(throws: SQLFailure.self) { try await Self.names(database) }
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: path + ".away", toPath: path)
        // Between two tries there is a pause.
        while (try? await Self.put("row3", database)) == nil { await Task.yield() }
        #expect(try await Self.names(database) == ["row3"])
    }

    @Test func `a file that turns out damaged is written no more, and every write says so`() async throws {
        let (database, disk, directory) = try await Self.prepared()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        disk.fail(.SQLITE_CORRUPT)
        for name in ["row1", "row2"] {
            let error = await #expect(throws: SQLFailure.self) { try await Self.put(name, database) }
            #expect(error?.kind == .corrupt)
        }
        #expect(try await Self.names(database).isEmpty)
        #expect(await SQLStorage(database).isReady() == false)
        let commits = disk.commits.load(ordering: .relaxed)
        await #expect(throws: SQLFailure.self) { try await Self.put("row3", database) }
        #expect(disk.commits.load(ordering: .relaxed) == commits)
    }

    @Test func `a check of the whole file finds damage and stops the writing`() async throws {
        let (database, _, directory) = try await Self.prepared()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await database.quickCheck()
        for index in 0..<200 { try await Self.put("row\(index)", database) }
        try await database.close()
        let path = directory + "/tessera.sqlite"
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let page = try #require(bytes.range(of: Data("row150".utf8))).lowerBound / 4096
        for offset in 8..<40 { bytes[page * 4096 + offset] ^= 0x5A }
        try bytes.write(to: URL(fileURLWithPath: path))
        let damaged = try await SQLiteDatabase.open(path: path, at: Sample.now)
        let error = await #expect(throws: StorageError.self) { try await damaged.quickCheck() }
        #expect(error?.code == .corrupt)
        let refused = await #expect(throws: SQLFailure.self) { try await Self.put("row999", damaged) }
        #expect(refused?.kind == .corrupt)
    }

    @Test func `a full disk refuses the write that needs room, and the next ones go on once there is some`()
        async throws
    {
        let (database, _, directory) = try await Self.prepared()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        func limit(_ pages: Int) throws {
            try database.handle.writer().writeWithoutTransaction { connection in
                _ = try Int.fetchOne(connection, sql: "PRAGMA max_page_count = \(pages)")
            }
        }
        func fill() async throws(SQLFailure) {
            try await database.write { connection throws(SQLFailure) in
                try connection.execute(
                    "INSERT INTO metadata (name, value) VALUES ('rowfull', $1)",
                    [.bytes([UInt8](repeating: 1, count: 100_000))]
                )
            }
        }
        try limit(1)
        let error = await #expect(throws: SQLFailure.self) { try await fill() }
        #expect(error?.kind == .unavailable)
        #expect(try await Self.names(database).isEmpty)
        try limit(100_000)
        try await fill()
        #expect(try await Self.names(database) == ["rowfull"])
    }

    @Test func `a run that was cut off leaves its mark, one that was ended does not`() async throws {
        let (database, _, directory) = try await Self.prepared()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(try await database.markInUse() == false)
        #expect(try await database.markInUse() == true)
        let path = directory + "/tessera.sqlite"
        // The files as a kill would leave them.
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: path + ".killed" + suffix)
        }
        try await database.close()
        #expect(try await SQLiteDatabase.open(path: path, at: Sample.now).markInUse() == false)
        #expect(try await SQLiteDatabase.open(path: path + ".killed", at: Sample.now).markInUse() == true)
    }
}
