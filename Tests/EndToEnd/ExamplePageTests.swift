import Foundation
import TestSupport
import Testing

/// What the pages about examples print, held against the files it is of and the programs it is for.
struct ExamplePageTests {
    /// The blocks of one language in a document.
    private static func blocks(_ language: String, in document: String) throws -> [String] {
        let text = try String(contentsOfFile: Command.packageRoot + "/" + document, encoding: .utf8)
        return text.components(separatedBy: "```\(language)\n").dropFirst().map { block in
            block.components(separatedBy: "```")[0]
        }
    }

    @Test func `the README's lines for a Hummingbird route are those of the example that is compiled`() throws {
        let file = Command.packageRoot + "/Examples/TenLines/main.swift"
        let example = try String(contentsOfFile: file, encoding: .utf8)
        #expect(example.contains("router.protected(by: auth)"))
        #expect(try Self.blocks("swift", in: "README.md") == [example])
    }

    @Test func `the README starts the server with what the Makefile has`() async throws {
        #expect(try Self.blocks("sh", in: "README.md").first == "make serve\n")
        let done = try await Command.run("/usr/bin/make", ["-n", "serve"], in: Command.packageRoot)
        #expect(done.status == 0, "\(done.errors)")
        #expect(done.output.contains("--show-bin-path)/tessera\" serve"), "\(done.output)")
    }

    @Test(.timeLimit(.minutes(2)))
    func `the page of the FastAPI example works as it is printed`() async throws {
        let blocks = try Self.blocks("sh", in: "Examples/fastapi/README.md")
        try #require(blocks.count == 3)
        let (port, own) = (try FreePort.find(), blocks[0].components(separatedBy: "END\n"))
        try #require(own.count == 3 && own[2] == "tessera serve\n")
        let server = try await ServerProcess(configuration: own[1].replacing(":8000", with: ":\(port)"))
        func run(_ script: String) async throws -> Command {
            let path = URL(fileURLWithPath: Command.tessera).deletingLastPathComponent().path
            let text = script.replacing(":8080", with: ":\(server.port)").replacing(":8000", with: ":\(port)")
            return try await Command.run("/bin/sh", ["-c", "PATH=\(path):$PATH\n" + text], in: server.directory)
        }
        // What pip installs is there already, with the other foreign clients.
        let lines = blocks[1].split(separator: "\n").map(String.init)
        try #require(lines.count == 3 && lines[1] == "pip install -r requirements.txt")
        #expect(try await run(lines[0]).status == 0)
        let words = lines[2].replacing("8000", with: "\(port)").split(separator: " ").map(String.init)
        let app = try LoggedProcess(
            Command.python,
            ["-m"] + words,
            in: Command.packageRoot + "/Examples/fastapi",
            environment: ["TESSERA_ISSUER": server.url, "PYTHONDONTWRITEBYTECODE": "1"]
        )
        #expect(await app.waitForLog("running on"), "\(app.log)")
        // The app answers 503 until it has read the revocations for the first time.
        var done = try await run(blocks[2])
        while done.output.contains("Not up to date") { done = try await run(blocks[2]) }
        #expect(done.output.contains(#""username":"alice""#), "\(done.output)\(done.errors)\(app.log)")
    }
}
