import TesseraCore
import Testing

@testable import TesseraSQL

/// The schema's steps, on both engines.
struct MigratorTests {
    private static let later = Migration(number: 90, name: "later", statements: ["CREATE TABLE later (x TEXT)"])

    @Test(arguments: Engine.present)
    func `two nodes that migrate at once apply each step once`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        let migrator = Migrator(Migration.all + [Self.later])
        let applied = try await withThrowingTaskGroup(of: [Migration].self) { group in
            for _ in 0..<6 {
                group.addTask { try await migrator.run(on: store.database, at: Sample.now) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(applied.map(\.number) == [90])
        #expect(try await migrator.run(on: store.database, at: Sample.now).isEmpty)
    }

    @Test(arguments: Engine.present)
    func `a step that fails half-way leaves nothing behind, and the next start makes it whole`(
        on engine: Engine
    ) async throws {
        let store = try await StoreFixture(engine)
        let broken = Migration(
            number: 90,
            name: "later",
            statements: ["CREATE TABLE later (x TEXT)", "INSERT INTO no_such_table VALUES (1)"]
        )
        await #expect(throws: SQLFailure.self) {
            try await Migrator(Migration.all + [broken]).run(on: store.database, at: Sample.now)
        }
        let applied = try await Migrator(Migration.all + [Self.later]).run(on: store.database, at: Sample.now)
        #expect(applied.map(\.number) == [90])
    }

    @Test(arguments: Engine.present)
    func `an older binary refuses a newer schema and a command refuses an older one, each by both numbers`(
        on engine: Engine
    ) async throws {
        let store = try await StoreFixture(engine)
        let newest = try #require(Migration.all.last).number
        let newer = Migrator(Migration.all + [Self.later])
        let behind = await #expect(throws: SQLFailure.self) { try await newer.check(store.database) }
        #expect(behind?.reason.contains("version \(newest)") == true)
        #expect(behind?.reason.contains("needs 90") == true)
        try await newer.run(on: store.database, at: Sample.now)
        for refused in [true, false] {
            let ahead = await #expect(throws: SQLFailure.self) {
                if refused {
                    try await Migrator().run(on: store.database, at: Sample.now)
                } else {
                    try await Migrator().check(store.database)
                }
            }
            #expect(ahead?.kind == .corrupt)
            #expect(ahead?.reason.contains("version 90") == true)
            #expect(ahead?.reason.contains("knows \(newest)") == true)
        }
    }

    @Test(arguments: Engine.present)
    func `a step that is not the one this binary knows is refused`(on engine: Engine) async throws {
        let store = try await StoreFixture(engine)
        try await store.database.write { connection throws(SQLFailure) in
            try connection.execute("UPDATE schema_migrations SET checksum = 'other' WHERE number = 1", [])
        }
        let error = await #expect(throws: SQLFailure.self) {
            try await Migrator().run(on: store.database, at: Sample.now)
        }
        #expect(error?.reason.contains("step 1 (initial)") == true)
    }
}
