import Logging

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where finished log lines go: one write a line, so that lines of several threads never mix.
struct LogOutput: Sendable {
    let write: @Sendable (_ line: String) -> Void

    static let standardError = LogOutput { line in
        var line = line
        line.withUTF8 { bytes in
            // A log that cannot be written must not stop the server.
            try? systemWrite(STDERR_FILENO, UnsafeRawBufferPointer(bytes))
        }
    }
}

/// Installs the handlers of this process.
enum LogSetup {
    /// What a command tells beside its result: warnings.
    static let command = Logger(label: "tessera") { _ in TextLogHandler(level: .warning, colour: false) }

    /// Bootstraps swift-log; call it once, before the first logger is made.
    static func bootstrap(format: LogFormat, level: Logger.Level, colour: Bool) {
        LoggingSystem.bootstrap(
            { label, provider in
                switch format {
                case .text: TextLogHandler(level: level, colour: colour, metadataProvider: provider)
                case .json: JSONLogHandler(label: label, level: level, metadataProvider: provider)
                }
            },
            metadataProvider: nil
        )
    }
}

/// The metadata of one line: the provider's, under the logger's, under the event's.
func merged(
    _ own: Logger.Metadata,
    _ provider: Logger.MetadataProvider?,
    _ event: LogEvent
) -> [(key: String, value: Logger.MetadataValue)] {
    var metadata = provider?.get() ?? [:]
    metadata.merge(own) { _, new in new }
    if let more = event.metadata { metadata.merge(more) { _, new in new } }
    if let error = event.error { metadata["error"] = "\(error)" }
    return metadata.sorted { $0.key < $1.key }
}
