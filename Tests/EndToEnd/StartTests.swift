import Foundation
import TestSupport
import Testing

/// Starts that fail, each with one sentence that says what happened and what to do.
struct StartTests {
    private func serve(_ configuration: String, arguments: [String] = []) async throws -> Command {
        let directory = NSTemporaryDirectory() + "tessera-start-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try configuration.write(toFile: directory + "/tessera.yaml", atomically: true, encoding: .utf8)
        return try await Command.run(Command.tessera, ["serve"] + arguments, in: directory)
    }

    @Test(arguments: [
        ("isuer: https://id.example", "isuer"), ("access_token_lifetime: 3 fortnights", "access_token_lifetime"),
        ("access_token_lifetime: 25h", "access_token_lifetime"), ("issuer: http://id.example", "issuer"),
        ("signing_algorithm: none", "signing_algorithm"), ("signing_algorithm: HS256", "signing_secret"),
        ("listen: nowhere", "listen"), ("refresh_grace_period: 6m", "refresh_grace_period"),
    ])
    func `a wrong configuration stops the start and names the key`(_ row: (text: String, key: String)) async throws {
        let done = try await serve(row.text)
        #expect(done.status == 2, "\(done.errors)")
        #expect(done.errors.contains(row.key), "\(done.errors)")
    }

    @Test func `a port in use is said`() async throws {
        let server = try await ServerProcess()
        let done = try await serve("issuer: \(server.url)\nlisten: 127.0.0.1:\(server.port)")
        #expect(done.status == 3, "\(done.errors)")
        #expect(done.errors.contains("\(server.port)"))
    }

    @Test func `a second server on the same data is refused`() async throws {
        let server = try await ServerProcess()
        let port = try FreePort.find()
        let done = try await server.tessera("serve", "--listen", "127.0.0.1:\(port)")
        #expect(done.status == 3, "\(done.errors)")
        #expect(done.errors.lowercased().contains("already"), "\(done.errors)")
    }

    @Test func `a data directory that cannot be made is said`() async throws {
        let done = try await serve("data_directory: /proc/tessera-data\ndatabase: sqlite:/proc/tessera-data/t.sqlite")
        #expect(done.status == 3, "\(done.errors)")
        #expect(done.errors.contains("/proc/tessera-data"))
    }

    @Test func `a data directory that cannot be written is said, with the mend`() async throws {
        let directory = NSTemporaryDirectory() + "tessera-start-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory + "/data", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let owner = geteuid() == 0 ? 65534 : geteuid()
        #expect(chown(directory + "/data", owner, owner) == 0 && chmod(directory + "/data", 0o500) == 0)
        // Nothing keeps root from writing: the start is another user's.
        let serve = [Command.tessera, "serve", "--data-directory", directory + "/data"]
        let done =
            geteuid() == 0
            ? try await Command.run("/usr/bin/setpriv", ["--reuid=65534", "--clear-groups"] + serve, in: "/")
            : try await Command.run(Command.tessera, Array(serve.dropFirst()), in: directory)
        #expect(done.status == 3, "\(done.errors)")
        #expect(done.errors.contains("chmod u+rwx"), "\(done.errors)")
    }

    @Test(arguments: [
        ("database: sqlite:/nonexistent/t.sqlite", "mkdir -p '/nonexistent'"),
        ("database: 'sqlite::memory:'", "which is a file"),
        ("database: sqlite:tessera.yaml", "tessera restore FILE"),
    ])
    func `a database that cannot be opened is said, with the mend`(row: (text: String, mend: String)) async throws {
        let done = try await serve(row.text)
        #expect(done.status == 2 || done.status == 3, "\(done.errors)")
        #expect(done.errors.contains(row.mend), "\(done.errors)")
    }

    @Test func `a lost or wrong master key stops the start by name`() async throws {
        let server = try await ServerProcess()
        await server.stop()
        try "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE".write(
            toFile: server.dataDirectory + "/master.key",
            atomically: true,
            encoding: .utf8
        )
        let done = try await server.tessera("serve")
        #expect(done.status == 2 || done.status == 3, "\(done.errors)")
        #expect(done.errors.contains("master"), "\(done.errors)")
        try "c2hvcnQ".write(toFile: server.dataDirectory + "/master.key", atomically: true, encoding: .utf8)
        let short = try await server.tessera("serve")
        #expect(short.status == 2)
        #expect(short.errors.contains("Put the key that the database was made with there"), "\(short.errors)")
    }

    @Test func `another signing algorithm is announced with the time from which it signs`() async throws {
        let server = try await ServerProcess()
        await server.stop()
        try await server.start("--signing-algorithm", "RS256")
        #expect(server.log.contains("signing-key rotate --algorithm RS256 --now"), "\(server.log)")
    }

    @Test func `a command that finds no data says which directory it looked for`() async throws {
        let directory = NSTemporaryDirectory() + "tessera-empty-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let done = try await Command.run(Command.tessera, ["user", "list"], in: directory)
        #expect(done.status == 3 || done.status == 2, "\(done.errors)")
        #expect(done.errors.contains("tessera-data"))
        #expect(!FileManager.default.fileExists(atPath: directory + "/tessera-data"))
    }

    @Test func `a clock behind the time that the data has seen is not ready until it is accepted`() async throws {
        let server = try await ServerProcess()
        await server.stop()
        let tomorrow = (Int(Date().timeIntervalSince1970) + 86_400) * 1000
        let change = """
            import sqlite3
            database = sqlite3.connect("tessera-data/tessera.sqlite")
            database.execute("REPLACE INTO metadata (name, value) VALUES ('latest_time', ?)", (b"\(tomorrow)",))
            database.commit()
            """
        #expect(try await Command.run(Command.python, ["-c", change], in: server.directory).status == 0)

        try await server.start()
        let caller = Caller(server)
        let answer = try await caller.send("GET", "/health/ready")
        #expect(answer.status == 503)
        #expect(answer["status"] == "clock_in_doubt")
        #expect(server.log.contains("--accept-clock"))
        await server.stop()

        try await server.start("--accept-clock")
        #expect(try await caller.send("GET", "/health/ready").status == 200)
    }

    @Test func `a second signal ends a stop that waits`() async throws {
        let server = try await ServerProcess(configuration: "shutdown_delay: 60s")
        server.process?.send(SIGTERM)
        #expect(await server.process?.waitForLog("shutting down") == true)
        // Without the second signal this would take a minute.
        let status = await server.stop(SIGTERM)
        #expect(status >= 0, "it ends itself")
    }
}
