import Foundation
import Synchronization
import TestSupport

/// A `tessera serve` in a directory of its own.
final class ServerProcess: Sendable {
    struct StartFailure: Error, CustomStringConvertible {
        let description: String
    }

    let directory: String
    let port: Int
    var url: String { "http://127.0.0.1:\(port)" }
    var dataDirectory: String { directory + "/tessera-data" }
    private var faultFile: String { directory + "/armed" }

    /// What the server and the commands beside it have in their environment.
    private let environment: [String: String]

    /// The server's lives, the last one running.
    private let lives = Mutex<[LoggedProcess]>([])

    /// Starts a server with a configuration file's text and waits until it listens; it is its own issuer unless another
    /// is named.
    init(
        configuration: String = "",
        issuer: String? = nil,
        environment: [String: String] = [:]
    ) async throws {
        self.environment = environment
        directory = NSTemporaryDirectory() + "tessera-e2e-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        port = try FreePort.find()
        try """
        issuer: \(issuer ?? "http://127.0.0.1:\(port)")
        listen: 127.0.0.1:\(port)
        \(configuration)
        """.write(toFile: directory + "/tessera.yaml", atomically: true, encoding: .utf8)
        try await start()
    }

    deinit {
        lives.withLock { $0 = [] }
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// All that the server has written, in all its lives.
    var log: String { lives.withLock { $0 }.map(\.log).joined() }

    /// The life that runs.
    var process: LoggedProcess? { lives.withLock { $0.last } }

    func start(_ arguments: String..., environment more: [String: String] = [:]) async throws {
        let process = try LoggedProcess(
            Command.tessera,
            ["serve"] + arguments,
            in: directory,
            environment: ["TESSERA_FAULT_FILE": faultFile].merging(environment) { $1 }.merging(more) { $1 }
        )
        lives.withLock { $0.append(process) }
        guard await process.waitForLog("listening") else { throw StartFailure(description: process.log) }
    }

    /// Sends a signal and waits for the end; answers the exit status, or minus the signal that ended it.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async -> Int32 {
        process?.send(signal)
        return await end()
    }

    /// Waits for the process's end.
    func end() async -> Int32 { await process?.end() ?? 0 }

    /// Makes the server kill itself at a fault point.
    func arm(_ point: String) throws {
        try point.write(toFile: faultFile, atomically: true, encoding: .utf8)
    }

    func disarm() {
        try? FileManager.default.removeItem(atPath: faultFile)
    }

    /// Runs `tessera` in the server's directory.
    func tessera(_ arguments: String..., input: String? = nil) async throws -> Command {
        try await Command.run(Command.tessera, arguments, in: directory, environment: environment, input: input)
    }
}
