import Foundation
import JOSE
import Testing

/// Secrets are planted in every field that takes one; none may be found anywhere afterwards.
struct CanaryTests {
    @Test func `no planted secret is found in a log, a metric or a file`() async throws {
        let server = try await ServerProcess(
            configuration: LifecycleTests.roles + "\nlog_level: trace\nregistration: open"
        )
        let caller = Caller(server)
        let canary = { (name: String) in "canary-\(name)-\(UUID().uuidString)" }
        var planted: [String] = []
        func plant(_ name: String) -> String {
            let text = canary(name)
            planted.append(text)
            return text
        }
        let password = plant("password")
        let next = plant("next-password")
        let registered = try await caller.json(
            "POST",
            "/users",
            ["username": "alice", "password": .string(password)]
        )
        #expect(registered.status == 201, "\(registered.text)")
        let first = try await caller.logIn("alice", password)
        let second = try await caller.refresh(first["refresh_token"])
        planted += [first, second].flatMap { [$0["access_token"], $0["refresh_token"]] }
        _ = try await caller.logIn("alice", plant("wrong-password"))
        _ = try await caller.logIn("nobody", plant("unknown-user"))
        _ = try await caller.form("/token", ["grant_type": plant("grant-type"), "password": plant("stray-password")])
        _ = try await caller.form(
            "/token?password=\(plant("query"))",
            ["username": "alice", "password[x]": plant("nested")]
        )
        _ = try await caller.form("/token", ["grant_type": "refresh_token", "refresh_token": plant("refresh-token")])
        _ = try await caller.form("/revoke", ["token": plant("revoked-token")])
        _ = try await caller.form(
            "/introspect",
            ["token": plant("introspected-token")],
            headers: ["Authorization": "Basic " + Data("app:\(plant("basic-secret"))".utf8).base64EncodedString()]
        )
        _ = try await caller.form(
            "/token",
            [
                "grant_type": "client_credentials", "client_id": "app", "client_secret": plant("client-secret"),
            ]
        )
        _ = try await caller.send("GET", "/users/me", bearer: plant("bearer"))
        _ = try await caller.send("GET", "/users/me?access_token=\(plant("query-token"))")
        _ = try await caller.send("GET", "/nowhere/\(plant("path"))?secret=\(plant("path-query"))")
        _ = try await caller.json(
            "PUT",
            "/users/me/password",
            bearer: second["access_token"],
            ["current_password": .string(plant("wrong-current")), "new_password": .string(next)]
        )
        _ = try await caller.json(
            "PUT",
            "/users/me/password",
            bearer: second["access_token"],
            ["current_password": .string(password), "new_password": .string(next)]
        )
        _ = try await caller.send(
            "PUT",
            "/users/me/password",
            bearer: second["access_token"],
            headers: ["Content-Type": "application/json"],
            body: #"{"new_password": "\#(plant("broken-json"))", }"#
        )
        let client = try await server.tessera("client", "add", "robot", "--confidential", "--json")
        let secret = try #require(client.output.firstMatch(of: /tcs_[A-Za-z0-9_-]+/)).output
        planted.append(String(secret))
        let added = plant("command-line")
        #expect(try await server.tessera("user", "add", "bob", "--password-stdin", input: added).status == 0)
        let metrics = try await caller.send("GET", "/metrics").text
        #expect(await server.stop() == 0)

        #expect(planted.count > 20)
        // A path is an address and not a secret: it may stand in the access log, without its query.
        for text in planted
        where !text.isEmpty && !text.hasPrefix("canary-path-") || text.hasPrefix("canary-path-query") {
            #expect(!server.log.contains(text), "in the log: \(text.prefix(30))")
            #expect(!metrics.contains(text), "in the metrics: \(text.prefix(30))")
        }
        for file in try FileManager.default.subpathsOfDirectory(atPath: server.dataDirectory) {
            let path = server.dataDirectory + "/" + file
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            for text in planted where !text.isEmpty {
                #expect(data.range(of: Data(text.utf8)) == nil, "in \(file): \(text.prefix(30))")
            }
        }
    }
}
