import PostgreSQLTesting
import TesseraCore
import Testing

@testable import TesseraSQL

/// The engines that the stores are tested on.
enum Engine: String, Sendable, CustomTestStringConvertible {
    case sqlite
    case postgreSQL

    /// Those that this machine has.
    static let present: [Engine] = PostgreSQLInstallation.isThere ? [.sqlite, .postgreSQL] : [.sqlite]

    var testDescription: String { rawValue }
}

/// A database of its own on either engine, gone with the test.
final class StoreFixture: Sendable {
    let engine: Engine
    let database: any SQLDatabase
    var storage: SQLStorage { SQLStorage(database) }
    /// Where it is, on PostgreSQL.
    let address: PostgreSQLAddress?
    /// Keeps the embedded engine's file.
    private let file: TemporaryDatabase?

    init(_ engine: Engine) async throws {
        self.engine = engine
        switch engine {
        case .sqlite:
            let file = try await TemporaryDatabase()
            (self.file, database, address) = (file, file.database, nil)
        case .postgreSQL:
            let cluster = try PostgreSQLCluster.shared
            let address = try PostgreSQLAddress(cluster.url(try cluster.makeDatabase()))
            (file, database) = (nil, try await PostgreSQLDatabase.open(address, at: Sample.now))
            self.address = address
        }
    }

    deinit {
        if engine == .postgreSQL { Task { [database] in try? await database.close() } }
    }

    /// The same database as another node has it; on the embedded engine there is none.
    func anotherNode() async throws -> SQLStorage {
        guard let address else { return storage }
        return SQLStorage(try await PostgreSQLDatabase.open(address, at: Sample.now))
    }

    func add(_ name: String, email: String? = nil) async throws -> Account {
        let account = Sample.account(name, email: email)
        try await storage.add(account, canonicalUsername: Username.canonical(name), event: Sample.event())
        return account
    }
}

struct EngineTests {
    @Test(.enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"))
    func `the stores are tested on PostgreSQL too`() {
        #expect(Engine.present.contains(.postgreSQL))
    }
}
