internal import HTTPTypes
internal import Hummingbird

extension ServerContext {
    /// A part of the path that the route names, with its escapes undone; Hummingbird leaves them in.
    func pathParameter(_ name: String) throws(Problem) -> String {
        guard let raw = parameters.get(name), let text = Self.unescaped(raw) else {
            throw Problem(.badRequest, code: "malformed_path", "The path is not well-formed.")
        }
        return text
    }

    /// In a path `+` is itself.
    private static func unescaped(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        let plain = text.utf8.flatMap { $0 == UInt8(ascii: "+") ? Array("%2B".utf8) : [$0] }
        return try? FormDecoder.text(plain)
    }
}
