import Foundation
import JOSE
import PostgreSQLTesting
import Testing

/// Several nodes on one database: to a client they are one server.
@Suite(
    .enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"),
    .timeLimit(.minutes(3))
)
struct NodesTests {
    @Test func `a log-in at one node is used, refreshed and revoked at another`() async throws {
        let fleet = try await Fleet()
        let token = try await fleet.logIn(at: 0)
        #expect(token.status == 200, "\(token.text)")
        #expect(try await fleet.callers[1].send("GET", "/users/me", bearer: token["access_token"]).status == 200)
        #expect(try await fleet.verify(token["access_token"], at: 1) == 200)
        let refreshed = try await fleet.callers[1].refresh(token["refresh_token"])
        #expect(refreshed.status == 200, "\(refreshed.text)")
        // Within the grace period either node gives the same successor.
        let repeated = try await fleet.callers[0].refresh(token["refresh_token"])
        #expect(repeated["refresh_token"] == refreshed["refresh_token"])
        let revoked = try await fleet.callers[0].form("/revoke", ["token": refreshed["refresh_token"]])
        #expect(revoked.status == 200)
        #expect(try await fleet.verify(refreshed["access_token"], at: 0) == 401)
        try await fleet.await(401, of: refreshed["access_token"], at: 1)
        try await fleet.await(401, of: token["access_token"], at: 1)
        #expect(try await fleet.callers[1].refresh(refreshed["refresh_token"]).status == 400)
    }

