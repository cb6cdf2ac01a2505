import Foundation
import GRDB
import TesseraCore
import Testing

@testable import TesseraSQL

struct SQLiteDatabaseTests {
    @Test func `the writer is synchronous=FULL although GRDB sets NORMAL`() async throws {
        let fixture = try await TemporaryDatabase()
        #expect(try fixture.database.synchronousOfWriter() == 2)
    }

    @Test func `one failing write fails alone among those that share its commit`() async throws {
        let fixture = try await TemporaryDatabase()
        let database = fixture.database
        let outcomes = await withTaskGroup(of: (Int, Bool).self) { group in
            for index in 0..<200 {
                group.addTask {
                    do {
                        try await database.write { connection throws(SQLFailure) in
                            try connection.execute(
                                "INSERT INTO metadata (name, value) VALUES ($1, $2)",
                                [.text("row-\(index)"), .bytes([1])]
                            )
                            // Every tenth writes and then fails: its row must be gone.
                            if index % 10 == 0 { throw SQLFailure(.notFound, "on purpose") }
                        }
                        return (index, true)
                    } catch {
                        return (index, false)
                    }
                }
            }
            return await group.reduce(into: [Int: Bool]()) { $0[$1.0] = $1.1 }
        }
        #expect(outcomes.filter { !$0.value }.keys.allSatisfy { $0 % 10 == 0 })
        let names = try await database.read { connection throws(SQLFailure) in
            try connection.query("SELECT name FROM metadata WHERE name LIKE 'row-%'", []).map {
                row throws(SQLFailure) in
                try row.text(0)
            }
        }
        #expect(Set(names) == Set((0..<200).filter { $0 % 10 != 0 }.map { "row-\($0)" }))
    }

    @Test func `busy file: a write waits a bounded time and is refused, and what is read goes on`() async throws {
        let fixture = try await TemporaryDatabase()
        try await fixture.storage.add(Sample.account("alice"), canonicalUsername: "alice", event: Sample.event())
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: fixture.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = await #expect(throws: StorageError.self) {
            try await fixture.storage.add(Sample.account("bob"), canonicalUsername: "bob", event: Sample.event())
        }
        #expect(error?.code == .unavailable)
        #expect(try await fixture.storage.account(canonicalUsername: "alice") != nil)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        try await fixture.storage.add(Sample.account("bob"), canonicalUsername: "bob", event: Sample.event())
    }

    @Test func `whether the database is ready is asked of the disk each time`() async throws {
        let fixture = try await TemporaryDatabase()
        let log = URL(fileURLWithPath: fixture.path + "-wal")
        #expect(await fixture.storage.isReady())
        let before = try Data(contentsOf: log)
        #expect(await fixture.storage.isReady())
        let after = try Data(contentsOf: log)
        #expect(after.count > before.count, "a question that writes nothing finds no full disk")
    }

    @Test func `a second start finds its data, and migrations run once`() async throws {
        let fixture = try await TemporaryDatabase()
        let account = Sample.account("alice")
        try await fixture.storage.add(account, canonicalUsername: "alice", event: Sample.event())
        try await fixture.database.close()
        let again = try await SQLiteDatabase.open(path: fixture.path, at: Sample.now)
        #expect(try await SQLStorage(again).account(id: account.id)?.username == "alice")
        #expect(try await SQLStorage(again).client(id: Client.builtInID)?.isFirstParty == true)
    }

    @Test func `a newer schema is refused and both versions are named`() async throws {
        let fixture = try await TemporaryDatabase()
        try await fixture.database.write { connection throws(SQLFailure) in
            try connection.execute(
                "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES (99, 'later', 'x', 0)",
                []
            )
        }
        try await fixture.database.close()
        let error = await #expect(throws: StorageError.self) {
            try await SQLiteDatabase.open(path: fixture.path, at: Sample.now)
        }
        #expect(error?.reason.contains("99") == true)
        #expect(error?.reason.contains("knows \(Migration.all.count)") == true)
    }

    @Test func `a schema step that differs from the one this binary knows is refused`() async throws {
        let fixture = try await TemporaryDatabase()
        try await fixture.database.write { connection throws(SQLFailure) in
            try connection.execute("UPDATE schema_migrations SET checksum = 'other' WHERE number = 1", [])
        }
        try await fixture.database.close()
        await #expect(throws: StorageError.self) {
            try await SQLiteDatabase.open(path: fixture.path, at: Sample.now)
        }
    }

    @Test func `a file that is no database is refused as such`() async throws {
        let path = NSTemporaryDirectory() + "tessera-no-database-" + UUID().uuidString
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let error = await #expect(throws: StorageError.self) {
            try await SQLiteDatabase.open(path: path, at: Sample.now)
        }
        #expect(error?.code == .corrupt)
    }
}
