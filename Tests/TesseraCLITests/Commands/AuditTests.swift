import Foundation
import JOSE
import Testing

@testable import TesseraCLI

/// `tessera audit`, beside a running server and without one.
@Suite struct AuditTests {
    private static func prepared(serving: Bool) async throws -> (RunningServer, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        let server = try await RunningServer(in: directory)
        if !serving {
            server.send(SIGTERM)
            _ = await server.exitStatus()
        }
        return (server, directory)
    }

    @Test(arguments: [true, false])
    func `the trail is listed, filtered and verified`(isServing: Bool) async throws {
        let (server, directory) = try await Self.prepared(serving: isServing)
        func run(_ arguments: String..., input: String = "") throws -> BuiltBinary.Result {
            try BuiltBinary.run(arguments, input: input, directory: directory.path)
        }
        let password = "correct horse battery"
        #expect(try run("user", "add", "alice", "--password-stdin", input: password).status == 0)
        #expect(try run("user", "disable", "alice").status == 0)
        let table = try run("audit", "--user", "alice")
        #expect(table.status == 0, "\(table.errors)")
        #expect(table.lines.first?.hasPrefix("NUMBER  TIME") == true)
        #expect(table.lines.count == 3)
        #expect(table.lines.last?.contains("account_disabled  alice") == true)
        let rows = try run("audit", "--json").lines.map { try JSONValue(parsing: String($0)) }
        #expect(rows.compactMap { $0["number"]?.int64Value } == Array(1...Int64(rows.count)))
        #expect(rows.last?["event"] == "audit_read")
        #expect(rows.contains { $0["event"] == "account_added" && $0["username"] == "alice" })
        let newest = try run("audit", "list", "--event", "account_added", "--limit", "1", "--json")
        #expect(try JSONValue(parsing: newest.firstLine)["username"] == "alice")
        #expect(try run("audit", "--since", "1h", "--json").lines.count > rows.count)
        #expect(try run("audit", "--since", "2999-01-01").lines.count == 1)

        let verified = try run("audit", "verify", "--json")
        #expect(verified.status == 0, "\(verified.errors)")
        let head = try #require(try JSONValue(parsing: verified.firstLine)["head"]?.stringValue)
        #expect(try run("audit", "verify", "--head", head).status == 0)
        let ahead = "999999" + head.drop { $0 != ":" }
        let cut = try run("audit", "verify", "--head", ahead)
        #expect(cut.status == 1)
        #expect(cut.errors.contains("cut"), "\(cut.errors)")
        for (arguments, status, word) in [
            (["audit", "--event", "login"], Int32(2), "session_begun"), (["audit", "--user", "nobody"], 1, "nobody"),
            (["audit", "--since", "soon"], 2, "--since"), (["audit", "--limit", "0"], 2, "--limit"),
            (["audit", "verify", "--head", "17"], 2, "NUMBER:HASH"),
        ] {
            let wrong = try BuiltBinary.run(arguments, directory: directory.path)
            #expect(wrong.status == status, "\(arguments)")
            #expect(wrong.errors.contains(word), "\(wrong.errors)")
        }
        if isServing { #expect(server.log.contains("the audit trail's head")) }
    }
}
