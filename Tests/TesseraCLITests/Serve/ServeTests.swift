import Foundation
import JOSE
import Testing

@testable import TesseraCLI

@Suite struct ServeTests {
    @Test func `the first start makes the administrator, the second does not`() async throws {
        let directory = try TemporaryDirectory()
        let first = try await RunningServer(in: directory)
        let file = directory.file("tessera-data/initial-admin-password")
        let password = try String(contentsOfFile: file, encoding: .utf8)
        #expect(password.count == 24)
        #expect(first.log.contains("initial-admin-password"))
        #expect(!first.log.contains(password))
        let made = try #require(await first.line(containing: "made the administrator"))
        let trial = try #require(try JSONValue(parsing: made)["try"]?.arrayValue)
        #expect(trial.count == 3)
        #expect(trial.allSatisfy { $0.stringValue?.hasPrefix("curl -s http://127.0.0.1:") == true })
        let users = try JSONValue(parsing: first.command("user", "list", "--json").firstLine)
        #expect(users.arrayValue?.map { $0["username"]?.stringValue } == ["admin"])
        first.send(SIGTERM)
        #expect(await first.exitStatus() == 0)

        let second = try await RunningServer(in: directory)
        #expect(!second.log.contains("made the administrator"))
        #expect(try String(contentsOfFile: file, encoding: .utf8) == password)
        #expect(try JSONValue(parsing: second.command("user", "list", "--json").firstLine) == users)
    }

