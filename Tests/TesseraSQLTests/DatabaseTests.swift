import TesseraCore
import Testing

@testable import TesseraSQL

/// What both engines promise alike.
struct DatabaseTests {
    @Test(arguments: Engine.present)
    func `placeholders out of order are bound by their number`(on engine: Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let row = try await fixture.database.read { connection throws(SQLFailure) in
            try connection.query("SELECT $2, $1, $2", [.text("one"), .integer(2)])
        }
        #expect(row.first?[0] == .integer(2))
        #expect(row.first?[1] == .text("one"))
        #expect(row.first?[2] == .integer(2))
    }

    @Test(arguments: Engine.present)
    func `every kind of value comes back as it went in`(on engine: Engine) async throws {
        let fixture = try await StoreFixture(engine)
        let values: [SQLValue] = [.null, .integer(.min), .integer(.max), .text("é x"), .bytes([]), .bytes([0, 255])]
        let row = try await fixture.database.read { connection throws(SQLFailure) in
            try connection.query("SELECT $1, $2, $3, $4, $5, $6", values)
        }
        for (index, value) in values.enumerated() { #expect(row.first?[index] == value) }
    }

    @Test(arguments: Engine.present)
    func `a text with a NUL is refused, not cut`(on engine: Engine) async throws {
        let fixture = try await StoreFixture(engine)
        await #expect(throws: SQLFailure.self) {
            try await fixture.database.read { connection throws(SQLFailure) in
                try connection.query("SELECT $1", [.text("alice\u{0}x")])
            }
        }
    }
}
