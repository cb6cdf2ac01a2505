/// One thing that is wrong with the configuration.
struct ConfigurationFault: Error, Equatable {
    let key: String
    /// Where the value stands: a flag, a variable, a file and line.
    let source: String
    /// What would have been right, or what is wrong.
    let problem: String

    var description: String { "\(key) (\(source)): \(problem)" }

    /// A value that is not what its key takes.
    static func unexpected(_ key: String, _ source: String, expected: String, received: String?) -> ConfigurationFault {
        let received = received.map { "\"\($0.prefix(80).map { $0.isNewline ? " " : String($0) }.joined())\"" }
        return ConfigurationFault(
            key: key,
            source: source,
            problem: "expected \(expected), got \(received ?? "something else (not shown: it is a secret)")"
        )
    }

    /// A key nobody knows, with the one that was probably meant.
    static func unknown(_ key: String, _ source: String, known: some Sequence<String>) -> ConfigurationFault {
        let suggestion = NearMiss.suggestion(for: key, among: known).map { "; did you mean \($0)?" }
        return ConfigurationFault(
            key: key,
            source: source,
            problem: "unknown key" + (suggestion ?? "; `tessera config` lists all keys")
        )
    }
}

/// Everything that is wrong with the configuration, so that one start tells it all.
struct ConfigurationFaults: Error, Equatable {
    let faults: [ConfigurationFault]

    var failure: CommandFailure {
        let lines = faults.map { "  " + $0.description }
        return .usage((["The configuration is not valid:"] + lines).joined(separator: "\n"))
    }
}
