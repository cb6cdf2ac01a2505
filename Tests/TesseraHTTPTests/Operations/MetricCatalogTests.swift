import Foundation
import JOSE
import Testing

@testable import TesseraHTTP

/// Every metric has a description, and every description a metric.
struct MetricCatalogTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The labels that the server's sources record under; what the client side counts of other issuers is not among them.
    private func recorded() throws -> Set<String> {
        let sources = Self.root.appendingPathComponent("Sources")
        var found: Set<String> = []
        for folder in ["TesseraCore", "TesseraSQL", "TesseraHTTP", "TesseraCLI", "BearerAuth"] {
            let files = FileManager.default.enumerator(
                at: sources.appendingPathComponent(folder),
                includingPropertiesForKeys: nil
            )
            for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
                guard !["MetricCatalog.swift", "ProviderMetrics.swift"].contains(file.lastPathComponent) else {
                    continue
                }
                let text = try String(contentsOf: file, encoding: .utf8)
                for match in text.matches(of: #/"((?:tessera|bearer_auth|process|http)_[a-z_]+)"/#) {
                    let name = String(match.1)
                    if Self.isMetric(name, in: text) { found.insert(name) }
                }
            }
        }
        return found
    }

    /// A name that a series is made with, at once or by way of a constant.
    private static func isMetric(_ name: String, in text: String) -> Bool {
        text.contains("label: \"\(name)\"") || text.contains("let name = \"\(name)\"")
    }

    @Test func `every metric that is recorded has a description, and the other way round`() throws {
        let recorded = try recorded()
        let described = Set(MetricCatalog.help.keys)
        #expect(recorded.subtracting(described).isEmpty, "without description")
        #expect(described.subtracting(recorded).isEmpty, "without metric")
        #expect(recorded.count > 25)
    }

    @Test func `names say their unit as Prometheus wants it`() {
        for name in MetricCatalog.help.keys {
            let isPrefixed = ["tessera_", "bearer_auth_", "process_"].contains { name.hasPrefix($0) }
            #expect(isPrefixed, "\(name)")
            #expect(!name.hasSuffix("_count") && !name.hasSuffix("_sum") && !name.hasSuffix("_bucket"), "\(name)")
            for unit in ["milliseconds", "minutes", "kilobytes"] { #expect(!name.contains(unit), "\(name)") }
        }
        for text in MetricCatalog.help.values { #expect(text.hasSuffix(".") && !text.contains("\n"), "\(text)") }
    }

    @Test func `what the server shows is described, and typed by its name`() async throws {
        let fixture = try await ServerFixture()
        try await fixture.run { caller in
            let tokens = try await caller.logIn()
            _ = try await caller.form("/token", "grant_type=refresh_token&refresh_token=\(tokens.refresh)")
            let lines = try await caller.get("/metrics").text.split(separator: "\n")
            let help = lines.filter { $0.hasPrefix("# HELP ") }.map { $0.split(separator: " ", maxSplits: 3) }
            #expect(help.count > 12)
            for words in help { #expect(words[2] != words[3], "\(words[2]) has no description") }
            for line in lines where line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                #expect(words[2].hasSuffix("_total") == (words[3] == "counter"), "\(line)")
            }
            for name in ["process_resident_memory_bytes", "process_open_fds", "process_cpu_seconds_total"] {
                let value = lines.first { $0.hasPrefix(name + " ") }?.split(separator: " ").last.flatMap { Double($0) }
                #expect(value.map { $0 > 0 } == true, "\(name)")
            }
        }
    }

    @Test func `the dashboard asks for metrics that exist`() throws {
        let file = Self.root.appendingPathComponent("docs/grafana-dashboard.json")
        let text = try String(contentsOf: file, encoding: .utf8)
        let dashboard = try JSONValue(parsing: text)
        let panels = try #require(dashboard["panels"]?.arrayValue)
        let queries = panels.flatMap { $0["targets"]?.arrayValue ?? [] }.compactMap { $0["expr"]?.stringValue }
        #expect(queries.count > 20)
        var asked: Set<String> = []
        for query in queries {
            let names = query.matches(of: #/\b(?:tessera|bearer_auth|process)_[a-z_]+/#).map { String($0.0) }
            #expect(!names.isEmpty, "\(query)")
            for name in names {
                let base = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) && MetricCatalog.help[name] == nil }
                asked.insert(base.map { String(name.dropLast($0.count)) } ?? name)
            }
        }
        #expect(asked.subtracting(MetricCatalog.help.keys).isEmpty)
        // What is measured is shown.
        #expect(Set(MetricCatalog.help.keys).subtracting(asked).isEmpty, "not on the dashboard")
    }
}
