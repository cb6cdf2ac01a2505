import Foundation
import Synchronization

/// A `tessera serve` in a directory of its own.
final class ServerProcess: Sendable {
    struct StartFailure: Error, CustomStringConvertible {
        let log: String
        var description: String { "the server did not start:\n\(log)" }
    }

    let directory: String
    let port: Int
    var url: String { "http://127.0.0.1:\(port)" }
    var faultFile: String { directory + "/armed" }
    var dataDirectory: String { directory + "/tessera-data" }

    private struct State {
        var process: Process?
        var log = ""
        var waiters: [(text: String, continuation: CheckedContinuation<Bool, Never>)] = []
        var hasEnded = false
        var endWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: String
    private let state = Mutex(State())

    /// Starts a server with a configuration file's text and waits until it listens.
    init(configuration: String = "", start: Bool = true) async throws {
        directory = NSTemporaryDirectory() + "tessera-e2e-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        port = try Self.freePort()
        self.configuration = configuration
        try """
        issuer: http://127.0.0.1:\(port)
        listen: 127.0.0.1:\(port)
        \(configuration)
        """.write(toFile: directory + "/tessera.yaml", atomically: true, encoding: .utf8)
        if start { try await self.start() }
    }

    deinit {
        state.withLock { $0.process }?.terminateNow()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// All that the server has written to standard error, in all its lives.
    var log: String { state.withLock { $0.log } }

    func start() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Command.tessera)
        process.arguments = ["serve"]
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = Command.clean(["TESSERA_FAULT_FILE": faultFile])
        let errors = Pipe()
        process.standardError = errors
        process.standardOutput = errors
        process.standardInput = FileHandle.nullDevice
        let mark = state.withLock { state in
            state.process = process
            state.hasEnded = false
            return state.log.count
        }
        errors.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty {
                handle.readabilityHandler = nil
                self?.ended()
            } else {
                self?.append(String(decoding: data, as: UTF8.self))
            }
        }
        try process.run()
        guard await waitForLog("listening", after: mark) else { throw StartFailure(log: log) }
    }

    /// Waits until the log holds a text, or the process has ended: false.
    func waitForLog(_ text: String, after mark: Int = 0) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.log.dropFirst(mark).contains(text) { return true }
                if state.hasEnded { return false }
                state.waiters.append((text, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    /// Sends a signal and waits for the end; answers the exit status, or minus the signal that ended it.
    @discardableResult
    func stop(_ signal: Int32 = SIGTERM) async -> Int32 {
        guard let process = state.withLock({ $0.process }) else { return 0 }
        if process.isRunning { kill(process.processIdentifier, signal) }
        return await end()
    }

    /// Waits for the process's end.
    @discardableResult
    func end() async -> Int32 {
        guard let process = state.withLock({ $0.process }) else { return 0 }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.hasEnded { state.endWaiters.append(continuation) }
                return state.hasEnded
            }
            if isOver { continuation.resume() }
        }
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal ? -process.terminationStatus : process.terminationStatus
    }

    /// Makes the server kill itself at a fault point.
    func arm(_ point: String) throws {
        try point.write(toFile: faultFile, atomically: true, encoding: .utf8)
    }

    func disarm() {
        try? FileManager.default.removeItem(atPath: faultFile)
    }

    /// Runs `tessera` in the server's directory.
    func tessera(_ arguments: String..., input: String? = nil) async throws -> Command {
        try await Command.run(Command.tessera, arguments, in: directory, input: input)
    }

    private func append(_ text: String) {
        let woken = state.withLock { state in
            state.log += text
            let log = state.log
            let woken = state.waiters.filter { log.contains($0.text) }
            state.waiters.removeAll { log.contains($0.text) }
            return woken.map(\.continuation)
        }
        for continuation in woken { continuation.resume(returning: true) }
    }

    private func ended() {
        let (waiters, endWaiters) = state.withLock { state in
            state.hasEnded = true
            defer { (state.waiters, state.endWaiters) = ([], []) }
            return (state.waiters.map(\.continuation), state.endWaiters)
        }
        for continuation in waiters { continuation.resume(returning: false) }
        for continuation in endWaiters { continuation.resume() }
    }

    /// A port that nobody listens on.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
            }
        }
        guard bound else { throw StartFailure(log: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension Process {
    fileprivate func terminateNow() {
        if isRunning { kill(processIdentifier, SIGKILL) }
    }
}
