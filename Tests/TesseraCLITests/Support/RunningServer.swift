import Foundation
import Synchronization
import Testing

/// A built `tessera serve` in a directory of its own, listening on a port that the system chose.
final class RunningServer: Sendable {
    let directory: TemporaryDirectory
    private let process: Process
    private let output: Output
    private let end: AsyncStream<Int32>

    struct NotStarted: Error, CustomStringConvertible {
        let description: String
    }

    /// Starts a server and waits until it says that it listens.
    init(
        in directory: TemporaryDirectory? = nil,
        _ words: String...,
        arguments: [String] = [],
        listen: String? = "127.0.0.1:0",
        environment: [String: String] = [:]
    ) async throws {
        self.directory = try directory ?? TemporaryDirectory()
        process = Process()
        process.executableURL = URL(fileURLWithPath: BuiltBinary.path)
        let address = listen.map { ["--listen", $0] } ?? []
        process.arguments = ["serve", "--log-format", "json"] + address + words + arguments
        process.currentDirectoryURL = URL(fileURLWithPath: self.directory.path)
        process.environment = environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        output = Output(pipe)
        let (end, ended) = AsyncStream<Int32>.makeStream()
        self.end = end
        process.terminationHandler = { process in
            ended.yield(process.terminationStatus)
            ended.finish()
        }
        try process.run()
        guard await output.line(containing: "\"listening\"") != nil else {
            throw NotStarted(description: output.text)
        }
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var pid: Int32 { process.processIdentifier }

    /// All that the server has logged so far.
    var log: String { output.text }

    /// Waits for a log line; `nil` if the server ends without it.
    func line(containing text: String) async -> String? { await output.line(containing: text) }

    /// Runs a command beside it.
    func command(_ arguments: String..., input: String = "") throws -> BuiltBinary.Result {
        try BuiltBinary.run(arguments, input: input, directory: directory.path)
    }

    func send(_ number: Int32) { kill(pid, number) }

    /// The exit status, once it has ended.
    func exitStatus() async -> Int32? {
        for await status in end { return status }
        return nil
    }

    /// Collects lines as they come, and wakes whoever waits for one.
    private final class Output: Sendable {
        private struct State {
            var text = ""
            var hasEnded = false
            var waiting: [(text: String, continuation: CheckedContinuation<String?, Never>)] = []
        }

        private let state = Mutex(State())

        init(_ pipe: Pipe) {
            let reading = pipe.fileHandleForReading
            // On a thread of its own: a dispatch source would be cancelled some time after the pipe was closed, when another
            // file may have its number.
            Thread.detachNewThread { [weak self] in
                var data: Data
                repeat {
                    data = reading.availableData
                    self?.received(data)
                } while !data.isEmpty
            }
        }

        var text: String { state.withLock { $0.text } }

        func line(containing text: String) async -> String? {
            await withCheckedContinuation { continuation in
                state.withLock { state in
                    if let line = Self.find(text, in: state.text) {
                        continuation.resume(returning: line)
                    } else if state.hasEnded {
                        continuation.resume(returning: nil)
                    } else {
                        state.waiting.append((text, continuation))
                    }
                }
            }
        }

        private func received(_ data: Data) {
            state.withLock { state in
                state.text += String(decoding: data, as: UTF8.self)
                state.hasEnded = data.isEmpty
                state.waiting.removeAll { waiter in
                    let line = Self.find(waiter.text, in: state.text)
                    guard line != nil || state.hasEnded else { return false }
                    waiter.continuation.resume(returning: line)
                    return true
                }
            }
        }

        private static func find(_ text: String, in log: String) -> String? {
            // Only whole lines: the last piece may still grow.
            log.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
                .first { $0.contains(text) }
        }
    }
}
