import JOSE
import Logging

/// Log lines for programs: one compact JSON object a line, metadata beside `time`, `level`, `logger` and `message`.
struct JSONLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let output: LogOutput

    /// The members that every line has; metadata of the same name gets an underscore.
    private static let reserved: Set<String> = ["time", "level", "logger", "message"]

    init(
        label: String,
        level: Logger.Level,
        metadataProvider: Logger.MetadataProvider? = nil,
        output: LogOutput = .standardError
    ) {
        self.label = label
        logLevel = level
        self.metadataProvider = metadataProvider
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var line: JSONObject = [
            "time": .string(CivilTime.now.dateAndTime),
            "level": .string(event.level.rawValue),
            "logger": .string(label),
            "message": .string(event.message.description),
        ]
        for (key, value) in merged(metadata, metadataProvider, event) {
            line[Self.reserved.contains(key) ? key + "_" : key] = Self.json(value)
        }
        output.write(JSONValue.object(line).text + "\n")
    }

    private static func json(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(json))
        case .dictionary(let members):
            .object(
                members.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { object, member in
                    object[member.key] = json(member.value)
                }
            )
        }
    }
}
