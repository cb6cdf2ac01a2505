import Foundation
import JOSE
import TestSupport
import Testing

@testable import TesseraCLI

/// `tessera doctor` beside real servers, with one fault planted at a time.
@Suite struct DoctorTests {
    /// What the doctor said.
    struct Report {
        let status: Int32
        let errors: String
        private let findings: [JSONValue]

        init(_ result: BuiltBinary.Result) throws {
            status = result.status
            errors = result.errors
            findings = try JSONValue(parsing: result.output).arrayValue ?? []
        }

        /// The names of the checks that found something of a level.
        subscript(level: String) -> Set<String> {
            Set(findings.filter { $0["level"]?.stringValue == level }.compactMap { $0["check"]?.stringValue })
        }

        func finding(_ check: String) -> JSONValue? { findings.first { $0["check"]?.stringValue == check } }
        func message(_ check: String) -> String { finding(check)?["message"]?.stringValue ?? "" }
        func mend(_ check: String) -> String { finding(check)?["mend"]?.stringValue ?? "" }
        /// What is not in order comes with its mend.
        var lacksMend: [String] {
            findings.filter { ["fault", "warning"].contains($0["level"]?.stringValue) && $0["mend"] == .null }
                .compactMap { $0["check"]?.stringValue }
        }
    }

    /// A server whose configuration names the address it listens on.
    private func serve(_ yaml: String = "", issuer: String? = nil, port given: Int? = nil) async throws -> (
        server: RunningServer, url: String
    ) {
        let port = try given ?? FreePort.find()
        let url = "http://127.0.0.1:\(port)"
        let directory = try TemporaryDirectory()
        let text = "issuer: \(issuer ?? url)\nlisten: 127.0.0.1:\(port)\n\(yaml)\n"
        try directory.write(text, to: "tessera.yaml")
        return (try await RunningServer(in: directory, listen: nil), url)
    }

    private func examine(_ server: RunningServer, _ arguments: String...) throws -> Report {
        try Report(BuiltBinary.run(["doctor", "--json"] + arguments, directory: server.directory.path))
    }

    @Test func `a healthy server has no fault, and a mend for each warning`() async throws {
        let (server, _) = try await serve()
        let report = try examine(server)
        #expect(report["fault"].isEmpty, "\(report["fault"])")
        #expect(report.status == 0)
        #expect(report["warning"] == ["initial-password", "backup"])
        #expect(report.lacksMend.isEmpty)
        let expected: Set = [
            "reachable", "issuer", "jwks", "private-keys", "cache-headers", "revocation-feed", "clock", "proxy",
            "insecure-issuer", "signing-algorithm", "registration", "login-attempts", "file-modes", "disk", "database",
            "integrity", "durability", "signing-key", "clock-doubt", "password-hash",
        ]
        #expect(report["ok"].isSuperset(of: expected), "\(expected.subtracting(report["ok"]))")
        let text = try BuiltBinary.run(["doctor"], directory: server.directory.path)
        #expect(text.status == 0)
        #expect(text.output.contains("warning  backup"))
        #expect(text.output.contains("→ tessera backup"))
        #expect(try server.command("backup", "copy.sqlite").status == 0)
        #expect(try examine(server)["ok"].contains("backup"))
    }

    @Test func `it works without a server, on the files alone`() async throws {
        let (server, _) = try await serve()
        server.send(SIGTERM)
        _ = await server.exitStatus()
        let report = try examine(server)
        #expect(report.status == 0)
        #expect(report["ok"].contains("integrity"))
        #expect(report.finding("reachable") == nil)
        #expect(report["note"].contains("server"))
    }

    @Test func `it works with nothing but a URL`() async throws {
        let (server, url) = try await serve()
        let elsewhere = try TemporaryDirectory()
        let report = try Report(BuiltBinary.run(["doctor", "--json", url], directory: elsewhere.path))
        #expect(report.status == 0, "\(report.errors)")
        #expect(report["ok"].isSuperset(of: ["reachable", "issuer", "jwks", "private-keys", "cache-headers"]))
        #expect(report.finding("integrity") == nil)
        #expect(report["note"].contains("data"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
        withExtendedLifetime(server) {}
    }

