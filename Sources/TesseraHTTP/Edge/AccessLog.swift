internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import TesseraCore

/// Writes one line for each request: what was asked, what was answered, how long it took, and who asked.
///
/// The path stands without its query, which may hold what nobody should read; no field and no body is ever logged.
struct AccessLog: Sendable {
    let level: Logger.Level

    func record(_ request: Request, status: HTTPResponse.Status, duration: Duration, context: ServerContext) {
        guard context.logger.logLevel <= level else { return }
        context.logger.log(
            level: level,
            "\(request.method.rawValue) \(Self.printable(request.uri.path)) \(status.code)",
            metadata: [
                "duration_ms": "\(Self.milliseconds(duration))",
                "client": "\(context.clientAddress.map(\.description) ?? "-")",
            ]
        )
    }

    /// A path that cannot break or flood a log: printable ASCII, and not endless.
    private static func printable(_ path: String) -> String {
        if path.utf8.count <= 256, path.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) { return path }
        return String(
            decoding: path.utf8.prefix(256).map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "?") },
            as: UTF8.self
        )
    }

    /// Milliseconds with two decimals, written without a formatter.
    private static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let hundredths = seconds &* 100_000 &+ attoseconds / 10_000_000_000_000
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