    @Test func `the file with the first password goes when the password is changed`() async throws {
        let server = try await RunningServer()
        let file = server.directory.file("tessera-data/initial-admin-password")
        #expect(try server.command("user", "add", "eve", "--password-stdin", input: "some other words").status == 0)
        #expect(
            try server.command("user", "set-password", "eve", "--password-stdin", input: "yet other words").status == 0
        )
        #expect(FileManager.default.fileExists(atPath: file))
        let set = try server.command("user", "set-password", "admin", "--password-stdin", input: "entirely new words")
        #expect(set.status == 0, "\(set.errors)")
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test func `all files are for their owner alone`() async throws {
        let server = try await RunningServer()
        let data = server.directory.file("tessera-data")
        let files = try FileManager.default.contentsOfDirectory(atPath: data)
        #expect(Set(files).isSuperset(of: ["master.key", "tessera.lock", "tessera.sock", "tessera.sqlite"]))
        for file in files {
            let mode = try FileManager.default.attributesOfItem(atPath: data + "/" + file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
    }

    @Test func `a second server on the same data says who is first`() async throws {
        let server = try await RunningServer()
        let second = try server.command("serve", "--listen", "127.0.0.1:0")
        #expect(second.status == 3)
        #expect(second.errors.contains("already running"))
        #expect(second.errors.contains("process \(server.pid)"), "\(second.errors)")
    }

    @Test func `a database elsewhere belongs to one server too`() async throws {
        let directory = try TemporaryDirectory()
        let database = "sqlite:" + directory.file("elsewhere.sqlite")
        let first = try await RunningServer(in: directory, "--database", database)
        let key = try String(contentsOfFile: directory.file("tessera-data/master.key"), encoding: .utf8).dropLast()
        let second = try BuiltBinary.run(
            ["serve", "--listen", "127.0.0.1:0", "--data-directory", "other", "--database", database],
            environment: ["TESSERA_MASTER_KEY": String(key)],
            directory: directory.path
        )
        #expect(second.status == 3)
        #expect(second.errors.contains("elsewhere.sqlite (process \(first.pid))"), "\(second.errors)")
    }

    @Test func `SIGTERM stops it cleanly, and the socket is gone`() async throws {
        let server = try await RunningServer()
        server.send(SIGTERM)
        #expect(await server.exitStatus() == 0)
        #expect(!FileManager.default.fileExists(atPath: server.directory.file("tessera-data/tessera.sock")))
        #expect(try server.command("user", "list").status == 0)
    }

    @Test func `a second signal stops it at once`() async throws {
        let server = try await RunningServer("--shutdown-delay", "10m")
        server.send(SIGTERM)
        _ = await server.line(containing: "shutting down")
        server.send(SIGTERM)
        #expect(await server.exitStatus() == 128 + SIGTERM)
        #expect(try server.command("user", "list").status == 0)
    }

    @Test func `a killed server leaves nothing that stops the next`() async throws {
        let directory = try TemporaryDirectory()
        let server = try await RunningServer(in: directory)
        #expect(try server.command("user", "add", "eve", "--password-stdin", input: "some other words").status == 0)
        server.send(SIGKILL)
        _ = await server.exitStatus()
        #expect(try server.command("user", "show", "eve").status == 0)
        let next = try await RunningServer(in: directory)
        #expect(try next.command("user", "show", "eve").status == 0)
    }

    @Test func `a lost master key is never replaced in silence`() async throws {
        let directory = try TemporaryDirectory()
        let server = try await RunningServer(in: directory)
        server.send(SIGTERM)
        _ = await server.exitStatus()
        let key = directory.file("tessera-data/master.key")
        let right = try String(contentsOfFile: key, encoding: .utf8)
        try FileManager.default.removeItem(atPath: key)
        for arguments in [["serve", "--listen", "127.0.0.1:0"], ["user", "list"]] {
            let result = try BuiltBinary.run(arguments, directory: directory.path)
            #expect(result.status == 2)
            #expect(result.errors.contains("master.key is missing"), "\(result.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: key))
        let wrong = ["TESSERA_MASTER_KEY": Base64URL.encode([UInt8](repeating: 7, count: 32))]
        let refused = try BuiltBinary.run(["user", "list"], environment: wrong, directory: directory.path)
        #expect(refused.status == 2)
        #expect(refused.errors.contains("TESSERA_MASTER_KEY is not the one"), "\(refused.errors)")
        let given = ["TESSERA_MASTER_KEY": String(right.dropLast())]
        #expect(try BuiltBinary.run(["user", "list"], environment: given, directory: directory.path).status == 0)
    }

    @Test func `an address that cannot be used leaves no administrator behind`() async throws {
        let server = try await RunningServer()
        let line = try #require(await server.line(containing: "\"listening\""))
        let address = try #require(try JSONValue(parsing: line)["address"]?.stringValue)
        let directory = try TemporaryDirectory()
        let result = try BuiltBinary.run(["serve", "--listen", address], directory: directory.path)
        #expect(result.status == 3)
        #expect(result.errors.contains("\(address) is in use"), "\(result.errors)")
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.file("tessera-data"))
        #expect(files == ["tessera.lock"])
    }

    @Test func `a warning says so when the default issuer is another address`() async throws {
        let server = try await RunningServer()
        #expect(await server.line(containing: "set issuer") != nil)
    }

    @Test func `the three lines of the first start work as they are printed`() async throws {
        let server = try await RunningServer()
        let made = try #require(await server.line(containing: "made the administrator"))
        let trial = try JSONValue(parsing: made)["try"]?.arrayValue?.compactMap(\.stringValue) ?? []
        var answers: [JSONValue] = []
        for line in trial {
            let result = try BuiltBinary.shell("/bin/sh", ["-c", line], directory: server.directory.path)
            #expect(result.status == 0, "\(result.errors)")
            answers.append(try JSONValue(parsing: result.output))
        }
        try #require(answers.count == 3)
        #expect(answers[0]["token_type"] == "Bearer")
        #expect(answers[1]["username"] == "admin")
        #expect(answers[2]["refresh_token"]?.stringValue?.hasPrefix("tsr_") == true)

        let line = try #require(await server.line(containing: "\"listening\""))
        let address = try #require(try JSONValue(parsing: line)["address"]?.stringValue)
        let token = try #require(answers[2]["access_token"]?.stringValue)
        let keys = "http://\(address)/.well-known/jwks.json"
        let verified = try server.command("jwt", "verify", "--keys", keys, "--type", "at+jwt", token)
        #expect(verified.status == 0, "\(verified.errors)")
        let sessions = try JSONValue(parsing: server.command("session", "list", "--json").firstLine).arrayValue
        let session = try #require(sessions?.first?["id"]?.stringValue)
        #expect(sessions?.first?["username"] == "admin")
        #expect(try server.command("session", "revoke", session).status == 0)
        #expect(try server.command("session", "list", "--json").output == "[]\n")
    }
}
