import Foundation
import Synchronization

/// A program that runs on, with all that it has written, and its end to wait for.
final class LoggedProcess: Sendable {
    private struct State {
        var log = ""
        var waiters: [(text: String, continuation: CheckedContinuation<Bool, Never>)] = []
        var hasEnded = false
        var endWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let process: Process
    private let state = Mutex(State())

    var pid: Int32 { process.processIdentifier }
    var log: String { state.withLock { $0.log } }

    init(_ program: String, _ arguments: [String], in directory: String, environment: [String: String] = [:]) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = Command.clean(environment)
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let reading = output.fileHandleForReading
        // On a thread of its own: a dispatch source would be cancelled some time after the pipe was closed, when another file
        // may have its number, which then never hears of anything.
        Thread.detachNewThread { [weak self] in
            while case let data = reading.availableData, !data.isEmpty {
                self?.append(String(decoding: data, as: UTF8.self))
            }
            self?.ended()
        }
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Waits until the log holds a text, or the process has ended: false.
    func waitForLog(_ text: String) async -> Bool {
        await withCheckedContinuation { continuation in
            let answer: Bool? = state.withLock { state in
                if state.log.contains(text) { return true }
                if state.hasEnded { return false }
                state.waiters.append((text, continuation))
                return nil
            }
            if let answer { continuation.resume(returning: answer) }
        }
    }

    func send(_ signal: Int32) {
        if process.isRunning { kill(process.processIdentifier, signal) }
    }

    /// Waits for the end; answers the exit status, or minus the signal that ended it.
    func end() async -> Int32 {
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
}
