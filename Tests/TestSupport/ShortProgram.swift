internal import Foundation

/// A program that a test runs to its end.
public enum ShortProgram {
    /// What a program said that failed.
    public struct Failure: Error, CustomStringConvertible {
        /// Its words.
        public let description: String

        /// Makes a failure.
        public init(description: String) {
            self.description = description
        }
    }

    /// Runs a program, found as the shell finds it, and answers what it wrote.
    /// - Throws: Its output, where it failed.
    @discardableResult
    public static func run(
        _ arguments: [String],
        in directory: String = "/",
        environment: [String: String] = [:]
    ) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: (try? output.fileHandleForReading.readToEnd()) ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(description: "\(arguments): \(text)") }
        return text
    }
}
