import Foundation
import Testing

/// What the systemd unit and the container's recipe rely on.
struct DeploymentTests {
    private static let analyze = "/usr/bin/systemd-analyze"
    private static let readelf = "/usr/bin/readelf"
    private static let aptCache = "/usr/bin/apt-cache"

    /// Whether a program is here that a test asks.
    private static func isThere(_ program: String) -> Bool { FileManager.default.isExecutableFile(atPath: program) }

    private static func text(_ path: String) throws -> String {
        try String(contentsOfFile: Command.packageRoot + "/" + path, encoding: .utf8)
    }

    /// A file's instructions, each on one line.
    private static func instructions() throws -> [[String]] {
        try text("Dockerfile").replacingOccurrences(of: "\\\n", with: " ").split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").map(String.init) }
    }

    @Test(.enabled(if: isThere(analyze), "systemd-analyze is not here: apt-get install systemd"))
    func `the units are valid to systemd and let few things through`() async throws {
        let directory = NSTemporaryDirectory() + "tessera-unit-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let units = ["tessera.service", "tessera-backup.service", "tessera-backup.timer"]
        for unit in units {
            try Self.text("Deploy/" + unit).replacingOccurrences(of: "/usr/local/bin/tessera", with: Command.tessera)
                .write(toFile: directory + "/" + unit, atomically: true, encoding: .utf8)
        }
        let verified = try await Command.run(Self.analyze, ["verify"] + units, in: directory)
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(verified.errors.isEmpty, "\(verified.errors)")
        let security = try await Command.run(
            Self.analyze,
            ["security", "--offline=true", "--threshold=20", "tessera.service", "tessera-backup.service"],
            in: directory
        )
        // 2.0 of 10, where 10 is no hardening at all.
        #expect(security.status == 0, "\(security.output)\(security.errors)")
    }

    @Test func `the unit's own lines agree with what the server does`() throws {
        let unit = try Self.text("Deploy/tessera.service")
        // Exit status 2 is a wrong configuration, which no restart mends.
        #expect(unit.contains("RestartPreventExitStatus=2"))
        #expect(unit.contains("Type=notify"))
        #expect(unit.contains("StateDirectory=tessera\nStateDirectoryMode=0700"))
        #expect(unit.contains("Environment=TESSERA_MASTER_KEY_FILE=%d/master.key"))
    }

    @Test func `the command that makes a master key makes one`() async throws {
        let unit = try Self.text("Deploy/tessera.service")
        let line = try #require(unit.split(separator: "\n").first { $0.contains("openssl rand") })
        let command = line.drop { $0 != "(" }.replacing(" > /etc/tessera/master.key", with: "")
        let directory = NSTemporaryDirectory()
        let key = try await Command.run("/bin/sh", ["-c", String(command)], in: directory)
        #expect(key.output.count == 43)
        let shown = try await Command.run(
            Command.tessera,
            ["config"],
            in: directory,
            environment: ["TESSERA_MASTER_KEY": key.output]
        )
        #expect(shown.status == 0, "\(shown.errors)")
    }

    @Test func `every file that the image copies exists`() throws {
        for words in try Self.instructions() where words[0] == "COPY" && !words[1].hasPrefix("--from") {
            for path in words[1...].dropLast() {
                #expect(FileManager.default.fileExists(atPath: Command.packageRoot + "/" + path), "\(path)")
            }
        }
    }

    @Test(.enabled(if: isThere(aptCache), "apt-cache is not here: this is no Debian"))
    func `every package that the image installs is in Debian`() async throws {
        let install = try #require(try Self.instructions().first { $0.contains("libsodium23") })
        let packages = install.split(separator: "&&").flatMap { part in
            part.firstIndex(of: "install").map { part[$0...].dropFirst().filter { !$0.hasPrefix("-") } } ?? []
        }
        #expect(packages.count >= 4)
        for package in packages {
            let known = try await Command.run(Self.aptCache, ["show", package], in: "/")
            #expect(known.status == 0, "\(package)")
        }
    }

    @Test(.enabled(if: isThere(readelf), "readelf is not here: apt-get install binutils"))
    func `the image has every library that the binary asks for`() async throws {
        let recipe = try Self.text("Dockerfile")
        // What every Debian has, for apt and dpkg need it themselves; Swift's own is linked into the released binary.
        let base = ["libc.so", "libm.so", "libgcc_s.so", "libstdc++.so", "libz.so", "ld-linux"]
        let packages = [
            "libsodium.so.23": "libsodium23", "libsqlite3.so.0": "libsqlite3-0", "libcrypt.so.1": "libcrypt1",
            "libpq.so.5": "libpq5",
        ]
        let sections = try await Command.run(Self.readelf, ["-d", Command.tessera], in: "/").output
        let libraries = sections.matches(of: #/\(NEEDED\).*\[(.*)\]/#).map { String($0.1) }
            .filter { library in !base.contains { library.hasPrefix($0) } }
            .filter { !$0.hasPrefix("libswift") && !$0.contains("Foundation") && !$0.hasPrefix("libdispatch") }
            .filter { !$0.hasPrefix("libBlocksRuntime") && !$0.hasPrefix("lib_") }
        #expect(libraries.contains("libsodium.so.23"))
        for library in libraries {
            let package = try #require(packages[library], "no package is known for \(library)")
            #expect(recipe.contains(" \(package)"), "\(library)")
        }
    }
}
