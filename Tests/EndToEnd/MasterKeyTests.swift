import Foundation
import JOSE
import Testing

/// The rotation of the master key, whole and interrupted.
struct MasterKeyTests {
    private func rotate(_ server: ServerProcess, killedAt point: String? = nil) async throws -> Command {
        if let point { try server.arm(point) }
        defer { server.disarm() }
        return try await Command.run(
            Command.tessera,
            ["master-key", "rotate"],
            in: server.directory,
            environment: ["TESSERA_FAULT_FILE": server.directory + "/armed"]
        )
    }

    private func key(_ server: ServerProcess) throws -> String {
        try String(contentsOfFile: server.dataDirectory + "/master.key", encoding: .utf8)
    }

    /// The server starts, and nothing but the master key has changed.
    private func check(_ server: ServerProcess, _ caller: Caller, _ login: Caller.Answer, _ keys: String) async throws {
        try await server.start()
        #expect(try await caller.send("GET", "/.well-known/jwks.json").text == keys)
        #expect(try await caller.send("GET", "/users/me", bearer: login["access_token"]).status == 200)
        #expect(try await caller.refresh(login["refresh_token"]).status == 200)
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)
        #expect(try await server.tessera("audit", "verify").status == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: server.dataDirectory)
        #expect(files.filter { $0.hasPrefix("master.key") } == ["master.key"])
    }

    @Test func `a rotation changes the master key and nothing that anybody sees`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let login = try await caller.logIn("alice", LifecycleTests.password)
        let keys = try await caller.send("GET", "/.well-known/jwks.json").text
        let busy = try await rotate(server)
        #expect(busy.status == 3)
        #expect(busy.errors.contains("already running"), "\(busy.errors)")
        await server.stop()
        let before = try key(server)
        let done = try await rotate(server)
        #expect(done.status == 0, "\(done.errors)")
        let after = try key(server)
        #expect(after != before)
        for secret in [before, after] { #expect(!(done.output + done.errors).contains(secret.dropLast())) }
        try await check(server, caller, login, keys)
        #expect(try await server.tessera("audit", "--event", "master_key_rotated", "--json").output.contains("number"))

        await server.stop()
        try before.write(toFile: server.dataDirectory + "/master.key", atomically: true, encoding: .utf8)
        let wrong = try await server.tessera("serve")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("master key"), "\(wrong.errors)")
    }

    @Test(arguments: ["masterKeyWritten", "masterKeyCommitted", "masterKeyPlaced"])
    func `a rotation killed at any point leaves a key that fits`(_ point: String) async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let login = try await caller.logIn("alice", LifecycleTests.password)
        let keys = try await caller.send("GET", "/.well-known/jwks.json").text
        await server.stop()
        #expect(try await rotate(server, killedAt: point).status != 0)
        try await check(server, caller, login, keys)
    }

    @Test func `a lost key costs signing keys, and neither accounts nor sessions`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let login = try await caller.logIn("alice", LifecycleTests.password)
        await server.stop()
        let known = try await server.tessera("master-key", "rotate", "--lost")
        #expect(known.status == 2)
        #expect(known.errors.contains("not lost"), "\(known.errors)")
        try FileManager.default.removeItem(atPath: server.dataDirectory + "/master.key")
        let missing = try await server.tessera("serve")
        #expect(missing.status == 2)
        #expect(missing.errors.contains("master.key"), "\(missing.errors)")
        let replaced = try await server.tessera("master-key", "rotate", "--lost")
        #expect(replaced.status == 0, "\(replaced.errors)")
        try await server.start()
        #expect(try await caller.send("GET", "/users/me", bearer: login["access_token"]).status == 401)
        let refreshed = try await caller.refresh(login["refresh_token"])
        #expect(refreshed.status == 200, "\(refreshed.text)")
        #expect(try await caller.send("GET", "/users/me", bearer: refreshed["access_token"]).status == 200)
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)
        #expect(try await server.tessera("audit", "--user", "alice").status == 0)
        let unverifiable = try await server.tessera("audit", "verify")
        #expect(unverifiable.status == 1)
        #expect(unverifiable.errors.contains("a key that this server does not have"), "\(unverifiable.errors)")
    }

    @Test func `a back-up whose key is lost can be used all the same, and nothing in it lives`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let login = try await caller.logIn("alice", LifecycleTests.password)
        #expect(try await server.tessera("backup", "copy.sqlite").status == 0)
        await server.stop()
        for name in ["master.key", "tessera.sqlite"] {
            try FileManager.default.removeItem(atPath: server.dataDirectory + "/" + name)
        }
        try FileManager.default.copyItem(
            atPath: server.directory + "/copy.sqlite",
            toPath: server.dataDirectory + "/tessera.sqlite"
        )
        for arguments in [["master-key", "rotate", "--lost"], ["restore", "--adopt"]] {
            let done = try await Command.run(Command.tessera, arguments, in: server.directory)
            #expect(done.status == 0, "\(done.errors)")
        }
        try await server.start()
        #expect(try await caller.refresh(login["refresh_token"]).status == 400)
        #expect(try await caller.logIn("alice", LifecycleTests.password).status == 200)
    }

    @Test func `a key from the environment is replaced in a file that is named`() async throws {
        let (server, _) = try await LifecycleTests.withUser()
        await server.stop()
        let old = try key(server).trimmingCharacters(in: .newlines)
        try FileManager.default.removeItem(atPath: server.dataDirectory + "/master.key")
        func run(_ arguments: [String], _ environment: [String: String]) async throws -> Command {
            try await Command.run(Command.tessera, arguments, in: server.directory, environment: environment)
        }
        let environment = ["TESSERA_MASTER_KEY": old]
        let unnamed = try await run(["master-key", "rotate"], environment)
        #expect(unnamed.status == 2)
        #expect(unnamed.errors.contains("--to"), "\(unnamed.errors)")
        let done = try await run(["master-key", "rotate", "--to", "new.key"], environment)
        #expect(done.status == 0, "\(done.errors)")
        let mode = try FileManager.default.attributesOfItem(atPath: server.directory + "/new.key")[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try await run(["user", "list"], environment).status == 2)
        #expect(try await run(["user", "list"], ["TESSERA_MASTER_KEY_FILE": "new.key"]).status == 0)
        let again = try await run(["master-key", "rotate", "--to", "new.key"], ["TESSERA_MASTER_KEY_FILE": "new.key"])
        #expect(again.status == 2)
        #expect(again.errors.contains("new file"), "\(again.errors)")
    }
}
