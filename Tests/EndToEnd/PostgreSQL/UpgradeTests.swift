import Foundation
import PostgreSQLTesting
import Testing

/// A newer release comes beside nodes of this one: it adds what they do not know, and they go on.
@Suite(
    .enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"),
    .timeLimit(.minutes(3))
)
struct UpgradeTests {
    /// What a later release's schema steps do: columns in every table, one after the other, and a table of their own.
    ///
    /// One transaction for all tables would wait for nodes that wait for it.
    private static let laterStep = """
        SELECT format('ALTER TABLE %I ADD COLUMN later TEXT', tablename) FROM pg_tables
            WHERE schemaname = 'public' AND tablename <> 'schema_migrations' \\gexec
        CREATE TABLE later (id BIGINT PRIMARY KEY, account_id TEXT);
        INSERT INTO schema_migrations VALUES (90, 'later', 'of another release', 0);
        """

    @Test func `nodes go on while a newer release migrates beside them, and lose nobody`() async throws {
        let fleet = try await Fleet()
        let old = try await fleet.logIn()
        let isOver = Over()
        // Refreshes go on at both nodes all the while, each with what the one before gave.
        let refreshing = Task { [callers = fleet.callers, first = old["refresh_token"]] in
            var (token, count) = (first, 0)
            while true {
                let answer = try await callers[count % 2].refresh(token)
                #expect(answer.status == 200, "refresh \(count): \(answer.text)")
                guard answer.status == 200 else { return count }
                (token, count) = (answer["refresh_token"], count + 1)
                if await isOver.isRaised, count > 20 { return count }
            }
        }
        try fleet.cluster.run(script: Self.laterStep, database: fleet.database)
        await isOver.raise()
        #expect(try await refreshing.value > 20)

        let new = try await fleet.logIn(at: 1)
        #expect(new.status == 200, "\(new.text)")
        for node in 0...1 { #expect(try await fleet.verify(new["access_token"], at: node) == 200) }
        #expect(try await fleet.callers[0].form("/revoke", ["token": new["refresh_token"]]).status == 200)
        for node in 0...1 { try await fleet.await(401, of: new["access_token"], at: node) }
        #expect(fleet.nodes.allSatisfy { !$0.log.contains("\"level\":\"error\"") })
    }

    @Test func `a node of the older release that is started again refuses, by both numbers, and the others serve`()
        async throws
    {
        let fleet = try await Fleet()
        try fleet.cluster.run(script: Self.laterStep, database: fleet.database)
        #expect(await fleet.nodes[0].stop() == 0)
        let failure = await #expect(throws: ServerProcess.StartFailure.self) { try await fleet.nodes[0].start() }
        #expect(failure?.description.contains("schema version 90, this binary knows") == true)
        #expect(failure?.description.contains("use a newer tessera") == true)
        let command = try await fleet.nodes[1].tessera("user", "list")
        #expect(command.status != 0)
        #expect(command.errors.contains("use a newer tessera"))
        let token = try await fleet.logIn(at: 1)
        #expect(try await fleet.verify(token["access_token"], at: 1) == 200)
    }

    /// Says that something has happened.
    private actor Over {
        private(set) var isRaised = false
        func raise() { isRaised = true }
    }
}
