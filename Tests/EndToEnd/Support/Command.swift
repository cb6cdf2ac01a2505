import Foundation

/// A program run to its end.
struct Command {
    let status: Int32
    let output: String
    let errors: String

    /// The folder of the package.
    static let packageRoot = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path

    /// The built `tessera`, beside the tests.
    static let tessera = built("tessera")

    /// The built example.
    static let protectedAPI = built("ProtectedAPI")

    /// A program that was built with the tests, beside them.
    private static func built(_ name: String) -> String {
        let arguments = CommandLine.arguments.first.map { [$0] } ?? []
        let beside = (arguments + [Bundle.main.executablePath ?? ""])
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().appendingPathComponent(name).path }
        return (beside + [packageRoot + "/.build/debug/" + name])
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? name
    }

    /// A Python with the foreign clients; `make test` makes it.
    static let python =
        ProcessInfo.processInfo.environment["TESSERA_TEST_PYTHON"] ?? packageRoot + "/.build-python/bin/python"

    /// Runs a program and waits for its end.
    @discardableResult
    static func run(
        _ program: String = tessera,
        _ arguments: [String],
        in directory: String,
        environment: [String: String] = [:],
        input: String? = nil
    ) async throws -> Command {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = clean(environment)
        let (output, errors, standardInput) = (Pipe(), Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = standardInput
        async let text = output.readAll()
        async let errorText = errors.readAll()
        do {
            try process.run()
        } catch {
            // Who reads waits for the other ends to close, which only a program that runs would do.
            for pipe in [output, errors] { try? pipe.fileHandleForWriting.close() }
            throw error
        }
        if let input { try? standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8)) }
        try? standardInput.fileHandleForWriting.close()
        let result = await (text, errorText)
        process.waitUntilExit()
        return Command(status: process.terminationStatus, output: result.0, errors: result.1)
    }

    /// This process's environment without what would configure a server.
    static func clean(_ more: [String: String]) -> [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("TESSERA_") }.merging(more) { $1 }
    }
}

extension Pipe {
    /// All that is written until the other end closes.
    func readAll() async -> String {
        await withCheckedContinuation { continuation in
            let handle = fileHandleForReading
            DispatchQueue.global().async {
                let data = (try? handle.readToEnd()) ?? Data()
                continuation.resume(returning: String(decoding: data, as: UTF8.self))
            }
        }
    }
}
