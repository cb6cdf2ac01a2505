import ArgumentParser
import JOSE

/// `tessera config`: what is in force, and why.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show the effective configuration: each value with where it came from.",
        discussion: """
            Flags stand over TESSERA_… variables over tessera.yaml over defaults. Secrets are masked.

            Example:
              tessera config --access-token-lifetime 15m
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "Print a JSON object: key → {value, source}.")
    var json = false

    func run() async throws {
        let configuration = try ServerConfiguration.current(flags: options.flags, file: options.data.config)
        if json {
            try Console.result(Self.json(configuration.entries).text)
        } else {
            var table = TextTable(["KEY", "VALUE", "SOURCE"])
            for entry in configuration.entries { table.add([entry.key.name, entry.value ?? "-", entry.source]) }
            try Console.result(table.text)
        }
    }

    private static func json(_ entries: [ConfigurationEntry]) -> JSONValue {
        var object = JSONObject()
        for entry in entries {
            object[entry.key.name] = [
                "value": entry.value.map { .string($0) } ?? .null,
                "source": .string(entry.source),
            ]
        }
        return .object(object)
    }
}
