import Foundation
import JOSE
import Testing

@testable import TesseraCLI

/// What the running server measures, as Prometheus reads it.
@Suite struct MetricsTests {
    private func metrics(_ server: RunningServer) async throws -> String {
        let line = try #require(await server.line(containing: "\"listening\""))
        let address = try #require(try JSONValue(parsing: line)["address"]?.stringValue)
        let connection = try PlainConnection(port: try #require(Int(address.split(separator: ":").last ?? "")))
        connection.send("GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return connection.readToEnd()
    }

    private func value(_ name: String, in text: String) -> Double? {
        text.split(whereSeparator: \.isNewline).first { $0.hasPrefix(name + " ") }?
            .split(separator: " ").last.flatMap { Double($0) }
    }

    @Test func `commits, hashes, connections, keys and back-ups are measured`() async throws {
        let directory = try TemporaryDirectory()
        let first = try await RunningServer(in: directory)
        #expect(try first.command("user", "add", "eve", "--password-stdin", input: "some other words").status == 0)
        let text = try await metrics(first)
        #expect(value("tessera_database_commit_duration_seconds_count", in: text).map { $0 > 0 } == true)
        #expect(value("tessera_database_commit_writes_bucket{le=\"1\"}", in: text).map { $0 > 0 } == true)
        #expect(value("tessera_password_hash_duration_seconds_count", in: text).map { $0 > 0 } == true)
        #expect(value("tessera_password_hash_wait_seconds_count", in: text).map { $0 > 0 } == true)
        #expect(value("tessera_connections_open", in: text) == 1)
        #expect(value("tessera_clock_in_doubt", in: text) == 0)
        #expect(value("tessera_backup_latest_timestamp_seconds", in: text) == nil)
        #expect(try first.command("backup", directory.file("copy.sqlite")).status == 0)
        first.send(SIGTERM)
        #expect(await first.exitStatus() == 0)

        let second = try await RunningServer(in: directory)
        var later = try await metrics(second)
        // It is read once the server runs, a moment after it listens.
        for _ in 0..<300 where value("tessera_backup_latest_timestamp_seconds", in: later) == nil {
            later = try await metrics(second)
        }
        let now = Date().timeIntervalSince1970
        #expect(value("tessera_backup_latest_timestamp_seconds", in: later).map { abs($0 - now) < 600 } == true)
        #expect(value("tessera_signing_key_age_seconds", in: later).map { (0..<600).contains($0) } == true)
    }
}
