import Foundation
import PostgreSQLTesting
import Testing

/// The short forms of `Tests/Proofs` against the built binary; `make prove` runs the long ones.
@Suite(.serialized)
struct ProofTests {
    private static let isRoot = getuid() == 0
    private static let hasTracer = ["/usr/bin/strace", "/usr/local/bin/strace"]
        .contains { FileManager.default.isExecutableFile(atPath: $0) }
    private static let hasCompiler = ["cc", "gcc", "clang"]
        .contains { FileManager.default.isExecutableFile(atPath: "/usr/bin/" + $0) }

    private func prove(_ name: String) async throws {
        let script = Command.packageRoot + "/Tests/Proofs/\(name).py"
        let done = try await Command.run(
            "/usr/bin/env",
            ["python3", script, "--binary", Command.tessera, "--short"],
            in: NSTemporaryDirectory()
        )
        #expect(done.status == 0, "\(done.output)\(done.errors)")
        #expect(done.output.contains("\(name): "))
    }

    @Test func `a server killed under load keeps all that it acknowledged`() async throws {
        try await prove("kill")
    }

    @Test(.enabled(if: PostgreSQLInstallation.isThere, "PostgreSQL is not installed: apt-get install postgresql"))
    func `three nodes that are killed, parted or left by their database keep all that they acknowledged`() async throws
    {
        try await prove("fleet")
    }

    @Test func `a migration killed after any statement leaves whole steps, and the next run ends it`() async throws {
        try await prove("migrations")
    }

    @Test func `requests that race share one successor, and nothing lives on after an end`() async throws {
        try await prove("races")
    }

    @Test func `WAL-reset corruption: commands beside a server that writes leave the file sound`() async throws {
        try await prove("companions")
    }

    @Test(.enabled(if: isRoot && hasTracer, "needs root and strace"))
    func `failing calls and a full disk cost no acknowledged effect, and pass`() async throws {
        try await prove("iofault")
    }

    @Test(.enabled(if: hasCompiler, "needs a C compiler"))
    func `a power cut at any moment takes nothing acknowledged`() async throws {
        try await prove("powercut")
    }

    @Test(.enabled(if: ForwardAuthenticationTests.nginx != nil, "needs nginx: Debian's nginx-light"))
    func `slow clients and smugglers do not reach others`() async throws {
        try await prove("slow")
    }
}
