import Foundation
import JOSE
import Testing

@testable import TesseraCLI

/// The commands, beside a running server and without one: no difference that a user could see.
@Suite struct AdministrationTests {
    private static func prepared() async throws -> (RunningServer, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        try directory.write("roles:\n  editor: [posts:read]\n", to: "tessera.yaml")
        return (try await RunningServer(in: directory), directory)
    }

    @Test(arguments: [true, false])
    func `accounts are added, shown, changed and removed`(isServing: Bool) async throws {
        let (server, directory) = try await Self.prepared()
        if !isServing {
            server.send(SIGTERM)
            _ = await server.exitStatus()
        }
        func run(_ arguments: String..., input: String = "") throws -> BuiltBinary.Result {
            try BuiltBinary.run(arguments, input: input, directory: directory.path)
        }
        let added = try run(
            "user",
            "add",
            "Ålice",
            "--email",
            "a@x.example",
            "--role",
            "editor",
            "--json",
            "--password-stdin",
            input: "correct horse battery\n"
        )
        #expect(added.status == 0, "\(added.errors)")
        let account = try JSONValue(parsing: added.firstLine)
        #expect(account["username"] == "Ålice" && account["roles"] == ["editor"] && account["disabled"] == false)
        #expect(try JSONValue(parsing: run("user", "show", "ålice", "--json").firstLine) == account)
        #expect(try run("user", "add", "ålice", "--password-stdin", input: "correct horse battery").status == 1)
        #expect(try run("user", "add", "bob", "--password-stdin", input: "short").status == 2)
        // Eleven characters are too few: a line's end, in either spelling, is not the twelfth.
        for end in ["\n", "\r\n"] {
            #expect(try run("user", "add", "bob", "--password-stdin", input: "elevenchars" + end).status == 2)
        }
        #expect(try run("user", "add", " bob", "--password-stdin", input: "correct horse battery").status == 2)
        #expect(
            try run("user", "add", "bob", "--role", "x", "--password-stdin", input: "correct horse battery").status == 2
        )
        #expect(try run("user", "disable", "Ålice").status == 0)
        #expect(try JSONValue(parsing: run("user", "show", "Ålice", "--json").firstLine)["disabled"] == true)
        #expect(try run("user", "enable", "Ålice").status == 0)
        #expect(try run("user", "list").lines.count == 3)
        #expect(try run("session", "list", "--json").output == "[]\n")
        #expect(try run("session", "revoke", "--user", "Ålice").status == 0)
        #expect(try run("session", "revoke", "nothing").status == 1)
        let removed = try run("user", "remove", "Ålice")
        #expect(removed.status == 0 && !removed.errors.contains("role admin"))
        let last = try run("user", "disable", "admin")
        #expect(last.status == 0 && last.errors.contains("tessera user add NAME --role admin"), "\(last.errors)")
        #expect(try !run("user", "enable", "admin").errors.contains("role admin"))
        let gone = try run("user", "show", "Ålice")
        #expect(gone.status == 1)
        #expect(gone.output.isEmpty && gone.errors.contains("Ålice"))
    }

    @Test(arguments: [true, false])
    func `clients and signing keys are managed`(isServing: Bool) async throws {
        let (server, directory) = try await Self.prepared()
        if !isServing {
            server.send(SIGTERM)
            _ = await server.exitStatus()
        }
        func run(_ arguments: String...) throws -> BuiltBinary.Result {
            try BuiltBinary.run(arguments, directory: directory.path)
        }
        let added = try run(
            "client",
            "add",
            "app",
            "--confidential",
            "--scope",
            "a",
            "--audience",
            "https://api.example"
        )
        #expect(added.status == 0, "\(added.errors)")
        #expect(added.output.hasPrefix("tcs_") && added.lines.count == 1)
        #expect(try run("client", "add", "app").status == 1)
        #expect(try run("client", "add", "other", "--grant", "nonsense").status == 2)
        let rotated = try run("client", "rotate-secret", "app")
        #expect(rotated.output.hasPrefix("tcs_") && rotated.output != added.output)
        let shown = try JSONValue(parsing: run("client", "show", "app", "--json").firstLine)
        #expect(shown["audiences"] == ["https://api.example"] && shown["client_secret"] == nil)
        #expect(try run("client", "list").lines.count == 3)
        #expect(try run("client", "remove", "tessera").status == 2)
        #expect(try run("client", "remove", "app").status == 0)
        #expect(try run("client", "show", "app").status == 1)

        let before = try JSONValue(parsing: run("signing-key", "list", "--json").firstLine).arrayValue ?? []
        #expect(before.map { $0["state"] } == ["active"])
        let next = try JSONValue(
            parsing: run("signing-key", "rotate", "--now", "--algorithm", "Ed25519", "--json").firstLine
        )
        #expect(next["state"] == "active" && next["algorithm"] == "Ed25519")
        let old = try #require(before.first?["id"]?.stringValue)
        #expect(try run("signing-key", "revoke", old).status == 0)
        #expect(try run("signing-key", "revoke", old).status == 1)
        #expect(try run("signing-key", "rotate", "--algorithm", "HS256").status == 2)
    }

    @Test(arguments: [true, false])
    func `an import takes what it can and names the rest by line`(isServing: Bool) async throws {
        let (server, directory) = try await Self.prepared()
        if !isServing {
            server.send(SIGTERM)
            _ = await server.exitStatus()
        }
        let hash = "$2b$04$abcdefghijklmnopqrstuuMlPq0RQkJzVHO0i4aTTOyYRq3yHrM0W"
        let good = (0..<1200).map { "user\($0),\(hash)" }
        let text = (["username,password_hash"] + good + ["bad", "user1,\(hash)", "x,$9$y", "y,\(hash),,nope"]).joined(
            separator: "\n"
        )
        let result = try BuiltBinary.run(["user", "import", "-"], input: text, directory: directory.path)
        #expect(result.status == 1)
        #expect(result.errors.contains("Imported 1200, rejected 4."), "\(result.errors)")
        for line in 1202...1205 { #expect(result.errors.contains("line \(line): ")) }
        let list = try BuiltBinary.run(["user", "list", "--json"], directory: directory.path)
        #expect(try JSONValue(parsing: list.firstLine, limits: JSONLimits(members: 10_000)).arrayValue?.count == 1201)
    }

    @Test func `sixteen commands at once all succeed, served or not`() async throws {
        let (server, directory) = try await Self.prepared()
        func addAll(_ prefix: String) async throws -> [Int32] {
            try await withThrowingTaskGroup(of: Int32.self) { group in
                for number in 0..<16 {
                    group.addTask {
                        try await onThread {
                            try BuiltBinary.run(
                                ["client", "add", "\(prefix)\(number)"],
                                directory: directory.path
                            ).status
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
        }
        #expect(try await addAll("served").allSatisfy { $0 == 0 })
        server.send(SIGTERM)
        _ = await server.exitStatus()
        #expect(try await addAll("alone").allSatisfy { $0 == 0 })
        #expect(try BuiltBinary.run(["client", "list"], directory: directory.path).lines.count == 34)
    }

    @Test func `a data directory with a very long name has a socket too`() async throws {
        let directory = try TemporaryDirectory()
        let long = directory.file(String(repeating: "d", count: 120))
        let server = try await RunningServer(in: directory, "--data-directory", long)
        let listed = try server.command("user", "list", "--data-directory", long)
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(await server.line(containing: "user.list") != nil)
    }

    @Test func `garbage on the socket closes that connection and nothing else`() async throws {
        let (server, directory) = try await Self.prepared()
        let path = directory.file("tessera-data/tessera.sock")
        for bytes in [
            [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 2, 0x7B, 0x7D], [0, 0, 0, 1], Array("GET / HTTP/1.1\r\n\r\n".utf8),
        ] as [[UInt8]] {
            let answer = try await onThread { try Self.exchange(bytes, path) }
            #expect(answer.isEmpty || answer.contains("is not one of ours"), "\(answer)")
        }
        #expect(try server.command("user", "list").status == 0)
    }

    /// Sends bytes, says that no more come, and reads what is answered.
    private static func exchange(_ bytes: [UInt8], _ path: String) throws -> String {
        let socket = try UnixSocketPath.makeSocket()
        defer { close(socket) }
        let address = try UnixSocketPath(directory: (path as NSString).deletingLastPathComponent, name: "tessera.sock")
        try #require(address.withAddress { connect(socket, $0, $1) } == 0)
        try systemWrite(socket, bytes)
        shutdown(socket, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = chunk.withUnsafeMutableBytes { systemRead(socket, $0) }
            guard count > 0 else { return String(decoding: answer, as: UTF8.self) }
            answer += chunk[..<count]
        }
    }
}

/// Runs blocking work off the pool that tasks share.
func onThread<R: Sendable>(_ work: @escaping @Sendable () throws -> R) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
    }
}
