import Logging

/// Log lines for a person at a terminal: `16:00:00.123 info  ready  address=127.0.0.1:8080`.
struct TextLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let colour: Bool
    private let output: LogOutput

    init(
        level: Logger.Level,
        colour: Bool,
        metadataProvider: Logger.MetadataProvider? = nil,
        output: LogOutput = .standardError
    ) {
        logLevel = level
        self.colour = colour
        self.metadataProvider = metadataProvider
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let level = event.level.rawValue
        let padding = String(repeating: " ", count: max(1, 8 - level.utf8.count))
        var line = dim(CivilTime.now.timeOfDay) + " " + coloured(level, as: event.level) + padding
        line += Self.printable(event.message.description)
        for (key, value) in merged(metadata, metadataProvider, event) {
            line += "  " + dim(Self.printable(key) + "=") + Self.quoted(value.description)
        }
        output.write(line + "\n")
    }

    private func dim(_ text: String) -> String { colour ? "\u{1B}[2m\(text)\u{1B}[0m" : text }

    private func coloured(_ text: String, as level: Logger.Level) -> String {
        guard colour else { return text }
        let code =
            switch level {
            case .critical, .error: 31
            case .warning: 33
            case .notice, .info: 32
            case .debug, .trace: 36
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }

    /// Text that cannot begin a line of its own nor steer a terminal: every control character escaped.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        return text.unicodeScalars.reduce(into: "") { line, scalar in
            line += isControl(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
    }

    private static func quoted(_ value: String) -> String {
        let text = printable(value)
        return text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" || $0 == "=" })
            ? "\"" + text.replacing("\"", with: "\\\"") + "\"" : text
    }

    /// C0, DEL, C1, the line separators, and the marks that reorder text.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x1F, 0x7F...0x9F, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
