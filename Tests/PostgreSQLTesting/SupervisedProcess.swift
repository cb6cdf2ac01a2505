internal import Foundation
internal import Synchronization

/// A server of somebody else's that ends with this process, however that ends.
final class SupervisedProcess: Sendable {
    private let shell: Process
    /// Held open: the shell stops the server when a line comes, or when it closes.
    private let lifeline = Pipe()
    private let ended = DispatchSemaphore(value: 0)
    private let isStopped = Atomic(false)

    /// Starts a program; `signal` is what stops it.
    init(_ arguments: [String], signal: String, log: String) throws {
        // Other children must not keep it open.
        _ = fcntl(lifeline.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        shell = Process()
        // Not sh: dash waits for a signal that is blocked in what this process starts.
        shell.executableURL = URL(fileURLWithPath: "/bin/bash")
        let script = "\"$@\" >>\"$0\" 2>&1 </dev/null & pid=$!; read _; kill -\(signal) $pid; wait $pid"
        shell.arguments = ["-c", script, log] + arguments
        shell.currentDirectoryURL = URL(fileURLWithPath: "/")
        shell.standardInput = lifeline
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle.nullDevice
        shell.terminationHandler = { [ended] _ in ended.signal() }
        try shell.run()
    }

    deinit { stop() }

    /// Stops the server and waits for its end.
    func stop() {
        guard !isStopped.exchange(true, ordering: .relaxed) else { return }
        try? lifeline.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        try? lifeline.fileHandleForWriting.close()
        ended.wait()
    }
}
