import Foundation
import JOSE
import TestSupport
import Testing

/// A real nginx, configured as the manual says, before a service that knows nothing of tokens.
struct ForwardAuthenticationTests {
    static let nginx = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx", "/usr/local/bin/nginx"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: nginx != nil, "needs nginx: Debian's nginx-light"))
    func `nginx lets only good tokens through to a service that knows nothing of them`() async throws {
        let (server, caller) = try await LifecycleTests.withUser()
        let service = try await PlainService(in: server.directory)
        let proxy = try await NginxProcess(before: service, asking: server)
        let app = Caller(base: proxy.url)

        let stranger = try await app.send("GET", "/secret", headers: ["X-Auth-Subject": "forged"])
        #expect(stranger.status == 401, "\(stranger.text) \(proxy.process.log)")
        #expect(stranger.headers["www-authenticate"]?.hasPrefix("Bearer realm=") == true)
        #expect(try await app.send("GET", "/secret", bearer: "rubbish").status == 401)
        #expect(!service.process.log.contains("/secret"))

        let token = try await caller.logIn("alice", LifecycleTests.password)["access_token"]
        let forged = ["X-Auth-Subject": "forged", "X-Auth-Username": "forged", "X-Auth-Scope": "admin"]
        let seen = try await app.send("GET", "/articles", bearer: token, headers: forged)
        #expect(seen.status == 200, "\(seen.text) \(proxy.process.log)")
        #expect(seen["x-auth-subject"] == (try UnverifiedToken(token).claims["sub"]?.stringValue))
        #expect(seen["x-auth-username"] == "alice")
        #expect(seen["x-auth-scope"] == "articles:read articles:write")
        #expect(seen["authorization"].isEmpty)

        let narrow = try await caller.logIn("alice", LifecycleTests.password, scope: "articles:write")["access_token"]
        let forbidden = try await app.send("GET", "/secret", bearer: narrow)
        #expect(forbidden.status == 403)
        #expect(forbidden.headers["www-authenticate"]?.contains("scope=\"articles:read\"") == true)

        let client = try await self.clientToken(server, caller)
        let robot = try await app.send("GET", "/articles", bearer: client, headers: forged)
        #expect(robot["x-auth-subject"] == "robot", "\(robot.text)")
        #expect(robot["x-auth-username"].isEmpty)

        #expect(try await caller.form("/revoke", ["token": token]).status == 200)
        #expect(try await app.send("GET", "/secret", bearer: token).status == 401)
        #expect(!service.process.log.contains("/secret"))
    }

    /// A token that a client got for itself.
    private func clientToken(_ server: ServerProcess, _ caller: Caller) async throws -> String {
        let added = try await server.tessera(
            "client",
            "add",
            "robot",
            "--confidential",
            "--grant",
            "client_credentials",
            "--scope",
            "articles:read"
        )
        let secret = try #require(added.output.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("tcs_") })
        let credentials = Data("robot:\(secret)".utf8).base64EncodedString()
        let answer = try await caller.form(
            "/token",
            ["grant_type": "client_credentials"],
            headers: ["Authorization": "Basic \(credentials)"]
        )
        return answer["access_token"]
    }
}

/// The service that knows nothing of tokens.
private final class PlainService: Sendable {
    let port: Int
    let process: LoggedProcess

    init(in directory: String) async throws {
        port = try FreePort.find()
        let script = Command.packageRoot + "/Tests/EndToEnd/Clients/plain_service.py"
        process = try LoggedProcess(Command.python, [script, "\(port)"], in: directory)
        #expect(await process.waitForLog("listening"), "\(process.log)")
    }
}

/// An nginx of its own, with the configuration that stands in the manual.
private final class NginxProcess: Sendable {
    let url: String
    let process: LoggedProcess

    init(before service: PlainService, asking server: ServerProcess) async throws {
        let manual = try String(
            contentsOfFile: Command.packageRoot + "/docs/forward-authentication.md",
            encoding: .utf8
        )
        let parts = manual.components(separatedBy: "```nginx\n")
        let locations = try #require(parts.last?.components(separatedBy: "```").first)
            .replacingOccurrences(of: "127.0.0.1:8080", with: "127.0.0.1:\(server.port)")
            .replacingOccurrences(of: "127.0.0.1:3000", with: "127.0.0.1:\(service.port)")
        let port = try FreePort.find()
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(server.directory)/nginx-\($0);" }
        let configuration = """
            daemon off;
            master_process off;
            pid \(server.directory)/nginx.pid;
            error_log stderr notice;
            events {}
            http {
                access_log off;
                \(temporary.joined(separator: "\n    "))
                server {
                    listen 127.0.0.1:\(port);
                    \(locations)
                }
            }
            """
        let file = server.directory + "/nginx.conf"
        try configuration.write(toFile: file, atomically: true, encoding: .utf8)
        url = "http://127.0.0.1:\(port)"
        let nginx = ForwardAuthenticationTests.nginx ?? "nginx"
        process = try LoggedProcess(nginx, ["-e", "stderr", "-p", server.directory, "-c", file], in: server.directory)
        // Said once it listens.
        #expect(await process.waitForLog("epoll"), "\(process.log)")
    }
}
