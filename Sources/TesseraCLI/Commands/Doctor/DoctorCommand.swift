import ArgumentParser
import JOSE

/// `tessera doctor`: what is wrong with a set-up, and what mends it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check a set-up: what is wrong, and the one line that mends it.",
        discussion: """
            Looks at the server as everybody reaches it (the issuer, unless a URL is named) and, on its own machine, at \
            its configuration, files and database, whether or not it runs. Exit status 1 if there is a fault; notes \
            and warnings are none.

            Example:
              tessera doctor --json
            """
    )

    @Argument(help: ArgumentHelp("The URL that clients use (default: the configured issuer).", valueName: "url"))
    var url: String?

    @Flag(help: "Print a JSON array: check, level (ok, note, warning, fault), message, mend.")
    var json = false

    @Flag(help: "Do not let the database check its own pages, which takes its time when it is large.")
    var quick = false

    @Option(help: ArgumentHelp("Trust the certificates in this PEM file too.", valueName: "file"))
    var certificateAuthority: String?

    @OptionGroup var data: DataOptions

    func validate() throws {
        guard let url, WebAddress(url) == nil else { return }
        throw ValidationError("\(url) is no URL of a server: expected one such as https://id.example.")
    }

    func run() async throws {
        let examination = Examination(
            options: data,
            url: url,
            authority: certificateAuthority,
            isQuick: quick
        )
        let findings = try await examination.findings()
        try Console.result(json ? JSONValue.array(findings.map(\.json)).text : Self.text(findings))
        let faults = findings.count { $0.level == .fault }
        guard faults == 0 else { throw CommandFailure.no("\(faults) \(faults == 1 ? "fault" : "faults") found.") }
    }

    /// A line for each finding, and its mend below it.
    private static func text(_ findings: [Finding]) -> String {
        let width = findings.map(\.check.count).max() ?? 0
        return findings.map { finding in
            let level = padded(finding.level.rawValue, 9)
            let line = level + padded(finding.check, width + 2) + TextLogHandler.printable(finding.message)
            guard let mend = finding.mend else { return line }
            return line + "\n" + padded("", width + 11) + "→ " + TextLogHandler.printable(mend)
        }
        .joined(separator: "\n")
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