    @Test func `nodes that start at once on an empty database make one key and one administrator`() async throws {
        let fleet = try await Fleet(4)
        let rows = try fleet.cluster.run(
            "SELECT (SELECT COUNT(*) FROM signing_keys), (SELECT COUNT(*) FROM accounts WHERE username = 'admin')",
            database: fleet.database
        )
        #expect(rows == "1|1")
        let made = fleet.nodes.filter { $0.log.contains("made the administrator") }
        #expect(made.count == 1)
        let files = fleet.nodes.map {
            FileManager.default.fileExists(atPath: $0.dataDirectory + "/initial-admin-password")
        }
        #expect(files.count { $0 } == 1)
        let token = try await fleet.logIn(at: 3)
        for node in 0..<4 { #expect(try await fleet.verify(token["access_token"], at: node) == 200) }
    }

    @Test func `a command on the database is heard by all nodes`() async throws {
        let fleet = try await Fleet()
        let token = try await fleet.logIn()
        #expect(try await fleet.nodes[0].tessera("user", "disable", "alice").status == 0)
        for node in 0...1 { try await fleet.await(401, of: token["access_token"], at: node) }
        #expect(try await fleet.nodes[1].tessera("user", "enable", "alice").status == 0)
        // Its files are nobody's concern: there is neither a lock nor a socket.
        let left = (try? FileManager.default.contentsOfDirectory(atPath: fleet.nodes[1].dataDirectory)) ?? []
        #expect(!left.contains("tessera.sock") && !left.contains("tessera.lock"))
    }

    @Test func `keys that are rotated or revoked anywhere are the same everywhere`() async throws {
        let fleet = try await Fleet()
        let first = try await fleet.logIn(at: 1)
        let old = try await fleet.keys(at: 0)
        #expect(try await fleet.keys(at: 1) == old)
        #expect(try await fleet.nodes[0].tessera("signing-key", "rotate", "--now").status == 0)
        for node in 0...1 { try await eventually { try await fleet.keys(at: node).count == 2 } }
        // A node may have read the new key before it became the active one.
        var second = try await fleet.logIn(at: 1)
        try await eventually {
            second = try await fleet.logIn(at: 1)
            return Fleet.key(of: second["access_token"]) != old.first
        }
        #expect(try await fleet.verify(second["access_token"], at: 0) == 200)
        #expect(try await fleet.verify(first["access_token"], at: 0) == 200)
        #expect(try await fleet.nodes[1].tessera("signing-key", "revoke", try #require(old.first)).status == 0)
        for node in 0...1 { try await fleet.await(401, of: first["access_token"], at: node) }
        #expect(try await fleet.verify(second["access_token"], at: 0) == 200)
    }

    @Test func `revocations spread although the listener is cut off again and again`() async throws {
        let fleet = try await Fleet()
        for _ in 0..<3 {
            let token = try await fleet.logIn()
            try fleet.cluster.run(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    + "WHERE datname = '\(fleet.database)' AND query LIKE 'LISTEN%'"
            )
            #expect(try await fleet.callers[0].form("/revoke", ["token": token["refresh_token"]]).status == 200)
            try await fleet.await(401, of: token["access_token"], at: 1)
        }
    }

    @Test func `the database is killed and comes back, and everything goes on by itself`() async throws {
        let fleet = try await Fleet(on: try PostgreSQLCluster())
        let token = try await fleet.logIn()
        let revoked = try await fleet.logIn()
        #expect(try await fleet.callers[0].form("/revoke", ["token": revoked["refresh_token"]]).status == 200)
        try fleet.cluster.kill()
        for node in 0...1 {
            try await fleet.awaitReadiness(503, at: node)
            #expect(try await fleet.callers[node].send("GET", "/health/live").status == 200)
            let answer = try await fleet.callers[node].refresh(token["refresh_token"])
            #expect(answer.status == 503, "\(answer.text)")
            #expect(answer.headers["retry-after"] != nil)
            #expect(try await fleet.callers[node].send("GET", "/users/me", bearer: token["access_token"]).status == 503)
            // Not vouched for, once others may have revoked what is not known here.
            try await fleet.await(503, of: token["access_token"], at: node)
            #expect(try await fleet.callers[node].send("GET", "/revocations").status == 503)
        }
        try fleet.cluster.start()
        for node in 0...1 {
            try await fleet.awaitReadiness(200, at: node)
            try await fleet.await(200, of: token["access_token"], at: node)
            #expect(try await fleet.verify(revoked["access_token"], at: node) == 401)
        }
        #expect(try await fleet.callers[1].refresh(token["refresh_token"]).status == 200)
        #expect(try await fleet.callers[1].refresh(revoked["refresh_token"]).status == 400)

        let metrics = try await fleet.callers[0].send("GET", "/metrics").text.split(whereSeparator: \.isNewline)
        for name in ["connections", "transactions_refused_total", "commit_duration_seconds_count"] {
            let line = metrics.first { $0.hasPrefix("tessera_database_\(name) ") }
            let value = line?.split(separator: " ").last.flatMap { Double($0) }
            #expect(value.map { $0 > 0 } == true, "\(name): \(line ?? "is missing")")
        }
    }

    @Test func `a node that stops closes its connections, and no password is in any log`() async throws {
        let fleet = try await Fleet()
        _ = try await fleet.logIn()
        for node in fleet.nodes { #expect(await node.stop() == 0) }
        let left = try fleet.cluster.run("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = '\(fleet.database)'")
        #expect(left == "0")
        for node in fleet.nodes { #expect(!node.log.contains(PostgreSQLCluster.password)) }
        #expect(!fleet.cluster.logged.contains(Fleet.password))
    }
}

/// The same behind pgbouncer in transaction mode, where nothing of a session stays.
@Suite(
    .enabled(if: Pooler.isThere, "pgbouncer is not installed: apt-get install postgresql pgbouncer"),
    .timeLimit(.minutes(3))
)
struct PoolerTests {
    @Test(arguments: [false, true])
    func `nodes behind a pooler work, and hear of each other with a direct URL or without`(direct: Bool) async throws {
        let pooler = try Pooler(try .shared)
        let fleet = try await Fleet(through: pooler, direct: direct)
        for round in 0..<3 {
            let token = try await fleet.logIn(at: round % 2)
            #expect(token.status == 200, "\(token.text)")
            let refreshed = try await fleet.callers[1].refresh(token["refresh_token"])
            #expect(refreshed.status == 200, "\(refreshed.text)")
            #expect(try await fleet.callers[0].form("/revoke", ["token": refreshed["refresh_token"]]).status == 200)
            try await fleet.await(401, of: refreshed["access_token"], at: 1)
        }
        try await fleet.awaitReadiness(200, at: 1)
        #expect(fleet.nodes.allSatisfy { $0.log.contains("a pooler is in front") != direct })
    }

    @Test func `a refresh token that all clients present at once has one successor behind a pooler too`() async throws {
        let pooler = try Pooler(try .shared, poolSize: 3)
        let fleet = try await Fleet(through: pooler)
        let token = try await fleet.logIn()
        let successors = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<16 {
                group.addTask { try await fleet.callers[index % 2].refresh(token["refresh_token"])["refresh_token"] }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(successors.count == 1)
        #expect(successors.first?.isEmpty == false)
    }
}
