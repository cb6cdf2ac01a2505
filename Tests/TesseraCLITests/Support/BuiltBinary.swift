import Foundation

/// The executable as it was built beside these tests.
enum BuiltBinary {
    static let path: String = {
        let tests = URL(fileURLWithPath: CommandLine.arguments[0])
        var directory = tests.deletingLastPathComponent()
        // The test bundle stands in the products' directory, or a few levels below it.
        for _ in 0..<5 {
            let candidate = directory.appendingPathComponent("tessera").path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
            directory = directory.deletingLastPathComponent()
        }
        return FileManager.default.currentDirectoryPath + "/.build/debug/tessera"
    }()

    /// What a finished process left behind.
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        var firstLine: String { lines.first ?? "" }

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Runs the binary to its end.
    static func run(
        _ arguments: [String],
        input: String = "",
        environment: [String: String] = [:],
        directory: String? = nil
    ) throws -> Result {
        try run(arguments, input: Data(input.utf8), environment: environment, directory: directory)
    }

    static func run(
        _ arguments: [String],
        input: Data,
        environment: [String: String] = [:],
        directory: String? = nil
    ) throws -> Result {
        try shell(path, arguments, input: input, environment: environment, directory: directory)
    }

    /// Runs any program, with an environment of its own.
    static func shell(
        _ program: String,
        _ arguments: [String],
        input: Data = Data(),
        environment: [String: String] = [:],
        directory: String? = nil
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment.merging(["PATH": "/usr/bin:/bin", "HOME": "/tmp"]) { own, _ in own }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stderr
        signal(SIGPIPE, SIG_IGN)
        try process.run()
        // All three pipes at once, so that none can fill up and stop the process.
        let (output, errors) = (Collector(stdout), Collector(stderr))
        try? stdin.fileHandleForWriting.write(contentsOf: input)
        try? stdin.fileHandleForWriting.close()
        process.waitUntilExit()
        return Result(status: process.terminationStatus, output: output.text, errors: errors.text)
    }

    /// Reads a pipe to its end on a thread of its own.
    private final class Collector: Sendable {
        private let finished = DispatchSemaphore(value: 0)
        private let contents = Contents()

        /// Written by the reading thread before `finished` is signalled, read after it was waited for.
        private final class Contents: @unchecked Sendable { var data = Data() }

        init(_ pipe: Pipe) {
            let handle = pipe.fileHandleForReading
            Thread.detachNewThread { [contents, finished] in
                contents.data = (try? handle.readToEnd()) ?? Data()
                finished.signal()
            }
        }

        var text: String {
            finished.wait()
            finished.signal()
            return String(decoding: contents.data, as: UTF8.self)
        }
    }
}
