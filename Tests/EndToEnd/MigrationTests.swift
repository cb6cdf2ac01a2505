import Foundation
import PostgreSQLTesting
import Testing

/// Changes of the schema that are killed, on either engine.
struct MigrationTests {
    /// What of the schema is there: the steps that are recorded, the first one's tables, the second one's column and table.
    private struct Found: Equatable {
        var steps = 0
        var tables = 0
        var columns = 0
        var keys = 0

        /// Whether each recorded step is there whole, and nothing of another.
        var isWhole: Bool {
            (tables > 0) == (steps >= 1) && (columns, keys) == (steps >= 2 ? (1, 1) : (0, 0))
        }
    }

    /// Runs `tessera migrate` until it ends by itself, each time killed one statement later; answers how often.
    private func migrate(
        in directory: String,
        _ environment: [String: String] = [:],
        look: () async throws -> Found
    ) async throws -> Int {
        let armed = directory + "/armed"
        var (kills, statement, steps) = (0, 1, 0)
        while kills < 200 {
            let points = Array(repeating: "migrating", count: statement).joined(separator: " ")
            try points.write(toFile: armed, atomically: true, encoding: .utf8)
            let done = try await Command.run(
                Command.tessera,
                ["migrate"],
                in: directory,
                environment: environment.merging(["TESSERA_FAULT_FILE": armed]) { $1 }
            )
            if done.status == 0 { break }
            #expect(done.status == SIGKILL, "\(done.errors)")
            kills += 1
            let found = try await look()
            #expect(found.isWhole, "\(found) after the kill at statement \(statement)")
            statement = found.steps == steps ? statement + 1 : 1
            steps = found.steps
        }
        let found = try await look()
        #expect(found.isWhole && found.steps == 2, "\(found)")
        return kills
    }

    private func temporaryDirectory() throws -> String {
        let directory = NSTemporaryDirectory() + "tessera-e2e-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        return directory
    }

    @Test(.enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"))
    func `killed after any statement on PostgreSQL, a step is there whole or not at all, and the next run ends it`()
        async throws
    {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let cluster = try PostgreSQLCluster.shared
        let database = try cluster.makeDatabase()
        func count(_ text: String) throws -> Int {
            Int(try cluster.run("SELECT count(*) FROM \(text)", database: database)) ?? -1
        }
        let kills = try await migrate(in: directory, ["TESSERA_DATABASE": cluster.url(database)]) {
            let hasSteps = try count("pg_tables WHERE tablename = 'schema_migrations'") == 1
            return Found(
                steps: hasSteps ? try count("schema_migrations") : 0,
                tables: try count("pg_tables WHERE tablename IN ('accounts', 'sessions', 'clients', 'audit')"),
                columns: try count("information_schema.columns WHERE table_name = 'audit' AND column_name = 'number'"),
                keys: try count("pg_tables WHERE tablename = 'audit_keys'")
            )
        }
        #expect(kills > 20)
    }

    @Test func `killed after any statement on SQLite, a step is there whole or not at all, and the next run ends it`()
        async throws
    {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let script = """
            import sqlite3
            database = sqlite3.connect("tessera-data/tessera.sqlite")
            one = lambda text: database.execute("SELECT COUNT(*) FROM " + text).fetchone()[0]
            tables = "sqlite_master WHERE type = 'table' AND name "
            has_steps = one(tables + "= 'schema_migrations'")
            print(one("schema_migrations") if has_steps else 0, one(tables + "IN ('accounts', 'sessions', 'clients', 'audit')"),
                  one("pragma_table_info('audit') WHERE name = 'number'"), one(tables + "= 'audit_keys'"))
            """
        let kills = try await migrate(in: directory) {
            let looked = try await Command.run("/usr/bin/env", ["python3", "-c", script], in: directory)
            let counts = looked.output.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
            try #require(counts.count == 4, "\(looked.errors)")
            return Found(steps: counts[0], tables: counts[1], columns: counts[2], keys: counts[3])
        }
        #expect(kills > 20)
    }
}