    @Test func `a server that is not there is a fault, and what is no URL wrong usage`() throws {
        let directory = try TemporaryDirectory()
        let url = "http://127.0.0.1:\(try FreePort.find())"
        let report = try Report(BuiltBinary.run(["doctor", "--json", url], directory: directory.path))
        #expect(report.status == 1)
        #expect(report["fault"] == ["reachable"])
        #expect(report.message("reachable").contains("Connection refused"), "\(report.message("reachable"))")
        #expect(report.errors.contains("1 fault found"))
        #expect(try BuiltBinary.run(["doctor", "id.example"], directory: directory.path).status == 2)
        try directory.write("isuer: https://id.example", to: "tessera.yaml")
        #expect(try BuiltBinary.run(["doctor"], directory: directory.path).status == 2)
    }

    @Test func `an issuer that is not the URL is found`() async throws {
        let (server, url) = try await serve(issuer: "https://id.example")
        let report = try examine(server, url)
        #expect(report["fault"].contains("issuer"))
        #expect(report.message("issuer").contains("https://id.example"))
        #expect(report.mend("issuer") == "issuer: \(url)")
    }

    @Test func `exposed modes are found`() async throws {
        let (server, _) = try await serve()
        chmod(server.directory.file("tessera-data"), 0o755)
        chmod(server.directory.file("tessera-data/master.key"), 0o644)
        let report = try examine(server)
        #expect(report["fault"] == ["file-modes"])
        #expect(report.mend("file-modes").hasPrefix("chmod 700 /"))
        #expect(report.status == 1)
    }

    @Test func `weak settings are found`() async throws {
        let port = try FreePort.find()
        let (server, url) = try await serve(
            """
            allow_insecure_issuer: true
            registration: open
            login_attempts_per_account: 1000
            password_minimum_length: 8
            access_token_lifetime: 12h
            trusted_proxies: ["0.0.0.0/0"]
            """,
            issuer: "http://auth.internal:\(port)",
            port: port
        )
        let report = try examine(server, url)
        #expect(report["warning"].isSuperset(of: ["insecure-issuer", "login-attempts"]))
        #expect(report["note"].isSuperset(of: ["registration", "login-attempts", "token-lifetime"]))
        #expect(report["fault"].isSuperset(of: ["issuer", "proxy"]))
    }

    @Test func `a shared secret is warned of`() async throws {
        let directory = try TemporaryDirectory()
        let port = try FreePort.find()
        try directory.write(
            "issuer: http://127.0.0.1:\(port)\nlisten: 127.0.0.1:\(port)\nsigning_algorithm: HS256\n",
            to: "tessera.yaml"
        )
        let secret = ["TESSERA_SIGNING_SECRET": "0123456789abcdef0123456789abcdef"]
        let server = try await RunningServer(in: directory, listen: nil, environment: secret)
        let report = try Report(
            BuiltBinary.run(["doctor", "--json"], environment: secret, directory: directory.path)
        )
        #expect(report["warning"].contains("signing-algorithm"))
        #expect(report["note"].contains("jwks"))
        withExtendedLifetime(server) {}
    }

    @Test func `damaged pages are found without a server`() async throws {
        let (server, _) = try await serve()
        server.send(SIGTERM)
        _ = await server.exitStatus()
        let path = server.directory.file("tessera-data/tessera.sqlite")
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        let size = try handle.seekToEnd()
        // The last pages: indexes that no start reads.
        try handle.seek(toOffset: size - 3 * 4096)
        try handle.write(contentsOf: Data(repeating: 0xA5, count: 3 * 4096))
        try handle.close()
        let report = try examine(server)
        #expect(report.status == 1)
        #expect(!report["fault"].isDisjoint(with: ["integrity", "database"]), "\(report["fault"])")
    }

    @Test func `a first password that was changed is no warning any more`() async throws {
        let (server, _) = try await serve()
        let set = try server.command("user", "set-password", "admin", "--password-stdin", input: "entirely new words")
        #expect(set.status == 0)
        #expect(try examine(server)["ok"].contains("initial-password"))
    }

    @Test func `a proxy that is not trusted is found, and one that is trusted is in order`() async throws {
        for (trusted, level) in [(false, "fault"), (true, "ok")] {
            let front = try FreePort.find()
            let (server, url) = try await serve(
                trusted ? "trusted_proxies: [\"127.0.0.1\"]" : "",
                issuer: "http://127.0.0.1:\(front)"
            )
            let proxy = try ForwardingProxy(port: front, to: url)
            let report = try examine(server)
            #expect(report["ok"].contains("reachable"), "\(report.message("reachable"))")
            #expect(report[level].contains("proxy"), "\(report.message("proxy"))")
            withExtendedLifetime(proxy) {}
        }
    }
}
