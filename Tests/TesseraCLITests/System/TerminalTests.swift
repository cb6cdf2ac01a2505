import Foundation
import Testing

@testable import TesseraCLI

/// What a person at a terminal sees and types.
@Suite struct TerminalTests {
    /// A command on a terminal of its own.
    private final class Terminal {
        private let process = Process()
        private let keyboard = Pipe()
        private let screen = Pipe()
        private(set) var shown = ""

        init(_ command: String, in directory: String) throws {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/script")
            process.arguments = ["--quiet", "--return", "--command", command, "/dev/null"]
            process.currentDirectoryURL = URL(fileURLWithPath: directory)
            process.environment = ["PATH": "/usr/bin:/bin", "TERM": "xterm", "SHELL": "/bin/sh"]
            process.standardInput = keyboard
            process.standardOutput = screen
            process.standardError = screen
            try process.run()
        }

        /// Reads on until the screen shows a text, or the command has ended.
        func wait(for text: String) {
            while !shown.contains(text) {
                let data = screen.fileHandleForReading.availableData
                if data.isEmpty { return }
                shown += String(decoding: data, as: UTF8.self)
            }
        }

        func type(_ text: String) throws {
            try keyboard.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        }

        func end() -> Int32 {
            wait(for: "\u{0}")
            process.waitUntilExit()
            return process.terminationStatus
        }

        func interrupt() throws { try type("\u{3}") }
    }

    private func workplace() async throws -> (RunningServer, String) {
        let server = try await RunningServer()
        return (server, "\(BuiltBinary.path) user add eve")
    }

    @Test func `a password is asked for twice and never shown`() async throws {
        let (server, command) = try await workplace()
        let terminal = try Terminal(command, in: server.directory.path)
        terminal.wait(for: "Password for eve: ")
        try terminal.type("correct horse batterx\u{7F}y\n")
        terminal.wait(for: "The same again: ")
        try terminal.type("correct horse battery\n")
        #expect(terminal.end() == 0, "\(terminal.shown)")
        #expect(terminal.shown.contains("Added eve"))
        #expect(!terminal.shown.contains("correct"))
    }

    @Test func `two passwords that differ make no account`() async throws {
        let (server, command) = try await workplace()
        let terminal = try Terminal(command, in: server.directory.path)
        terminal.wait(for: "Password for eve: ")
        try terminal.type("correct horse battery\n")
        terminal.wait(for: "The same again: ")
        try terminal.type("another horse battery\n")
        #expect(terminal.end() == 2)
        #expect(terminal.shown.contains("differ"))
        #expect(try server.command("user", "show", "eve").status == 1)
    }

    @Test func `an interrupted question leaves the terminal as it was`() async throws {
        let (server, command) = try await workplace()
        let terminal = try Terminal("\(command); stty", in: server.directory.path)
        terminal.wait(for: "Password for eve: ")
        try terminal.interrupt()
        #expect(terminal.end() == 0)
        #expect(terminal.shown.contains("Interrupted"))
        #expect(!terminal.shown.contains("-echo"), "\(terminal.shown)")
    }

    @Test func `without a terminal the flags are named`() async throws {
        let (server, _) = try await workplace()
        let result = try BuiltBinary.shell(
            "/usr/bin/setsid",
            ["--wait", BuiltBinary.path, "user", "add", "eve"],
            directory: server.directory.path
        )
        #expect(result.status == 2)
        #expect(result.errors.contains("--password-stdin or --secret-file"), "\(result.errors)")
    }

    @Test func `a first start on a terminal shows the password and writes no file`() throws {
        let directory = try TemporaryDirectory()
        let terminal = try Terminal("exec \(BuiltBinary.path) serve --listen 127.0.0.1:0", in: directory.path)
        terminal.wait(for: "(shown this once)")
        terminal.wait(for: "refresh_token=")
        #expect(terminal.shown.contains("\u{1B}[32minfo"))
        #expect(terminal.shown.contains("The administrator is \"admin\"; the password is "))
        #expect(!FileManager.default.fileExists(atPath: directory.file("tessera-data/initial-admin-password")))
        try terminal.interrupt()
        #expect(terminal.end() == 0)
        #expect(terminal.shown.contains("stopped"))
    }
}
